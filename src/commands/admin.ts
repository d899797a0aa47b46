// `tin admin create|reset`: a one-time link to the console, for whoever holds this machine.
import { ConfigError } from '../errors.ts';
import { findCredentials, setTotp } from '../store/account.ts';
import { makeInvite } from '../store/invite.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = `tin admin create [ROLE]   a link that makes one account (admin, editor, moderator or viewer), good once within 24 hours
tin admin reset NAME      a link that sets a new password for NAME; turns their second factor off`;

const roles = ['admin', 'editor', 'moderator', 'viewer'] as const;

/** Runs one verb; prints the link, which is kept nowhere. Touches invite, account and audit. */
export async function run(args: string[], io: Io): Promise<number> {
  const [verb, word] = args;
  const role = roles.find((one) => one === (word ?? 'admin'));
  const isReset = verb === 'reset' && word !== undefined;
  if (!isReset && (verb !== 'create' || role === undefined))
    throw new ConfigError('cli.admin', 'write create [ROLE] or reset NAME', { remedy: help });
  return withContext(async ({ db, config }) => {
    const account = isReset ? await findCredentials(db, word.toLowerCase()) : null;
    if (isReset && account === null) {
      io.stdout.write(`Không có tài khoản ${word}.\n`);
      return 1;
    }
    if (account?.totpSecret) await setTotp(db, account, null, 'tin admin');
    const invite = { role: account?.role ?? role ?? 'admin', accountId: account?.id ?? null, hours: 24 };
    const link = await makeInvite(db, invite, 'tin admin');
    io.stdout.write(`${config.publicUrl}/quan-tri/moi/${link}\n`);
    return 0;
  });
}
