// Stories for partners: what changed, what is newest, one with its copies and history, what is related, what is found.
import type { z } from 'zod';
import { toCanceledNinjs, toNinjs } from '../../edition/ninjs.ts';
import type { ShownStory } from '../../edition/rights.ts';
import { judge } from '../../edition/rights.ts';
import { toSimpleStory, toTombstone } from '../../edition/simple-json.ts';
import type { StoryCondition, StoryMark } from '../../store/api.ts';
import { changedMarks, lastChange, latestMarks, marksOf, mergedInto, revisionsOf } from '../../store/api.ts';
import { entriesOfStory } from '../../store/api-entry.ts';
import type { OpenProduct } from '../../store/partner.ts';
import { searchStories } from '../../store/search.ts';
import type { ListedStory } from '../../store/story.ts';
import { findStory, listStoriesByIds } from '../../store/story.ts';
import { listStoryEvents } from '../../store/story-event.ts';
import { relatedForText, relatedOf } from '../../story/related-answer.ts';
import { provinceBySlug } from '../../text/place.ts';
import { reasonText } from '../../text/reason.ts';
import { exactQuery, looseQuery, parseSearch } from '../../text/search.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { toEntryAnswer } from './entry-routes.ts';
import { conditionsOf, productsFor, termsFor } from './product.ts';
import type { ApiAnswer, ApiCall, ApiRoute } from './route.ts';
import { refuse, route } from './route.ts';
import * as schemas from './schemas.ts';

type Format = 'simple' | 'ninjs' | undefined;

const usualLimit = 50;
const notIncluded = 'ask the operator for a product with the format "api" (and "ninjs" for ninjs)';

/** The filter of a query as conditions of the store. */
export function conditionOf(query: {
  province?: string | undefined;
  section?: string | undefined;
  publisher?: string | undefined;
}): StoryCondition {
  const province = query.province === undefined ? null : provinceBySlug(query.province);
  return {
    ...(province === null ? {} : { province: province.code }),
    ...(query.section === undefined ? {} : { section: query.section }),
    ...(query.publisher === undefined ? {} : { publisher: query.publisher }),
  };
}

function apiProducts(call: ApiCall, format: Format): OpenProduct[] {
  return productsFor(call.access, format === 'ninjs' ? ['api', 'ninjs'] : ['api']);
}

function shownIn(call: ApiCall, format: Format, story: ShownStory): unknown {
  const { publicUrl } = call.ctx.config;
  return format === 'ninjs' ? toNinjs(story, publicUrl) : toSimpleStory(story, publicUrl);
}

type Given = { bodies: unknown[]; publisherIds: number[] };

// A story that may not go out any more is told as taken back where the partner follows changes; one whose hour comes will change then.
function give(
  call: ApiCall,
  products: readonly OpenProduct[],
  marks: readonly StoryMark[],
  listed: readonly ListedStory[],
  format: Format,
  withTombstones: boolean,
): Given {
  const byId = new Map(listed.map((story) => [story.id, story]));
  const given: Given = { bodies: [], publisherIds: [] };
  const bury = (mark: StoryMark) => {
    if (withTombstones) given.bodies.push(format === 'ninjs' ? toCanceledNinjs(mark) : toTombstone(mark));
  };
  for (const mark of marks) {
    const story = byId.get(mark.id);
    const terms = termsFor(call.access, products, mark.products, call.policy, call.now);
    if (mark.status !== 'live') bury(mark);
    else if (story !== undefined && terms !== null) {
      const verdict = judge(story, terms);
      if (verdict.kind === 'shown') {
        given.bodies.push(shownIn(call, format, verdict.story));
        given.publisherIds.push(story.publisherId);
      } else if (verdict.kind === 'gone' && verdict.reason !== 'partner') bury(mark);
    }
  }
  return given;
}

const liveIds = (marks: readonly StoryMark[]) => marks.filter((mark) => mark.status === 'live').map((mark) => mark.id);

