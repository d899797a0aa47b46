// A poll's answer → what it says of the paper's hub: the offer, and what the hub failed to bring. EFFECT.
import type { Db } from '../store/db.ts';
import { noteMissed } from '../store/push-body.ts';
import { noteOffer } from '../store/push.ts';
import { countMissed, findOffer } from './hub-offer.ts';
import type { ReadDocument } from './read-document.ts';

/** A poll that brought a document: `brought` are the entries that were new. */
export type PolledDocument = {
  /** `pushedSince`: since when a hub has confirmed to tell us; null = none has. */
  source: { id: number; kind: string; pushedSince: Date | null };
  answer: { url: string; headers: Record<string, string>; body: Uint8Array };
  document: Pick<ReadDocument, 'feed'>;
  brought: readonly { publishedAt: Date }[];
  now: Date;
};

/**
 * Records that the source offers a hub, and counts articles that its hub should have brought first. Most papers offer none: then this is
 * two comparisons and no statement. Touches push and hub_tally, inside the caller's transaction.
 */
export async function noteHub(trx: Db, polled: PolledDocument): Promise<void> {
  const { source, answer, document, now } = polled;
  const page = source.kind === 'listing' ? Buffer.from(answer.body).toString('latin1') : null;
  const offer = findOffer({ url: answer.url, headers: answer.headers, feed: document.feed, page });
  if (offer !== null) await noteOffer(trx, source.id, offer);
  const missed = countMissed(polled.brought, source.pushedSince, now);
  if (missed > 0) await noteMissed(trx, source.id, missed);
}
