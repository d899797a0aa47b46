// A story's carriers → the one that leads, under the deployment's priority, and who names whom as the origin. Pure.
import type { Carrier } from '../store/carrier.ts';
import { plainText } from '../text/markup.ts';
import { chooseLead, type LeadRule, originsAmong } from './choose-lead.ts';
import { outletKey, provenanceOf } from './provenance.ts';

/** After this long a story keeps its lead: readers and partners have it under these words. */
const settledMs = 24 * 3_600_000;

/** Comparable name of whom an entry says it has its words from; null when it names nobody. */
export function originOf(carrier: Pick<Carrier, 'opening' | 'ending'>): string | null {
  return provenanceOf({ lead: plainText(carrier.opening), body: plainText(carrier.ending) })?.origin ?? null;
}

/**
 * The carrier that shall lead, of one story's, each one's origin by entry id, and those that are the origin; null for no carriers. What an editor pinned leads,
 * whatever the priority. Dates on the database's clock.
 */
export function leadAmong(
  carriers: readonly Carrier[],
  now: Date,
  priority?: readonly LeadRule[],
): { lead: Carrier; origins: Map<number, string | null>; first: Set<number> } | null {
  const origins = new Map(carriers.map((carrier) => [carrier.entryId, originOf(carrier)]));
  const first = originsAmong(
    carriers.map((carrier) => ({
      entryId: carrier.entryId,
      publisher: outletKey(carrier.publisherName),
      origin: origins.get(carrier.entryId) ?? null,
    })),
  );
  const current = carriers.find((carrier) => carrier.isLead);
  const seen = Math.min(...carriers.map((carrier) => carrier.seenAt.getTime()));
  const pinned = carriers
    .filter((carrier) => carrier.pinnedAt !== null)
    .sort((a, b) => (b.pinnedAt?.getTime() ?? 0) - (a.pinnedAt?.getTime() ?? 0))[0];
  if (pinned !== undefined) return { lead: pinned, origins, first };
  const id = chooseLead(
    carriers.map((carrier) => ({
      entryId: carrier.entryId,
      weight: carrier.publisherWeight,
      isOrigin: first.has(carrier.entryId),
      isOwnProvince: carrier.storyProvince !== null && carrier.publisherProvince === carrier.storyProvince,
      publishedAt: carrier.publishedAt,
      length: carrier.length,
      hasImage: carrier.hasImage,
    })),
    { current: current?.entryId, isSettled: now.getTime() - seen > settledMs, ...(priority ? { priority } : {}) },
  );
  const lead = carriers.find((carrier) => carrier.entryId === id);
  return lead === undefined ? null : { lead, origins, first };
}