async function listAnswer(call: ApiCall, query: z.output<typeof schemas.storiesQuery>): Promise<ApiAnswer> {
  const { db } = call.ctx;
  const products = apiProducts(call, query.format);
  if (products.length === 0) return refuse('not-in-product', notIncluded);
  const limit = query.limit ?? usualLimit;
  const shared = { limit, condition: conditionOf(query), within: conditionsOf(products) };
  if (query.since !== undefined) {
    const page = await changedMarks(db, { ...shared, since: query.since });
    const listed = await listStoriesByIds(db, liveIds(page.marks));
    const { bodies, publisherIds } = give(call, products, page.marks, listed, query.format, true);
    const body = { stories: bodies, since: String(page.last), hasMore: page.hasMore, next: null };
    return { kind: 'body', body, publisherIds };
  }
  const before = query.before === undefined ? null : readCursor(query.before);
  if (query.before !== undefined && before === null)
    return refuse('invalid', '`before` is the `next` of an earlier answer');
  // Read first: what changes while the list is read is told to whoever goes on from here.
  const since = await lastChange(db);
  const page = await latestMarks(db, { ...shared, before });
  const listed = await listStoriesByIds(db, liveIds(page.marks));
  const { bodies, publisherIds } = give(call, products, page.marks, listed, query.format, false);
  const next = page.last === null ? null : writeCursor(page.last);
  return { kind: 'body', body: { stories: bodies, since: String(since), hasMore: next !== null, next }, publisherIds };
}

async function oneAnswer(call: ApiCall, id: number, format: Format): Promise<ApiAnswer> {
  const { db } = call.ctx;
  const products = apiProducts(call, format);
  if (products.length === 0) return refuse('not-in-product', notIncluded);
  const [mark] = await marksOf(db, [id], conditionsOf(products));
  const listed = mark === undefined ? null : await findStory(db, id);
  if (mark === undefined || listed === null) return refuse('not-found');
  if (listed.status === 'merged') {
    const target = await mergedInto(db, id);
    return target === null ? refuse('not-found') : { kind: 'moved', path: `/stories/${target}` };
  }
  if (listed.status !== 'live') return refuse('gone');
  const terms = termsFor(call.access, products, mark.products, call.policy, call.now);
  const verdict = terms === null ? null : judge(listed, terms);
  if (terms === null || verdict === null || verdict.kind === 'not-yet') return refuse('not-found');
  if (verdict.kind === 'gone') return refuse(verdict.reason === 'partner' ? 'not-found' : 'gone');
  const [entries, events, revisions] = await Promise.all([
    entriesOfStory(db, id),
    listStoryEvents(db, id),
    revisionsOf(db, id),
  ]);
  return {
    kind: 'body',
    publisherIds: [listed.publisherId],
    body: {
      story: shownIn(call, format, verdict.story),
      copies: entries.map((entry) => toEntryAnswer(entry, terms)),
      events: events.map((event) => ({
        kind: event.kind,
        at: event.at.toISOString(),
        otherStoryId: event.otherStoryId,
      })),
      // A headline belongs to the paper that wrote it: only those of the paper whose words may be shown now.
      revisions: revisions
        .filter((revision) => revision.publisherId === listed.publisherId)
        .map(({ revision, title, changedAt, replacedAt }) => ({
          revision,
          title,
          changedAt: changedAt.toISOString(),
          replacedAt: replacedAt.toISOString(),
        })),
    },
  };
}

type Place = { relatedId: number; score: number; reason: string; subject: string | null };

async function giveRelated(
  call: ApiCall,
  products: readonly OpenProduct[],
  storyId: number | null,
  places: readonly Place[],
  format: Format,
): Promise<ApiAnswer> {
  const ids = places.map((place) => place.relatedId);
  const [marks, listed] = await Promise.all([
    marksOf(call.ctx.db, ids, conditionsOf(products)),
    listStoriesByIds(call.ctx.db, ids),
  ]);
  const related: unknown[] = [];
  const publisherIds: number[] = [];
  for (const place of places) {
    const mark = marks.find((one) => one.id === place.relatedId);
    if (mark === undefined) continue;
    const given = give(call, products, [mark], listed, format, false);
    const [story] = given.bodies;
    if (story === undefined) continue;
    publisherIds.push(...given.publisherIds);
    const reason = { kind: place.reason, subject: place.subject };
    related.push({ score: place.score, reason: { ...reason, text: reasonText(reason) }, story });
  }
  return { kind: 'body', body: { storyId, related }, publisherIds };
}

async function relatedById(call: ApiCall, id: number, format: Format): Promise<ApiAnswer> {
  const products = apiProducts(call, format);
  if (products.length === 0) return refuse('not-in-product', notIncluded);
  const answer = await relatedOf(call.ctx, id);
  return answer === null ? refuse('not-found') : giveRelated(call, products, id, answer.places, format);
}

