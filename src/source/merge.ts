// The entries of a document and what the store knows of their keys → what to insert, what to update, what to name anew. Pure.
import type { ChangedEntry, EntryWords, KnownEntry, StoredWords } from '../domain.ts';
import { canonicalUrl } from '../text/url.ts';
import { fold } from '../text/vietnamese.ts';
import type { ReadEntry } from './read-document.ts';
import { difference } from './words.ts';

/** A name to add to an entry that is known already. */
export type NewName = { key: string; entryId: number; seenAt: Date };

/** A known entry whose source writes it differently now: its stored words decide whether it changed. */
export type Suspect = { entry: ReadEntry; entryId: number; seenAt: Date; keys: string[] };

/** The entries of a document, told apart by their keys. */
export type Sorted = { created: ReadEntry[]; suspects: Suspect[]; named: NewName[] };

// A guid alone is weak: papers reuse them. Address, headline or date must agree before it may swallow an article.
function isSameArticle(draft: ReadEntry, key: string, known: KnownEntry): boolean {
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

function findKnown(draft: ReadEntry, known: Map<string, KnownEntry>): KnownEntry | null {
  const entries = draft.keys.map((key) => known.get(key));
  const agreed = entries.find((entry) => entry !== undefined && isSameArticle(draft, entry.key, entry));
  // With no name of its own left it could never be recognised again: then the weak key has to do.
  return agreed ?? (entries.includes(undefined) ? null : (entries[0] ?? null));
}

// A paper's second feed with the same article only takes over when it has clearly more of it: else the two would take turns.
const isRicher = (entry: ReadEntry, known: KnownEntry) => entry.bodyBytes > (known.bodyBytes ?? 0) * 1.2 + 200;

function isSuspect(entry: ReadEntry, known: KnownEntry, sourceId: number): boolean {
  // fingerprint null: the entry itself is gone and only its names remain; it is old news and stays gone.
  if (known.fingerprint === null || known.fingerprint === entry.fingerprint) return false;
  return known.sourceId === sourceId || isRicher(entry, known);
}

/** Sorts entries into new, suspected of a change, and merely renamed ones. `known` are the store's answers for all their keys. */
export function sortEntries(entries: ReadEntry[], known: KnownEntry[], options: { sourceId: number }): Sorted {
  const byKey = new Map(known.map((one) => [one.key, one]));
  const sorted: Sorted = { created: [], suspects: [], named: [] };
  const touched = new Set<number>();
  for (const entry of entries) {
    const found = findKnown(entry, byKey);
    if (found === null) {
      sorted.created.push(entry);
      continue;
    }
    const { entryId, seenAt } = found;
    const keys = entry.keys.filter((key) => !byKey.has(key));
    if (!touched.has(entryId) && isSuspect(entry, found, options.sourceId))
      sorted.suspects.push({ entry, entryId, seenAt, keys });
    else sorted.named.push(...keys.map((key) => ({ key, entryId, seenAt })));
    touched.add(entryId);
  }
  return sorted;
}

const canonicalOf = (url: string | null) => (url === null ? null : canonicalUrl(url));

/** Suspects against their stored words → those that did change; the others only bring their new names. `wordsOf` gives the new words. */
export function findChanges(
  suspects: Suspect[],
  stored: StoredWords[],
  wordsOf: (entry: ReadEntry) => EntryWords,
): { changed: ChangedEntry[]; named: NewName[] } {
  const byId = new Map(stored.map((words) => [words.id, words]));
  const changed: ChangedEntry[] = [];
  const named: NewName[] = [];
  for (const { entry, entryId, seenAt, keys } of suspects) {
    const before = byId.get(entryId);
    const words = wordsOf(entry);
    const isSameUrl = before?.url === words.url || canonicalOf(before?.url ?? null) === (canonicalOf(words.url) ?? '');
    const what = before === undefined ? 'none' : difference(before, words, isSameUrl);
    if (what === 'none') named.push(...keys.map((key) => ({ key, entryId, seenAt })));
    else changed.push({ ...words, id: entryId, seenAt, isMaterial: what === 'words', keys });
  }
  return { changed, named };
}
