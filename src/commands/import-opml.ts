// An OPML file → sources, with a bar while it runs and a line for each row at its end.
import type { Context } from '../context.ts';
import { importRows, type RowResult } from '../source/import-list.ts';
import { type AddOptions, checkOptions, twinText } from './add-source.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';

const words: Record<RowResult['result'], string> = {
  added: 'đã thêm   ',
  moved: 'đã chuyển ',
  unsure: 'thêm, chờ ',
  duplicate: 'trùng     ',
  dead: 'hỏng      ',
  skipped: 'bỏ qua    ',
};

function noteOf(row: RowResult): string {
  const { twin, movedTo, problem, count } = row;
  if (twin !== null) return `  ${twinText({ twin })}`;
  if (problem?.code === 'import.no_feed') return `  chưa có nguồn tin; tìm: tin sources discover ${row.url}`;
  const note = movedTo ?? problem?.message ?? (count === null ? null : `${count} mục`);
  return note === null ? '' : `  ${note}`;
}

/** `importRows` for the terminal; returns how many sources are new. Throws ConfigError for options that name nothing. */
export async function importOpml(
  ctx: Context,
  bytes: Uint8Array,
  options: AddOptions & { check?: boolean | undefined; json?: boolean | undefined },
  io: Io,
): Promise<number> {
  const bar = startProgress(io, 'Nhập nguồn');
  const results = await importRows(ctx, bytes, checkOptions(options), {
    isChecked: options.check !== false,
    name: options.name,
    onRow: (done, total, row) => bar.set(done, total, row.publisher ?? ''),
  }).finally(() => bar.stop());
  const count = (...kinds: RowResult['result'][]) => results.filter((row) => kinds.includes(row.result)).length;
  const added = count('added', 'moved', 'unsure');
  if (options.json === true) io.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else {
    for (const row of results)
      io.stdout.write(
        `${words[row.result]} ${row.url}${row.publisher === null ? '' : `  [${row.publisher}]`}${noteOf(row)}\n`,
      );
    io.stdout.write(
      `${added} nguồn mới trong ${results.length} dòng: ${count('moved')} đã chuyển địa chỉ, ${count('unsure')} chưa đọc được, ${count('duplicate')} trùng, ${count('dead')} hỏng, ${count('skipped')} bỏ qua.\n`,
    );
  }
  return added;
}
