// An OPML list → sources, row by row, each looked at first: one bad row never stops the others. EFFECT.
import { FetchError, NotAFeedError, TinError } from '../errors.ts';
import { findTwin, spellingsOf, type Twin } from '../store/repeated.ts';
import { resolveUrl } from '../text/url.ts';
import { enlist, type Wishes } from './enlist.ts';
import { parseOpml, type Subscription } from './opml.ts';
import { readSourceAt } from './read.ts';
import { publisherOf } from './register.ts';
import type { Way } from './turn.ts';

/** What became of a row. `unsure`: it could not be read just now and is added all the same, as it may be well tomorrow. */
export type RowResult = {
  result: 'added' | 'moved' | 'unsure' | 'duplicate' | 'dead' | 'skipped';
  /** As the list says; of a site without a feed its own address. */
  url: string;
  title: string | null;
  /** Slug of the paper; null where nothing was added and nothing is repeated. */
  publisher: string | null;
  /** Where it moved to. */
  movedTo: string | null;
  /** The known source that it repeats. */
  twin: Twin | null;
  /** Items that it holds; null where it was not read. */
  count: number | null;
  /** Why it is dead, unsure or skipped: `import.no_address`, `import.no_feed` (a site without a feed), `import.not_reached`, or the failure's code. */
  problem: { code: string; message: string } | null;
};

/** `isChecked`: each address is read before it is added. `onRow` hears of each row when it is decided. */
export type ImportOptions = {
  isChecked: boolean;
  name?: string | undefined;
  onRow?: (done: number, total: number, row: RowResult) => void;
};

const hostsAtOnce = 8;

/** True for failures that will mend: the row is added. A wall or a missing page is told, and the row is left out. */
const mayMend = (error: unknown) =>
  error instanceof FetchError && error.weight === 'temporary' && error.code !== 'net.dns';

const blank = (url: string, title: string | null): RowResult => ({
  result: 'skipped',
  url,
  title,
  publisher: null,
  movedTo: null,
  twin: null,
  count: null,
  problem: null,
});

const problemOf = (error: TinError) => ({ code: error.code, message: error.message });

async function importRow(ctx: Way, row: Subscription, wishes: Wishes, options: ImportOptions): Promise<RowResult> {
  const url = resolveUrl(row.xmlUrl);
  const none = blank(url ?? row.xmlUrl, row.title);
  if (url === null || !URL.canParse(url))
    return { ...none, problem: { code: 'import.no_address', message: 'is no http address' } };
  const known = await findTwin(ctx.db, { urls: spellingsOf([url]), keys: [] });
  if (known !== null) return { ...none, result: 'duplicate', publisher: known.publisherSlug, twin: known };
  let address = url;
  let told: RowResult = { ...none, result: 'added' };
  let siteUrl = row.htmlUrl;
  if (options.isChecked) {
    try {
      const read = await readSourceAt(ctx, { url, kind: 'syndication' });
      if (read.twin !== null)
        return { ...none, result: 'duplicate', publisher: read.twin.publisherSlug, twin: read.twin };
      siteUrl ??= read.homeUrl;
      told = { ...told, count: read.count };
      if (read.isMoved) {
        address = read.finalUrl;
        told = { ...told, result: 'moved', movedTo: address };
      }
    } catch (error) {
      if (ctx.signal.aborted || !(error instanceof TinError)) throw error;
      const isDead = !(error instanceof FetchError || error instanceof NotAFeedError) || !mayMend(error);
      if (isDead) return { ...none, result: 'dead', problem: problemOf(error) };
      told = { ...told, result: 'unsure', problem: problemOf(error) };
    }
  }
  const found = publisherOf({ feedUrl: address, siteUrl, name: options.name ?? row.title, folders: row.folders });
  const { publisher, isAdded } = await enlist(ctx.db, found, wishes, { url: address, title: row.title });
  if (isAdded) return { ...told, publisher: publisher.slug };
  const twin = await findTwin(ctx.db, { urls: spellingsOf([address]), keys: [] });
  return { ...told, result: 'duplicate', publisher: publisher.slug, twin };
}

function byHost(subscriptions: readonly Subscription[]): number[][] {
  const hosts = new Map<string, number[]>();
  subscriptions.forEach((row, index) => {
    const host = URL.parse(resolveUrl(row.xmlUrl) ?? '')?.host.replace(/^www\./, '') ?? '';
    hosts.set(host, [...(hosts.get(host) ?? []), index]);
  });
  return [...hosts.values()];
}

/**
 * Adds the feeds of an OPML file and returns a result a row, in the order of the file; sites listed without a feed come last. Each address is
 * fetched and read first (hosts side by side, the rows of one host one after the other, in its turn) unless `isChecked` is false; a row that is
 * known, dead or no address does not stop the others. Throws TinError `import.too_long` for a list of more rows than are read.
 */
export async function importRows(
  ctx: Way,
  bytes: Uint8Array,
  wishes: Wishes,
  options: ImportOptions,
): Promise<RowResult[]> {
  const { subscriptions, sites, isCut } = parseOpml(bytes);
  if (isCut)
    throw new TinError('import.too_long', `the list holds more than ${subscriptions.length} feeds`, {
      remedy: 'import it in parts',
    });
  const unreached = { code: 'import.not_reached', message: 'the import was ended before it' };
  const results = subscriptions.map((row): RowResult => ({ ...blank(row.xmlUrl, row.title), problem: unreached }));
  const queue = byHost(subscriptions);
  let done = 0;
  const worker = async () => {
    for (let rows = queue.shift(); rows !== undefined; rows = queue.shift())
      for (const index of rows) {
        const row = subscriptions[index];
        if (row === undefined || ctx.signal.aborted) continue;
        const result = await importRow(ctx, row, wishes, options).catch((error: unknown): RowResult => {
          // The database's troubles are everybody's; a row's own are its own.
          if (!(error instanceof TinError)) throw error;
          return { ...blank(row.xmlUrl, row.title), result: 'dead', problem: problemOf(error) };
        });
        results[index] = result;
        options.onRow?.(++done, subscriptions.length, result);
      }
  };
  await Promise.all(Array.from({ length: hostsAtOnce }, worker));
  const bare = sites.map(
    (site): RowResult => ({
      ...blank(site.htmlUrl, site.title),
      problem: { code: 'import.no_feed', message: 'the list names no feed of this site' },
    }),
  );
  return [...results, ...bare];
}
