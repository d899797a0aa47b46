// A document's entries and what the store knows of them → which articles' own pages to read. Pure.
import type { EntryDraft, KnownEntry } from '../domain.ts';
import type { PageWish } from '../store/article.ts';
import { compactKey } from '../text/compact-key.ts';
import { canonicalUrl } from '../text/url.ts';
import type { Suspect } from './merge.ts';
import type { ParsedItem } from './parsed.ts';
import type { ReadDocument, ReadEntry } from './read-document.ts';
import { toSeed } from './seed.ts';

/** An item that is no entry yet, as headline or date are missing; `key` is the compact key of its address. */
export type LackingItem = { key: string; url: string; seed: string };

// Shorter than this is a teaser: the shortest whole reports of provincial papers have some 900 letters.
const shortBytes = 1_500;
const recentMs = 3 * 86_400_000;

/** Items that can be entries, and those whose own page has to be asked first. An item without an address cannot be asked for: it stays. */
export function splitLacking(items: ParsedItem[]): { whole: ParsedItem[]; lacking: LackingItem[] } {
  const whole: ParsedItem[] = [];
  const lacking: LackingItem[] = [];
  for (const item of items) {
    if (item.url === null || (item.title !== null && item.publishedAt !== null)) whole.push(item);
    else lacking.push({ key: compactKey(`u:${canonicalUrl(item.url)}`), url: item.url, seed: toSeed(item) });
  }
  return { whole, lacking };
}

/** The draft as JSON where its page may say more than it: it is recent, has an address of its own, and little text (or `pages` is `all`). */
export function seedOf(
  draft: EntryDraft,
  bodyBytes: number,
  o: { now: Date; pages?: 'none' | 'short' | 'all' },
): string | null {
  if (draft.url === null || draft.keys[0]?.startsWith('u:') !== true) return null;
  if (o.pages !== 'all' && bodyBytes >= shortBytes) return null;
  if (o.now.getTime() - draft.publishedAt.getTime() > recentMs) return null;
  return toSeed({
    ...draft,
    id: null,
    publishedAt: draft.isDateGuess ? null : draft.publishedAt,
    authors: draft.authors.map((name) => ({ name, email: null, url: null })),
    imageUrl: draft.media.find((media) => media.medium === 'image')?.url ?? null,
  });
}

const hostOf = (url: string) => new URL(url).host.replace(/^www\./, '');

const wish = (entry: ReadEntry, why: PageWish['why']): PageWish[] =>
  entry.seed === undefined || entry.url === null || entry.keys[0] === undefined
    ? []
    : [{ key: entry.keys[0], url: entry.url, host: hostOf(entry.url), why, seed: entry.seed }];

/**
 * Which pages to read after a document was sorted, and which of the `doubtful` entries are left to be compared: an item of which we hold much more than its source writes was
 * read from its page, so a change sends us there again instead of putting the teaser in the text's place. `created` are the entries that are
 * made of the document. Costs one comparison an entry where no pages are wanted.
 */
export function wishPages(
  document: Pick<ReadDocument, 'lacking' | 'isWantingPages'>,
  doubtful: readonly Suspect[],
  created: readonly ReadEntry[],
  known: readonly KnownEntry[],
): { suspects: Suspect[]; wishes: PageWish[] } {
  const wishes: PageWish[] = [];
  const byKey = new Map(known.map((one) => [one.key, one]));
  const suspects = doubtful.filter(({ entry }) => {
    if (entry.seed === undefined) return true;
    const stored = entry.keys.map((key) => byKey.get(key)).find((one) => one !== undefined);
    if ((stored?.bodyBytes ?? 0) <= entry.bodyBytes * 2 + 400) return true;
    wishes.push(...wish(entry, 'changed'));
    return false;
  });
  if (document.isWantingPages) for (const entry of created) wishes.push(...wish(entry, 'short'));
  for (const item of document.lacking) {
    const stored = byKey.get(item.key);
    const isGone = stored !== undefined && stored.fingerprint === null;
    const isOld = stored?.publishedAt !== undefined && stored.publishedAt !== null && !isRecent(stored, known);
    if (isGone || isOld) continue;
    wishes.push({ ...item, host: hostOf(item.url), why: stored === undefined ? 'lacking' : 'changed' });
  }
  return { suspects, wishes };
}

// Compared with the newest we know of the same document: no clock is needed to tell an old article from the day's.
function isRecent(entry: KnownEntry, known: readonly KnownEntry[]): boolean {
  const newest = known.reduce((most, one) => Math.max(most, one.publishedAt?.getTime() ?? 0), 0);
  return newest - (entry.publishedAt?.getTime() ?? 0) <= recentMs;
}
