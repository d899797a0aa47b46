// A site that nobody has an account of → the one-time link of its first admin, told to whoever started it.
import type { Writable } from 'node:stream';
import type { Context } from '../src/context.ts';
import { isWithoutAccounts } from '../src/store/account.ts';
import { makeInvite } from '../src/store/invite.ts';

const hours = 24;

type Streams = { stdout: Writable & { isTTY?: boolean }; stderr: Writable };

/**
 * Makes and tells the link while there is no account; each start makes another and ends the former. It is no line of the log: on a terminal it
 * goes to standard output, otherwise as plain text to standard error, saying that it may be kept there. Touches invite and audit.
 */
export async function firstLink(context: Pick<Context, 'db' | 'config'>, streams: Streams): Promise<void> {
  const { db, config } = context;
  if (!(await isWithoutAccounts(db))) return;
  const link = await makeInvite(db, { role: 'admin', accountId: null, hours, isFirst: true }, 'npm start');
  const address = `${config.publicUrl}/quan-tri/moi/${link}`;
  const text = `\nChưa có tài khoản quản trị. Mở liên kết này để tạo (dùng một lần, trong ${hours} giờ; lần khởi động sau có liên kết mới):\n  ${address}\n`;
  if (streams.stdout.isTTY === true) streams.stdout.write(`${text}\n`);
  else
    streams.stderr.write(
      `${text}Dòng trên có thể được giữ lại trong nhật ký của máy: ai đọc được trước khi bạn dùng thì vào được. Dùng ngay; tạo xong tài khoản là nó hết hiệu lực.\n\n`,
    );
}
