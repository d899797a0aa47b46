// An OPML file → sources, row by row, each looked at first: one bad row never stops the others.
import type { Context } from '../context.ts';
import { ConfigError, FetchError, NotAFeedError, TinError } from '../errors.ts';
import { parseOpml, type Subscription } from '../source/opml.ts';
import { readSourceAt } from '../source/read.ts';
import { publisherOf } from '../source/register.ts';
import { findTwin, spellingsOf } from '../store/repeated.ts';
import { resolveUrl } from '../text/url.ts';
import { type AddOptions, checkOptions, register, twinText } from './add-source.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';

/** What became of a row. `unsure`: it could not be read just now and is added all the same, as it may be well tomorrow. */
export type RowResult = {
  result: 'added' | 'moved' | 'unsure' | 'duplicate' | 'dead' | 'skipped';
  url: string | null;
  publisher: string | null;
  note: string | null;
};

const words: Record<RowResult['result'], string> = {
  added: 'đã thêm   ',
  moved: 'đã chuyển ',
  unsure: 'thêm, chờ ',
  duplicate: 'trùng     ',
  dead: 'hỏng      ',
  skipped: 'bỏ qua    ',
};

const hostsAtOnce = 8;

/** True for failures that will mend: the row is added. A wall or a missing page is told, and the row is left out. */
const mayMend = (error: unknown) =>
  error instanceof FetchError && error.weight === 'temporary' && error.code !== 'net.dns';

async function importRow(
  ctx: Context,
  row: Subscription,
  options: AddOptions,
  checked: ReturnType<typeof checkOptions>,
  isChecked: boolean,
): Promise<RowResult> {
  const url = resolveUrl(row.xmlUrl);
  if (url === null || !URL.canParse(url))
    return { result: 'skipped', url: row.xmlUrl, publisher: null, note: 'không phải địa chỉ http' };
  const known = await findTwin(ctx.db, { urls: spellingsOf([url]), keys: [] });
  if (known !== null) return { result: 'duplicate', url, publisher: known.publisherSlug, note: known.url };
  let address = url;
  let result: RowResult['result'] = 'added';
  let note: string | null = null;
  let siteUrl = row.htmlUrl;
  if (isChecked) {
    try {
      const read = await readSourceAt(ctx, { url, kind: 'syndication' });
      const twin = twinText(read);
      if (twin !== null) return { result: 'duplicate', url, publisher: read.twin?.publisherSlug ?? null, note: twin };
      siteUrl ??= read.homeUrl;
      if (read.isMoved) [address, result, note] = [read.finalUrl, 'moved', read.finalUrl];
      else note = `${read.count} mục`;
    } catch (error) {
      if (ctx.signal.aborted || !(error instanceof TinError)) throw error;
      if (!(error instanceof FetchError || error instanceof NotAFeedError) || !mayMend(error))
        return { result: 'dead', url, publisher: null, note: error.message };
      [result, note] = ['unsure', error.message];
    }
  }
  const found = publisherOf({ feedUrl: address, siteUrl, name: options.name ?? row.title, folders: row.folders });
  const { publisher, isAdded } = await register(ctx.db, found, checked, { url: address, title: row.title });
  return isAdded
    ? { result, url, publisher: publisher.slug, note }
    : { result: 'duplicate', url, publisher: publisher.slug, note: address };
}

/**
 * Adds the feeds of an OPML file and returns a result a row, in the order of the file; sites listed without a feed come last. Each address is fetched and read first (hosts side by side,
 * the rows of one host one after the other, in its turn) unless `isChecked` is false; a row that is known, dead or no address does not stop
 * the others. Throws ConfigError for a list of more rows than are read.
 */
export async function importRows(
  ctx: Context,
  bytes: Uint8Array,
  options: AddOptions,
  o: { isChecked: boolean; onRow?: (done: number, total: number, note: string) => void },
): Promise<RowResult[]> {
  const checked = checkOptions(options);
  const { subscriptions, sites, isCut } = parseOpml(bytes);
  if (isCut)
    throw new ConfigError('cli.opml', `the list holds more than ${subscriptions.length} feeds`, {
      remedy: 'import it in parts',
    });
  const results: RowResult[] = subscriptions.map((row) => ({
    result: 'skipped',
    url: row.xmlUrl,
    publisher: null,
    note: 'chưa tới lượt',
  }));
  const byHost = new Map<string, number[]>();
  subscriptions.forEach((row, index) => {
    const host = URL.parse(resolveUrl(row.xmlUrl) ?? '')?.host.replace(/^www\./, '') ?? '';
    byHost.set(host, [...(byHost.get(host) ?? []), index]);
  });
  const queue = [...byHost.values()];
  let done = 0;
  const worker = async () => {
    for (let rows = queue.shift(); rows !== undefined; rows = queue.shift())
      for (const index of rows) {
        const row = subscriptions[index];
        if (row === undefined || ctx.signal.aborted) continue;
        results[index] = await importRow(ctx, row, options, checked, o.isChecked).catch((error: unknown): RowResult => {
          // The database's troubles are everybody's; a row's own are its own.
          if (!(error instanceof TinError)) throw error;
          return { result: 'dead', url: row.xmlUrl, publisher: null, note: error.message };
        });
        o.onRow?.(++done, subscriptions.length, results[index]?.publisher ?? '');
      }
  };
  await Promise.all(Array.from({ length: hostsAtOnce }, worker));
  const bare = sites.map(
    (site): RowResult => ({
      result: 'skipped',
      url: site.htmlUrl,
      publisher: null,
      note: `${site.title ?? ''} chưa có nguồn tin; tìm: tin sources discover ${site.htmlUrl}`.trim(),
    }),
  );
  return [...results, ...bare];
}

/** `importRows` with a bar while it runs and a line a row at its end; returns how many sources are new. */
export async function importOpml(
  ctx: Context,
  bytes: Uint8Array,
  options: AddOptions & { check?: boolean | undefined; json?: boolean | undefined },
  io: Io,
): Promise<number> {
  const bar = startProgress(io, 'Nhập nguồn');
  const results = await importRows(ctx, bytes, options, {
    isChecked: options.check !== false,
    onRow: (done, total, note) => bar.set(done, total, note),
  }).finally(() => bar.stop());
  const count = (...kinds: RowResult['result'][]) => results.filter((row) => kinds.includes(row.result)).length;
  const added = count('added', 'moved', 'unsure');
  if (options.json === true) io.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else {
    for (const row of results)
      io.stdout.write(
        `${words[row.result]} ${row.url ?? '?'}${row.publisher === null ? '' : `  [${row.publisher}]`}${row.note === null ? '' : `  ${row.note}`}\n`,
      );
    io.stdout.write(
      `${added} nguồn mới trong ${results.length} dòng: ${count('moved')} đã chuyển địa chỉ, ${count('unsure')} chưa đọc được, ${count('duplicate')} trùng, ${count('dead')} hỏng, ${count('skipped')} bỏ qua.\n`,
    );
  }
  return added;
}
