// `tin removals`: articles that were taken down at their source and wait for an editor.
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { lookForRemovals } from '../source/look.ts';
import { askLook, decideRemoval, listRemovals, setAutomaticWithdrawal } from '../store/removal.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin removals list [--json]              articles found taken down at their source, newest first
tin removals look STORY                 look now whether the articles of a story still stand
tin removals keep ARTICLE               leave the story as it is (withdraw it with: tin stories withdraw STORY)
tin removals auto PUBLISHER on|off      withdraw this paper's removed articles without an editor`;

/** Dispatches the verbs; exit code 1 when nothing of that name was found. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const [verb = 'list', target, setting] = positionals;
  if (verb === 'list') return list(io, values.json === true);
  if (verb === 'auto' && target !== undefined && (setting === 'on' || setting === 'off'))
    return withContext(async ({ db }) => {
      const isDone = await setAutomaticWithdrawal(db, target, setting === 'on');
      io.stdout.write(
        isDone
          ? `${target}: ${setting === 'on' ? 'tự rút' : 'chờ biên tập'} khi báo gỡ bài.\n`
          : `Không có báo ${target}.\n`,
      );
      return isDone ? 0 : 1;
    });
  if ((verb !== 'look' && verb !== 'keep') || target === undefined || !/^\d{1,15}$/.test(target))
    throw new ConfigError('cli.removals', `this is not a use of tin removals: ${positionals.join(' ')}`, {
      remedy: help,
    });
  return withContext(async (ctx) => {
    if (verb === 'keep') {
      const isDone = await decideRemoval(ctx.db, Number(target), 'kept');
      io.stdout.write(isDone ? `Giữ nguyên tin của bài ${target}.\n` : `Bài ${target} không chờ quyết định nào.\n`);
      return isDone ? 0 : 1;
    }
    const owed = await askLook(ctx.db, Number(target));
    if (owed === 0) {
      io.stdout.write(`Không có tin ${target}, hoặc tin không có địa chỉ.\n`);
      return 1;
    }
    const count = await lookForRemovals(ctx);
    io.stdout.write(
      `Đã xem ${count.looks} trang, ${count.removed} bài đã bị gỡ. Phần còn lại được xem khi đến lượt.\n`,
    );
    return 0;
  });
}

async function list(io: Io, isJson: boolean): Promise<number> {
  return withContext(async ({ db }) => {
    const rows = await listRemovals(db, 1_000);
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Không có bài nào bị gỡ mà chưa xử lý.\n');
    else
      io.stdout.write(
        toTable(
          ['bài', 'tin', 'báo', 'thấy lúc', 'dấu hiệu', 'tiêu đề', 'địa chỉ'],
          rows.map((row) => [
            String(row.entryId),
            row.storyId === null ? '–' : String(row.storyId),
            row.publisherSlug,
            row.foundAt.toISOString().slice(0, 16),
            row.evidence ?? '',
            row.title.slice(0, 60),
            row.url,
          ]),
        ),
      );
    return 0;
  });
}
