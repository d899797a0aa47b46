// Drafts and what the store knows of their keys → what to insert, what to update, what to name anew. Pure.
import type { ChangedEntry, EntryDraft, EntryWords, KnownEntry, NewEntry } from '../domain.ts';
import { fold } from '../text/vietnamese.ts';
import { toWords } from './words.ts';

/** What one poll does to the store. */
export type Merge = {
  created: NewEntry[];
  changed: ChangedEntry[];
  named: { key: string; entryId: number; seenAt: Date }[];
};

/** Facts of the source that decide where entries are listed. */
export type MergeOptions = {
  sourceId: number;
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

const wordsPart = (hash: string) => hash.slice(0, 20);

function change(words: EntryWords, entry: KnownEntry, newKeys: string[], sourceId: number): ChangedEntry | null {
  // hash null: the entry itself is gone and only its names remain; it is old news and stays gone.
  if (entry.hash === null || entry.hash === words.hash) return null;
  // A paper's second feed with the same article only takes over when it has clearly more of it: else the two would take turns.
  if (entry.sourceId !== sourceId && Buffer.byteLength(words.bodyHtml) <= (entry.bodyBytes ?? 0) * 1.2 + 200)
    return null;
  return {
    ...words,
    id: entry.entryId,
    seenAt: entry.seenAt,
    isMaterial: wordsPart(entry.hash) !== wordsPart(words.hash),
    keys: newKeys,
  };
}

/** Sorts drafts into new, changed and merely renamed entries. `known` are the store's answers for all keys of the drafts. */
export function mergeDrafts(drafts: EntryDraft[], known: KnownEntry[], options: MergeOptions): Merge {
  const byKey = new Map(known.map((entry) => [entry.key, entry]));
  const merge: Merge = { created: [], changed: [], named: [] };
  const touched = new Set<number>();
  for (const draft of drafts) {
    const entry = findKnown(draft, byKey);
    const words = toWords(draft, { section: options.section, baseUrl: options.feedUrl });
    const keys = draft.keys.filter((key) => !byKey.has(key));
    if (entry === null) {
      merge.created.push({
        ...words,
        keys,
        province: options.province,
        publishedAt: draft.publishedAt,
        isDateGuess: draft.isDateGuess,
        listedAt: listedAt(draft, options),
      });
      continue;
    }
    const changed = touched.has(entry.entryId) ? null : change(words, entry, keys, options.sourceId);
    touched.add(entry.entryId);
    if (changed) merge.changed.push(changed);
    else merge.named.push(...keys.map((key) => ({ key, entryId: entry.entryId, seenAt: entry.seenAt })));
  }
  return merge;
}
