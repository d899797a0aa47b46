// A document of a source, polled or pushed → its entries in the store. EFFECT.
import type { Context } from '../context.ts';
import { askPages } from '../store/article.ts';
import type { Db } from '../store/db.ts';
import { addKeys, findWords, holdKnownEntries, insertEntries, type Known, updateEntries } from '../store/entry.ts';
import { addFill } from '../store/fill.ts';
import type { ClaimedSource } from '../store/poll.ts';
import { type FloodOrder, guardFlood } from './flood-guard.ts';
import { isLastHalf } from './learn.ts';
import { listMarks } from './marks.ts';
import { findChanges, sortEntries } from './merge.ts';
import { wishPages } from './page-wishes.ts';
import type { SourceRules } from './rules.ts';
import { type ReadDocument, type ReadEntry, rowOf, wordsOf } from './read-document.ts';

/** Bytes of a document and how they came. */
export type Arrived = { body: Uint8Array; url: string; headers: Record<string, string> };

/** What of a source decides how its document is read and where its entries go. */
export type Receiver = Pick<
  ClaimedSource,
  'id' | 'publisherId' | 'zone' | 'section' | 'province' | 'lastSuccessAt' | 'itemMarks'
> & { kind: string; rules: SourceRules; pages?: ClaimedSource['pages'] };

/** A flood that may be news or not: `pairs` of the `fresh` articles look like known ones. `examples` are headlines, at most five pairs. */
export type Doubt = { fresh: number; pairs: number; examples: { fresh: string; known: string }[] };

/**
 * What taking a document in did. `renamed`: known articles that came under other names. `isGone`: its publisher was removed meanwhile, and
 * `doubt`: the flood guard is not sure; in both cases nothing was written.
 */
export type TakenIn = {
  created: number;
  changed: number;
  renamed: number;
  isGone: boolean;
  doubt: Doubt | null;
  /** The entries that were new, in the order of the document. */
  brought: ReadEntry[];
};

/** Reads a document in the reader's thread; items of the source's last good document are passed over. Throws NotAFeedError and the reader's errors. */
export async function readArrived(ctx: Context, source: Receiver, arrived: Arrived): Promise<ReadDocument> {
  return ctx.reader.run('document', {
    kind: source.kind,
    rules: source.rules,
    bytes: arrived.body,
    url: arrived.url,
    headers: arrived.headers,
    zone: source.zone,
    now: ctx.now(),
    sourceId: source.id,
    section: source.section,
    province: source.province,
    isFirst: source.lastSuccessAt === null,
    known: source.itemMarks,
    ...(source.pages === undefined ? {} : { pages: source.pages }),
  });
}

/** What a document that brings nothing does. */
export const nothingTaken: TakenIn = { created: 0, changed: 0, renamed: 0, isGone: false, doubt: null, brought: [] };

// Half an article would stand beside its whole self under a broken address, or spoil it: it is read when it is whole.
function wholeEntries(document: ReadDocument): ReadEntry[] {
  const half = isLastHalf(document) ? listMarks(document.marks).at(-1)?.slice(0, 16) : undefined;
  return document.entries.filter((entry) => entry.fingerprint !== half);
}

/** The keys (compact) that the store has to be asked for before a document can be taken in; empty = it brings nothing. */
export function keysOf(document: ReadDocument): string[] {
  return [...wholeEntries(document).flatMap((entry) => entry.keys), ...document.lacking.map((item) => item.key)];
}

/**
 * Writes what is new and what changed of a document, inside the caller's transaction: one query for all keys, then as `takeKnown`. Holds the
 * publisher's row until the transaction ends.
 */
export async function takeIn(
  trx: Db,
  source: Pick<Receiver, 'id' | 'publisherId'>,
  document: ReadDocument,
  order: FloodOrder = 'judge',
): Promise<TakenIn> {
  const found = await holdKnownEntries(trx, source.publisherId, keysOf(document));
  return takeKnown(trx, source, document, found, order);
}

/**
 * Writes what is new and what changed of a document whose publisher's row the caller's transaction holds; `found` is what the store said of its keys,
 * null = the publisher is gone. One statement each for new, changed and renamed entries. Many new entries at once are judged by the flood guard
 * first; `order` is a person's word on it. Articles whose own page is wanted are asked for. Touches entry, entry_key, cluster_due,
 * article_due, source_fill.
 */
export async function takeKnown(
  trx: Db,
  source: Pick<Receiver, 'id' | 'publisherId'>,
  document: ReadDocument,
  found: Known | null,
  order: FloodOrder = 'judge',
): Promise<TakenIn> {
  const { publisherId, id } = source;
  if (found === null) return { ...nothingTaken, isGone: true };
  const entries = wholeEntries(document);
  const known = found.entries;
  const sorted = sortEntries(entries, known, { sourceId: id });
  const knownIds = new Set(known.map((one) => one.entryId));
  // Of a paper that nothing is known of yet, nothing can come under another name.
  const guardOrder = found.hasEntries ? order : 'new';
  const guarded = await guardFlood(trx, source, document, sorted.created, knownIds, guardOrder);
  if (guarded.verdict.verdict === 'hold' && order === 'judge') {
    const { pairs } = guarded.verdict;
    const examples = pairs
      .slice(0, 5)
      .map((pair) => ({ fresh: sorted.created[pair.fresh]?.title ?? '', known: pair.twin.title }));
    return { ...nothingTaken, doubt: { fresh: sorted.created.length, pairs: pairs.length, examples } };
  }
  const { suspects, wishes } = wishPages(document, sorted.suspects, guarded.created, known);
  const stored = await findWords(trx, suspects);
  const { changed, named } = findChanges(suspects, stored, (entry) => wordsOf(document, entry));
  // The newest of a document gets the highest id, so that it stands first among entries listed at one instant.
  const rows = guarded.created.map((entry) => rowOf(document, entry)).toReversed();
  await insertEntries(trx, publisherId, id, rows, found.rowType);
  await updateEntries(trx, publisherId, id, changed);
  await addKeys(trx, publisherId, [...sorted.named, ...named, ...guarded.named]);
  await askPages(trx, { id, publisherId, isFirst: document.isFirst }, wishes);
  await addFill(trx, id, 'list', document.fill);
  const renamed = sorted.created.length - guarded.created.length;
  return {
    created: rows.length,
    changed: changed.length,
    renamed,
    isGone: false,
    doubt: null,
    brought: guarded.created,
  };
}
