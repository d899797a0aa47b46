// `tin sources discover|test|fill|pages`: what a site offers, what a source would bring, and how well its fields are filled.
import { ConfigError } from '../errors.ts';
import { discover } from '../source/discover.ts';
import type { SourcePreview } from '../source/preview-document.ts';
import { readSourceAt } from '../source/read.ts';
import { checkRules } from '../source/rules.ts';
import { countPages } from '../store/article.ts';
import { listFill } from '../store/fill.ts';
import { findReading, setArticleRules, setReading } from '../store/reading.ts';
import { type AddOptions, checkOptions, checkReading, twinText } from './add-source.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin sources discover URL [--json]            feeds, sitemaps and lists that a site offers, each tried
tin sources test URL [--kind K] [--rules JSON] [--json]  what a source would bring; nothing is stored
tin sources fill [ID] [--json]              how often each field is filled, what fell first (needs selectors mended)
tin sources rules ID [JSON|infer]           show, replace, or infer anew the rules of a source; tried before they are kept
tin sources article-rules PAPER JSON|none   selectors of a paper's article pages: title, sapo, body, date, author, section, image, drop
tin sources pages                           article pages that wait to be read, and why some were given up`;

/** Verbs of this file. */
export const findVerbs = ['discover', 'test', 'fill', 'pages', 'rules', 'article-rules'] as const;

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

// New rules are tried on the page of today before they replace the old ones.
async function rules(id: string, written: string | undefined, options: AddOptions, io: Io): Promise<number> {
  if (!/^\d{1,15}$/.test(id))
    throw new ConfigError('cli.sources', `"${id}" is no id of a source`, { remedy: 'tin sources list' });
  return withContext(async (ctx) => {
    const known = await findReading(ctx.db, Number(id));
    if (known === null) {
      io.stdout.write(`Không có nguồn ${id}.\n`);
      return 1;
    }
    if (written === undefined && options.pages === undefined) {
      io.stdout.write(`${JSON.stringify(known, null, 2)}\n`);
      return 0;
    }
    const { readPages } = checkOptions({ pages: options.pages ?? known.readPages });
    const asked = written === undefined || written === 'infer' ? null : checkReading({ rules: written }).rules;
    const own = written === undefined ? checkRules(known.rules) : null;
    const kept = own !== null && 'rules' in own ? own.rules : asked;
    const read = await readSourceAt(ctx, { url: known.url, kind: known.kind, rules: kept });
    io.stdout.write(`${read.count} mục\n${rowsOf(read, 5)}${fillLine(read)}`);
    if (read.count === 0) return 1;
    await setReading(ctx.db, known.id, { rules: Object.keys(read.rules).length === 0 ? null : read.rules, readPages });
    io.stdout.write(`Đã ghi: ${JSON.stringify(read.rules)}, đọc trang bài: ${readPages}.\n`);
    return 0;
  });
}

async function articleRules(slug: string, written: string | undefined, io: Io): Promise<number> {
  if (written === undefined)
    throw new ConfigError('cli.rules', 'tin sources article-rules needs rules, or none', { remedy: help });
  const article =
    written === 'none' ? null : (checkReading({ rules: `{"article":${written}}` }).rules?.article ?? null);
  return withContext(async ({ db }) => {
    const isKnown = await setArticleRules(db, slug, article);
    io.stdout.write(
      isKnown ? `Trang bài của ${slug}: ${written}\n` : `Không có báo ${slug}; xem: tin publishers list\n`,
    );
    return isKnown ? 0 : 1;
  });
}

/** Runs one verb; exit code 1 when nothing was found. `extra` is the word behind the target. */
export async function findSources(
  verb: string,
  target: string | undefined,
  options: AddOptions & { json: boolean },
  io: Io,
  extra?: string,
): Promise<number> {
  if (verb === 'pages') return pages(io);
  if (verb === 'fill') return fill(target, options.json, io);
  if (target === undefined)
    throw new ConfigError('cli.sources', `tin sources ${verb} needs to know which`, { remedy: help });
  if (verb === 'rules') return rules(target, extra, options, io);
  if (verb === 'article-rules') return articleRules(target, extra, io);
  const url = /^https?:\/\//i.test(target) ? target : `https://${target}`;
  if (!URL.canParse(url)) throw new ConfigError('cli.sources', `"${target}" is no address`, { remedy: help });
  return verb === 'test' ? test(url, options, io) : find(url, options.json, io);
}
