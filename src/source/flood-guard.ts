// The entries of a document that no key names → those that are news, those that are known under other names, or doubt. EFFECT.
import type { Db } from '../store/db.ts';
import { findTwins, mayHaveTwins } from '../store/twin.ts';
import { type FloodVerdict, judgeFlood, maybeFlood, pathOf } from './flood.ts';
import { addressMark } from './kinds/item-hash.ts';
import { countMarks, listMarks } from './marks.ts';
import type { NewName } from './merge.ts';
import { readSummary } from './row.ts';
import { type ReadDocument, type ReadEntry, rowOf } from './read-document.ts';

/** `judge`: look and decide. `same`: a person said that what looks known is known. `new`: a person said that all is news. */
export type FloodOrder = 'judge' | 'same' | 'new';

/** The new entries told apart; `verdict` `hold` = nothing may be written. */
export type Guarded = { verdict: FloodVerdict; created: ReadEntry[]; named: NewName[] };

/**
 * Judges the new entries of a document (flood.ts). Costs nothing for a few of them, a query or two for many. `knownIds` are the stored entries that the
 * document itself lists under a known name: they answer for nobody else. Reads entry.
 */
export async function guardFlood(
  db: Db,
  source: { id: number; publisherId: number },
  document: ReadDocument,
  created: ReadEntry[],
  knownIds: ReadonlySet<number>,
  order: FloodOrder,
): Promise<Guarded> {
  const pass: Guarded = { verdict: { verdict: 'pass', strong: 0, weak: 0, pairs: [] }, created, named: [] };
  if (order === 'new' || !maybeFlood(created.length, countMarks(document.marks))) return pass;
  if (!(await mayHaveTwins(db, source))) return pass;
  const fresh = created.map((entry) => {
    const { title, url, publishedAt } = entry;
    return { title, url, publishedAt, ...readSummary(rowOf(document, entry)) };
  });
  const listed = new Set(listMarks(document.marks).map((mark) => mark.slice(16, 24)));
  const own = new Set(created.map((entry) => addressMark(entry.url)));
  const found = await findTwins(db, source, {
    titles: fresh.map((item) => item.title),
    summaries: fresh.map((item) => item.summary).filter((summary) => summary !== ''),
    paths: fresh.map((item) => pathOf(item.url)).filter((path) => path !== null),
  });
  const twins = found.filter((twin) => {
    const address = addressMark(twin.url);
    return !knownIds.has(twin.entryId) && (twin.url === null || !listed.has(address) || own.has(address));
  });
  const verdict = judgeFlood(fresh, twins, countMarks(document.marks));
  if (verdict.verdict === 'pass' || (verdict.verdict === 'hold' && order === 'judge')) return { ...pass, verdict };
  const named: NewName[] = [];
  const taken = new Set<number>();
  for (const { fresh: index, twin } of verdict.pairs) {
    taken.add(index);
    for (const key of created[index]?.keys ?? []) named.push({ key, entryId: twin.entryId, seenAt: twin.seenAt });
  }
  return { verdict, created: created.filter((_, index) => !taken.has(index)), named };
}