async function relatedByText(call: ApiCall, body: z.output<typeof schemas.relatedBody>): Promise<ApiAnswer> {
  const products = apiProducts(call, 'simple');
  if (products.length === 0) return refuse('not-in-product', notIncluded);
  const province = body.province === undefined ? null : provinceBySlug(body.province);
  const answer = await relatedForText(call.ctx, {
    url: body.url ?? null,
    title: body.title ?? '',
    html: body.html ?? null,
    text: body.text ?? null,
    publishedAt: body.publishedAt === undefined ? null : new Date(body.publishedAt),
    province: province?.code ?? null,
  });
  if (answer.storyId === null && !body.title)
    return refuse('not-found', 'this address is unknown: send title and text');
  return giveRelated(call, products, answer.storyId, answer.places, 'simple');
}

async function searchAnswer(call: ApiCall, query: z.output<typeof schemas.searchQuery>): Promise<ApiAnswer> {
  const { db } = call.ctx;
  const products = apiProducts(call, 'simple');
  if (products.length === 0) return refuse('not-in-product', notIncluded);
  const search = parseSearch(query.q);
  if (search === null) return refuse('invalid', '`q` holds no word to look for');
  const limit = query.limit ?? 20;
  const [, exactness = '', place = ''] = /^([01])-(.+)$/.exec(query.after ?? '') ?? [];
  const cursor = readCursor(place);
  if (query.after !== undefined && cursor === null)
    return refuse('invalid', '`after` is the `next` of an earlier answer');
  const finds = await searchStories(
    db,
    { exact: exactQuery(search), loose: looseQuery(search) },
    limit,
    cursor === null ? null : { ...cursor, isExact: exactness === '1' },
  );
  const ids = finds.map((find) => find.id);
  const [marks, listed] = await Promise.all([marksOf(db, ids, conditionsOf(products)), listStoriesByIds(db, ids)]);
  const { bodies, publisherIds } = give(call, products, marks, listed, 'simple', false);
  const last = finds.length < limit ? undefined : finds.at(-1);
  const next = last === undefined ? null : `${last.isExact ? 1 : 0}-${writeCursor(last)}`;
  return { kind: 'body', body: { stories: bodies, next }, publisherIds };
}

const keyed = { isOpen: false, params: null, body: null, problems: [] } as const;

/** The rows about stories. */
export const storyRoutes: readonly ApiRoute[] = [
  route({
    ...keyed,
    method: 'get',
    path: '/stories',
    operationId: 'listStories',
    summary: 'The newest stories; with `since` all that changed, withdrawn ones as canceled',
    query: schemas.storiesQuery,
    answer: schemas.storiesAnswer,
    handle: (call, { query }) => listAnswer(call, query),
  }),
  route({
    ...keyed,
    method: 'get',
    path: '/stories/{id}',
    operationId: 'readStory',
    summary: 'One story with its copies and history; a merged one moves to the story it ended in',
    params: schemas.idParams,
    query: schemas.storyQuery,
    answer: schemas.storyAnswer,
    problems: ['not-found', 'gone'],
    handle: (call, { params, query }) => oneAnswer(call, params.id, query.format),
  }),
  route({
    ...keyed,
    method: 'get',
    path: '/stories/{id}/related',
    operationId: 'readRelated',
    summary: 'Tin liên quan of a story, at most eight, best first, each with its reason',
    params: schemas.idParams,
    query: schemas.storyQuery,
    answer: schemas.relatedAnswer,
    problems: ['not-found'],
    handle: (call, { params, query }) => relatedById(call, params.id, query.format),
  }),
  route({
    ...keyed,
    method: 'post',
    path: '/related',
    operationId: 'findRelated',
    summary: 'Tin liên quan for an article of your own: by its address if we know it, else by its title and text',
    query: null,
    body: schemas.relatedBody,
    answer: schemas.relatedAnswer,
    problems: ['not-found', 'too-large', 'media-type'],
    handle: (call, { body }) => relatedByText(call, body),
  }),
  route({
    ...keyed,
    method: 'get',
    path: '/search',
    operationId: 'searchStories',
    summary: 'Stories by words, newest first; marks may be left out',
    query: schemas.searchQuery,
    answer: schemas.searchAnswer,
    handle: (call, { query }) => searchAnswer(call, query),
  }),
];
