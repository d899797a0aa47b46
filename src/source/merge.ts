// Drafts and what the store knows of their keys → what to insert, what to update, what to name anew. Pure.
import type { ChangedEntry, EntryDraft, KnownEntry, NewEntry, StoredWords } from '../domain.ts';
import { canonicalUrl } from '../text/url.ts';
import { fold } from '../text/vietnamese.ts';
import { difference, toWords } from './words.ts';

/** A name to add to an entry that is known already. */
export type NewName = { key: string; entryId: number; seenAt: Date };

/** A draft of a known entry whose source writes it differently now: its stored words decide whether it changed. */
export type Suspect = { draft: EntryDraft; entryId: number; seenAt: Date; keys: string[] };

/** The drafts of a document, told apart by their keys. */
export type Sorted = { created: EntryDraft[]; suspects: Suspect[]; named: NewName[] };

/** Facts of the source that decide where entries are listed. */
export type MergeOptions = {
  section: string | null;
  province: string | null;
  feedUrl: string;
  now: Date /** no document of this source was read before */;
  isFirst: boolean;
};

const dayMs = 24 * 3_600_000;

// A guid alone is weak: papers reuse them. Address, headline or date must agree before it may swallow an article.
function isSameArticle(draft: EntryDraft, key: string, known: KnownEntry): boolean {
  if (
    !key.startsWith('g:') ||
    known.title === null ||
    known.url === null ||
    draft.url === null ||
    known.url === draft.url
  )
    return true;
  return fold(known.title) === fold(draft.title) || known.publishedAt?.getTime() === draft.publishedAt.getTime();
}

function findKnown(draft: EntryDraft, known: Map<string, KnownEntry>): KnownEntry | null {
  const entries = draft.keys.map((key) => known.get(key));
  const agreed = entries.find((entry) => entry !== undefined && isSameArticle(draft, entry.key, entry));
  // With no name of its own left it could never be recognised again: then the weak key has to do.
  return agreed ?? (entries.includes(undefined) ? null : (entries[0] ?? null));
}

/**
 * Where an entry stands in lists of the latest: its publication, or our first sight of it when that came later by less than
 * a day. So a subscriber with a short window gets what a slow poll brings, and a source's first document is not all "new".
 */
export function listedAt(draft: EntryDraft, options: { now: Date; isFirst: boolean }): Date {
  const isLate = options.now.getTime() - draft.publishedAt.getTime() < dayMs;
  return !options.isFirst && isLate ? options.now : draft.publishedAt;
}

// A paper's second feed with the same article only takes over when it has clearly more of it: else the two would take turns.
const isRicher = (html: string, entry: { bodyBytes: number | null }) =>
  Buffer.byteLength(html) > (entry.bodyBytes ?? 0) * 1.2 + 200;

function isSuspect(draft: EntryDraft, entry: KnownEntry, sourceId: number): boolean {
  // fingerprint null: the entry itself is gone and only its names remain; it is old news and stays gone.
  if (entry.fingerprint === null || entry.fingerprint === draft.fingerprint) return false;
  return entry.sourceId === sourceId || isRicher(draft.contentHtml ?? draft.summaryHtml ?? '', entry);
}

/** Sorts drafts into new, suspected of a change, and merely renamed ones. `known` are the store's answers for all keys of the drafts. */
export function sortDrafts(drafts: EntryDraft[], known: KnownEntry[], options: { sourceId: number }): Sorted {
  const byKey = new Map(known.map((entry) => [entry.key, entry]));
  const sorted: Sorted = { created: [], suspects: [], named: [] };
  const touched = new Set<number>();
  for (const draft of drafts) {
    const entry = findKnown(draft, byKey);
    if (entry === null) {
      sorted.created.push({ ...draft, keys: draft.keys.filter((key) => !byKey.has(key)) });
      continue;
    }
    const { entryId, seenAt } = entry;
    const keys = draft.keys.filter((key) => !byKey.has(key));
    if (!touched.has(entryId) && isSuspect(draft, entry, options.sourceId))
      sorted.suspects.push({ draft, entryId, seenAt, keys });
    else sorted.named.push(...keys.map((key) => ({ key, entryId, seenAt })));
    touched.add(entryId);
  }
  return sorted;
}

/** A new draft as the entry that is stored: cleaned, with its place in lists of the latest. */
export function toNewEntry(draft: EntryDraft, options: MergeOptions): NewEntry {
  return {
    ...toWords(draft, { section: options.section, baseUrl: options.feedUrl }),
    keys: draft.keys,
    province: options.province,
    publishedAt: draft.publishedAt,
    isDateGuess: draft.isDateGuess,
    listedAt: listedAt(draft, options),
  };
}

/** Suspects against their stored words → those that did change; the others only bring their new names. */
export function findChanges(
  suspects: Suspect[],
  stored: StoredWords[],
  options: Pick<MergeOptions, 'section' | 'feedUrl'>,
): { changed: ChangedEntry[]; named: NewName[] } {
  const byId = new Map(stored.map((words) => [words.id, words]));
  const changed: ChangedEntry[] = [];
  const named: NewName[] = [];
  for (const { draft, entryId, seenAt, keys } of suspects) {
    const before = byId.get(entryId);
    const words = toWords(draft, { section: options.section, baseUrl: options.feedUrl });
    const isSameUrl =
      before?.url === words.url ||
      (before?.url != null && words.url !== null && canonicalUrl(before.url) === canonicalUrl(words.url));
    const what = before === undefined ? 'none' : difference(before, words, isSameUrl);
    if (what === 'none') named.push(...keys.map((key) => ({ key, entryId, seenAt })));
    else changed.push({ ...words, id: entryId, seenAt, isMaterial: what === 'words', keys });
  }
  return { changed, named };
}
