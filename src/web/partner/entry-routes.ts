// Entries for partners: articles in the order in which they reached their stories, each within its own paper's rights.
import type { z } from 'zod';
import { judge } from '../../edition/rights.ts';
import type { Terms } from '../../edition/rights-terms.ts';
import type { SimpleMedia } from '../../edition/simple-json.ts';
import { storyUri, toSimpleStory } from '../../edition/simple-json.ts';
import { arrivedEntries, marksOf } from '../../store/api.ts';
import type { ListedEntry } from '../../store/api-entry.ts';
import { entriesByIds } from '../../store/api-entry.ts';
import { provinceBySlug } from '../../text/place.ts';
import { conditionsOf, productsFor, termsFor } from './product.ts';
import type { ApiAnswer, ApiCall, ApiRoute } from './route.ts';
import { refuse, route } from './route.ts';
import * as schemas from './schemas.ts';

/** An entry as the API shows it: whole within its rights, or only that it exists. */
export type EntryAnswer =
  | { id: number; storyId: number; status: 'withheld' | 'canceled'; availableAt: string | null }
  | {
      id: number;
      storyId: number;
      storyUri: string;
      status: 'usable';
      isLead: boolean;
      title: string;
      summary: string;
      html: string;
      source: { name: string; slug: string | null; url: string | null; publishedAt: string };
      authors: string[];
      tags: string[];
      image: SimpleMedia | null;
      media: SimpleMedia[];
      changedAt: string;
      isSample: boolean;
    };

/**
 * An entry under the terms of its story's product and its own paper's agreement. One under embargo is told as withheld with its hour, so
 * that a reader of the list knows of it and can ask for it then; one that may not go out, or whose story was taken back, as canceled.
 */
export function toEntryAnswer(entry: ListedEntry, terms: Terms): EntryAnswer {
  const { id, storyId } = entry;
  // A merged story's entries went with it; only what editors took back is gone.
  const verdict = judge(entry, terms);
  if (verdict.kind === 'not-yet') return { id, storyId, status: 'withheld', availableAt: verdict.at.toISOString() };
  if (verdict.kind === 'gone')
    return { id, storyId, status: verdict.reason === 'status' ? 'canceled' : 'withheld', availableAt: null };
  const simple = toSimpleStory(verdict.story, '');
  const { title, summary, html, source, authors, tags, image, media, changedAt, isSample } = simple;
  const shown = { title, summary, html, source, authors, tags, image, media, changedAt, isSample };
  return { id, storyId, storyUri: storyUri(entry.storyUid), status: 'usable', isLead: entry.isLead, ...shown };
}

const noProduct = 'ask the operator for a product with the format "api"';

async function give(
  call: ApiCall,
  entries: readonly ListedEntry[],
): Promise<{ bodies: EntryAnswer[]; publisherIds: number[] }> {
  const products = productsFor(call.access, ['api']);
  const stories = [...new Set(entries.map((entry) => entry.storyId))];
  const marks = new Map((await marksOf(call.ctx.db, stories, conditionsOf(products))).map((mark) => [mark.id, mark]));
  const bodies: EntryAnswer[] = [];
  const publisherIds: number[] = [];
  for (const entry of entries) {
    const taken = marks.get(entry.storyId)?.products ?? [];
    const terms = termsFor(call.access, products, taken, call.policy, call.now);
    if (terms === null) continue;
    const body = toEntryAnswer(entry, terms);
    bodies.push(body);
    if (body.status === 'usable') publisherIds.push(entry.publisherId);
  }
  return { bodies, publisherIds };
}

function isWanted(entry: ListedEntry, query: z.output<typeof schemas.entriesQuery>): boolean {
  const province = query.province === undefined ? null : provinceBySlug(query.province)?.code;
  return (
    (province === null || entry.province === province) &&
    (query.section === undefined || entry.section === query.section) &&
    (query.publisher === undefined || entry.publisher.slug === query.publisher)
  );
}

async function listAnswer(call: ApiCall, query: z.output<typeof schemas.entriesQuery>): Promise<ApiAnswer> {
  if (productsFor(call.access, ['api']).length === 0) return refuse('not-in-product', noProduct);
  const limit = query.limit ?? 50;
  const since = query.since ?? 0;
  const arrived = await arrivedEntries(call.ctx.db, since, limit);
  const entries = await entriesByIds(
    call.ctx.db,
    arrived.map((mark) => mark.entryId),
  );
  const { bodies, publisherIds } = await give(
    call,
    entries.filter((entry) => isWanted(entry, query)),
  );
  const last = arrived.at(-1)?.arrivalId ?? since;
  const body = { entries: bodies, since: String(last), hasMore: arrived.length === limit };
  return { kind: 'body', body, publisherIds };
}

async function oneAnswer(call: ApiCall, id: number): Promise<ApiAnswer> {
  if (productsFor(call.access, ['api']).length === 0) return refuse('not-in-product', noProduct);
  const { bodies, publisherIds } = await give(call, await entriesByIds(call.ctx.db, [id]));
  const [entry] = bodies;
  return entry === undefined ? refuse('not-found') : { kind: 'body', body: { entry }, publisherIds };
}

/** The rows about entries. */
export const entryRoutes: readonly ApiRoute[] = [
  route({
    method: 'get',
    path: '/entries',
    operationId: 'listEntries',
    summary: 'Articles in the order in which they arrived, each once; what a filter leaves out shortens the page only',
    isOpen: false,
    params: null,
    query: schemas.entriesQuery,
    body: null,
    answer: schemas.entriesAnswer,
    problems: [],
    handle: (call, { query }) => listAnswer(call, query),
  }),
  route({
    method: 'get',
    path: '/entries/{id}',
    operationId: 'readEntry',
    summary: 'One article',
    isOpen: false,
    params: schemas.idParams,
    query: null,
    body: null,
    answer: schemas.entryAnswer,
    problems: ['not-found'],
    handle: (call, { params }) => oneAnswer(call, params.id),
  }),
];
