// `tin sources discover|test|fill|pages`: what a site offers, what a source would bring, and how well its fields are filled.
import { ConfigError } from '../errors.ts';
import { discover } from '../source/discover.ts';
import type { SourcePreview } from '../source/preview-document.ts';
import { readSourceAt } from '../source/read.ts';
import { countPages } from '../store/article.ts';
import { listFill } from '../store/fill.ts';
import { type AddOptions, checkReading, twinText } from './add-source.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin sources discover URL [--json]            feeds, sitemaps and lists that a site offers, each tried
tin sources test URL [--kind K] [--rules JSON] [--json]  what a source would bring; nothing is stored
tin sources fill [ID] [--json]              how often each field is filled, what fell first (needs selectors mended)
tin sources pages                           article pages that wait to be read, and why some were given up`;

/** Verbs of this file. */
export const findVerbs = ['discover', 'test', 'fill', 'pages'] as const;

const byWords = {
  given: 'địa chỉ đã cho',
  alternate: 'trang tự giới thiệu',
  rss_page: 'trang danh sách RSS',
  link: 'liên kết trên trang',
  path: 'đường dẫn thường gặp',
  robots: 'robots.txt hoặc trang',
  page: 'suy ra từ trang',
};

const time = (date: Date | null) =>
  date === null
    ? '(không có ngày)'
    : date.toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });
const percent = (rate: number | null) => (rate === null ? '–' : `${Math.round(rate * 100)} %`);

function rowsOf(preview: SourcePreview, most: number): string {
  const rows = preview.rows
    .slice(0, most)
    .map(
      (row) =>
        `    ${time(row.publishedAt)}  ${row.title ?? '(không có tiêu đề)'}\n      ${row.url ?? '(không có địa chỉ)'}\n`,
    );
  return rows.join('');
}

function fillLine(preview: SourcePreview): string {
  const parts = preview.fill.map(({ field, rate }) => `${field} ${percent(rate)}`);
  return parts.length === 0 ? '' : `    đủ: ${parts.join(', ')}\n`;
}

async function find(url: string, isJson: boolean, io: Io): Promise<number> {
  return withContext(async (ctx) => {
    const bar = startProgress(io, 'Tìm nguồn');
    const found = await discover(ctx, url, { onStep: (at, count) => bar.set(count, 14, at) }).finally(() => bar.stop());
    if (isJson) io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    else {
      io.stdout.write(
        `${found.title ?? url}: ${found.candidates.length} nguồn có thể thêm, sau ${found.requests} lần hỏi.\n`,
      );
      for (const one of found.candidates) {
        const count = one.preview === null ? 'chưa thử' : `${one.preview.count} mục`;
        const twin = one.twin === null ? '' : `    ${twinText({ twin: one.twin })}\n`;
        io.stdout.write(
          `\n• ${one.kind}  ${one.url}\n    ${one.title ?? '(không tên)'}; ${count}; ${byWords[one.by]}\n${twin}`,
        );
        if (one.preview === null) continue;
        io.stdout.write(rowsOf(one.preview, 5) + fillLine(one.preview));
        const rules =
          one.kind === 'listing'
            ? ` --kind listing --rules '${JSON.stringify(one.preview.rules)}'`
            : one.kind === 'sitemap'
              ? ' --kind sitemap'
              : '';
        if (one.twin === null) io.stdout.write(`    Thêm: tin sources add ${one.url}${rules}\n`);
      }
      for (const note of found.notes) io.stdout.write(`\n! ${note.url}: ${note.message} (${note.code})`);
      if (found.notes.length > 0) io.stdout.write('\n');
    }
    return found.candidates.length > 0 ? 0 : 1;
  });
}

async function test(url: string, options: AddOptions & { json: boolean }, io: Io): Promise<number> {
  const { kind, rules } = checkReading(options);
  return withContext(async (ctx) => {
    const read = await readSourceAt(ctx, { url, kind, rules });
    if (options.json) io.stdout.write(`${JSON.stringify(read, null, 2)}\n`);
    else {
      io.stdout.write(
        `${read.kind} (${`${read.format} ${read.version}`.trim()}): ${read.title ?? '(không tên)'}, ${read.count} mục\n`,
      );
      if (read.finalUrl !== url)
        io.stdout.write(`  ${read.isMoved ? 'đã chuyển hẳn sang' : 'trả lời từ'} ${read.finalUrl}\n`);
      const twin = twinText(read);
      if (twin !== null) io.stdout.write(`  ${twin}\n`);
      if (read.parts.length > 0)
        io.stdout.write(`  mục lục của ${read.parts.length} sitemap, đọc thử ${read.parts[0]}\n`);
      if (read.kind === 'listing') io.stdout.write(`  quy tắc: ${JSON.stringify(read.rules)}\n`);
      io.stdout.write(rowsOf(read, 10) + fillLine(read));
      for (const warning of read.warnings)
        io.stdout.write(
          `  ! ${warning.item === undefined ? '' : `mục ${warning.item + 1}: `}${warning.message} (${warning.code})\n`,
        );
      io.stdout.write('Không có gì được lưu.\n');
    }
    return read.count > 0 ? 0 : 1;
  });
}

async function fill(id: string | undefined, isJson: boolean, io: Io): Promise<number> {
  if (id !== undefined && !/^\d{1,15}$/.test(id))
    throw new ConfigError('cli.sources', `"${id}" is no id of a source`, { remedy: 'tin sources list' });
  return withContext(async ({ db }) => {
    const rows = await listFill(db, { ...(id === undefined ? {} : { sourceId: Number(id) }), limit: 500 });
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Chưa đọc trang danh sách, sitemap hay trang bài nào.\n');
    else
      io.stdout.write(
        toTable(
          ['id', 'báo', 'nơi', 'trường', '2 ngày', '28 ngày trước', 'số lần', ''],
          rows.map((row) => [
            String(row.sourceId),
            row.publisherSlug,
            row.place === 'list' ? 'danh sách' : 'trang bài',
            row.field,
            percent(row.now),
            percent(row.before),
            String(row.seen),
            row.isDrift ? 'tụt hẳn: xem lại quy tắc' : '',
          ]),
        ),
      );
    return 0;
  });
}

async function pages(io: Io): Promise<number> {
  return withContext(async ({ db }) => {
    const { waiting, left, errors } = await countPages(db);
    io.stdout.write(`Trang bài chờ đọc: ${waiting}; đã thôi: ${left}.\n`);
    for (const { error, count } of errors) io.stdout.write(`  ${count} × ${error}\n`);
    return 0;
  });
}

/** Runs one verb; exit code 1 when nothing was found. */
export async function findSources(
  verb: string,
  target: string | undefined,
  options: AddOptions & { json: boolean },
  io: Io,
): Promise<number> {
  if (verb === 'pages') return pages(io);
  if (verb === 'fill') return fill(target, options.json, io);
  if (target === undefined)
    throw new ConfigError('cli.sources', `tin sources ${verb} needs an address`, { remedy: help });
  const url = /^https?:\/\//i.test(target) ? target : `https://${target}`;
  if (!URL.canParse(url)) throw new ConfigError('cli.sources', `"${target}" is no address`, { remedy: help });
  return verb === 'test' ? test(url, options, io) : find(url, options.json, io);
}
