// A claimed source → one poll of it, from the request to the row in the log, with all it brought and taught in one transaction. EFFECT.
import { hash } from 'node:crypto';
import type { Context } from '../context.ts';
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import type { Db } from '../store/db.ts';
import type { Known } from '../store/entry.ts';
import { raiseGap } from '../store/gap.ts';
import { holdPoll } from '../store/held.ts';
import { closeHost, hostName } from '../store/host.ts';
import { type ClaimedSource, finishPoll, moveSource, type PollRecord, releaseSource } from '../store/poll.ts';
import { oweLooks } from '../store/removal.ts';
import { type Answer, keepAnswer, packAnswer } from '../store/source-answer.ts';
import { isDatabaseTrouble } from '../store/trouble.ts';
import { latestAddresses } from '../store/twin.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { openAnswerTurns, owesAnswer } from './answer-turn.ts';
import { freeBytes } from './free-bytes.ts';
import { worthALook } from './gap.ts';
import { noteHub } from './hub-notes.ts';
import { addressMark } from './kinds/item-hash.ts';
import { kindOf } from './kinds/list.ts';
import { learnFrom, type Lesson } from './learn.ts';
import { decides, readParts } from './parts.ts';
import { countMarks } from './marks.ts';
import { checkRules } from './rules.ts';
import { wantsFull } from './schedule.ts';
import { answerError, type Asked, type Learnt, type Settled, settleFailure, settleSuccess } from './settle.ts';
import type { StorePoll } from './storing.ts';
import { keysOf, nothingTaken, readArrived, takeKnown, type TakenIn } from './take-in.ts';

const nothing = { items: 0, created: 0, changed: 0, note: null };
const answerTurns = openAnswerTurns();

/** Stores a poll and ends its claim: `write` writes what it brought, as `ReadyPoll` says, and tells what it comes to. */
type StoreSettled = (
  keys: readonly string[] | null,
  write: (trx: Db, known: Known | null) => Promise<Settled>,
) => Promise<Settled>;

/**
 * Polls one claimed source and ends its claim. Never throws for what a source does: a failure is a row. What was called off by `ctx.signal` is
 * given back untouched. Touches what `ingestDue` says.
 */
export async function pollSource(ctx: Context, source: ClaimedSource, storePoll: StorePoll): Promise<PollRecord> {
  const startedAt = performance.now();
  let answered: HttpAnswer | null = null;
  const spacingMs = source.isSample ? 0 : ctx.config.hostSpacingMs;
  const store: StoreSettled = async (keys, write) => {
    const tookMs = performance.now() - startedAt;
    return storePoll({
      source,
      keys,
      write: async (trx, known) => {
        const settled = await write(trx, known);
        settled.poll.tookMs = tookMs;
        if (settled.poll.outcome !== 'called_off')
          await finishPoll(trx, source, settled.source, settled.poll, spacingMs);
        return settled;
      },
    });
  };
  try {
    const asked: Asked = { now: ctx.now(), isFull: wantsFull(source, ctx.now()) };
    await askRobots(ctx, source, asked.isFull);
    const answer = await ctx.http.get({
      url: source.url,
      accept: kindOf(source.kind)?.accept ?? '*/*',
      ...(asked.isFull
        ? {}
        : { etag: source.etag, lastModified: source.lastModified, validatorUrl: source.validatorUrl }),
      signal: ctx.signal,
    });
    answered = answer;
    const isSame = answer.status === 304 && !asked.isFull;
    if (!isSame && (answer.status !== 200 || answer.blockedBy !== null)) throw answerError(answer);
    const bodyHash = isSame ? null : hash('sha1', answer.body, 'buffer');
    if (bodyHash !== null && !source.bodyHash?.equals(bodyHash))
      return await takeDocument(ctx, source, answer, bodyHash, asked, store);
    const settled = settleSuccess(source, answer, asked, {
      outcome: isSame ? 'same_validators' : 'same_body',
      ...nothing,
    });
    await store(null, async () => settled);
    if (settled.newUrl !== null) await move(ctx, source, settled.newUrl);
    return settled.poll;
  } catch (error) {
    if (ctx.signal.aborted) return await callOff(ctx, source);
    // Trouble of our own store says nothing about the paper: it is read again as soon as the store can take what it brings.
    if (!(error instanceof TinError) && isDatabaseTrouble(error)) {
      await releaseSource(ctx.db, source.id).catch(() => undefined);
      throw error;
    }
    return await fail(ctx, source, error, answered, store);
  } finally {
    freeBytes(answered?.body);
  }
}

// Pages and sitemaps ask before they are read. Feeds are offered for polling: only a rule that names us or the feed itself counts, and it is asked for
// when the feed is read in full anyway, not on its first poll, which somebody wished for.
async function askRobots(ctx: Context, source: ClaimedSource, isFull: boolean): Promise<void> {
  if (source.isSample) return;
  const isFeed = source.kind === 'syndication';
  if (isFeed && (!isFull || source.fullAt === null)) return;
  const robots = await ctx.http.robots.check(source.url, ctx.signal);
  if (robots.isAllowed || (isFeed && !robots.isExplicit)) return;
  throw new FetchError('source.robots', `${source.host} forbids it in robots.txt`, {
    weight: 'hard',
    remedy: 'ask the paper, or remove the source',
  });
}

/** Reads one document into the store: all its new and changed items, its poll and its source's next date in one transaction. */
async function takeDocument(
  ctx: Context,
  source: ClaimedSource,
  answer: HttpAnswer,
  bodyHash: Buffer,
  asked: Asked,
  store: StoreSettled,
): Promise<PollRecord> {
  const checked = checkRules(source.rules);
  const rules = 'rules' in checked ? checked.rules : {};
  const own = await readArrived(ctx, { ...source, rules }, answer);
  const document = own.feed.parts === undefined ? own : await readParts(ctx, { ...source, rules }, own);
  const { warnings } = document;
  const items = countMarks(document.marks);
  const lesson = learnFrom(source, document, asked.now);
  const codes = [...new Set(warnings.map((warning) => warning.code))].join(', ');
  const notes = warnings.length === 0 ? [] : [`${warnings.length} warnings: ${codes}`];
  const isFalse304 = isFalse(source, answer, asked) && document.entries.length > 0;
  if (isFalse304) notes.push('a 304 would have been false');
  const skipped = warnings.filter(({ code }) => code === 'item.empty' || code === 'item.repeated').length;
  const settle = (
    outcome: PollRecord['outcome'],
    done: { created: number; changed: number; lagSeconds?: number | null },
    learnt: Learnt,
    said: readonly string[] = [],
  ) =>
    settleSuccess(
      source,
      answer,
      asked,
      {
        outcome,
        items,
        skipped,
        ...done,
        note: notes.length + said.length === 0 ? null : [...notes, ...said].join('; ').slice(0, 500),
      },
      learnt,
    );
  // An empty document deletes nothing: what was known of the last good one stays known.
  if (items === 0) {
    const { title } = lesson.learnt;
    const empty = settle(
      'empty',
      { created: 0, changed: 0 },
      { isWhole: false, ...(title === undefined ? {} : { title }) },
    );
    await store(null, async () => empty);
    return empty.poll;
  }
  // An index that does not tell when its parts changed has to be looked through every time.
  const isTelling = own.feed.parts === undefined || decides(own.feed.parts);
  const learnt: Learnt = isTelling
    ? { ...lesson.learnt, bodyHash, isFalse304 }
    : { ...lesson.learnt, bodyHash: null, isWhole: false };
  const isKnown = document.entries.length + document.lacking.length === 0;
  const isShown = owesAnswer(source, asked.now) && answerTurns.take(performance.now());
  const shown = isShown ? await packAnswer({ kind: 'good', ...shownOf(answer), note: null }) : null;
  const settled = await store(isKnown ? null : keysOf(document), async (trx, known) => {
    const taken = isKnown ? nothingTaken : await takeKnown(trx, source, document, known);
    const { created, changed } = taken;
    if (taken.isGone) return settle('called_off', { created, changed }, {});
    if (taken.doubt !== null) {
      const { fresh, pairs, examples } = taken.doubt;
      await holdPoll(trx, { sourceId: source.id, items, fresh, twins: pairs, examples, ...shownOf(answer) });
      // The document does not count as read: its validators and marks are those of the last good one.
      const said = `held: ${pairs} of ${fresh} new articles look like known ones`;
      const held = settle('held', { created: 0, changed: 0 }, {}, [said]);
      for (const name of ['etag', 'lastModified', 'validatorUrl'] as const) delete held.source[name];
      return held;
    }
    await tell(trx, source, lesson, taken, document.feed.nextUrl);
    await noteHub(trx, { source, answer, document: own, brought: taken.brought, now: asked.now });
    if (shown !== null) await keepAnswer(trx, source.id, shown);
    return settle(
      isKnown ? 'same_items' : 'new',
      { created, changed, lagSeconds: document.isFirst ? null : lagOf(taken.brought, asked.now) },
      learnt,
      taken.renamed > 0 ? [`${taken.renamed} known articles under other names`] : [],
    );
  });
  freeBytes(document.rows);
  if (settled.newUrl !== null) await move(ctx, source, settled.newUrl);
  return settled.poll;
}

const shownOf = ({ url, status, hops, headers, body }: HttpAnswer): Omit<Answer, 'kind' | 'note'> => ({
  url,
  status,
  hops,
  headers,
  body,
});

// How old articles were when they were seen, the one in the middle. A date that is our own guess is that of this very poll, and no age.
function lagOf(brought: TakenIn['brought'], now: Date): number | null {
  const ages = brought.map(({ publishedAt }) => now.getTime() - publishedAt.getTime()).filter((age) => age >= 5_000);
  const middle = ages.sort((a, b) => a - b)[Math.floor(ages.length / 2)];
  return middle === undefined ? null : Math.min(Math.round(middle / 1_000), 2_147_483_647);
}

// What a poll tells beside its entries: a gap behind it, articles that left before their time.
async function tell(
  trx: Db,
  source: ClaimedSource,
  lesson: Lesson,
  taken: TakenIn,
  nextUrl: string | null,
): Promise<void> {
  if (lesson.gap !== null && taken.renamed === 0 && taken.created > 0) {
    const isOwn = nextUrl !== null && hostName(nextUrl) === source.host;
    await raiseGap(trx, {
      sourceId: source.id,
      publisherId: source.publisherId,
      ...lesson.gap,
      nextUrl: isOwn ? nextUrl : null,
    });
  }
  const gone = new Set(worthALook(lesson.comparison.gone, lesson.comparison.known).map((mark) => mark.slice(16, 24)));
  if (gone.size === 0) return;
  const known = await latestAddresses(trx, source.publisherId, source.id);
  await oweLooks(trx, source.publisherId, known.filter((entry) => gone.has(addressMark(entry.url))).slice(0, 5));
}

/** True when the server would have answered 304 although the document changed: its validators are those we hold. */
function isFalse(source: ClaimedSource, answer: HttpAnswer, asked: Asked): boolean {
  if (!asked.isFull || source.fullAt === null || source.false304s >= 2) return false;
  const etag = answer.headers['etag'] ?? null;
  if (etag !== null || source.etag !== null) return etag !== null && etag === source.etag;
  const modified = answer.headers['last-modified'] ?? null;
  return modified !== null && modified === source.lastModified;
}

async function move(ctx: Context, source: ClaimedSource, url: string): Promise<void> {
  const isMoved = await moveSource(ctx.db, source.id, url, hostName(url));
  const said = isMoved ? 'source moved for good' : 'source moved to an address that another source has';
  ctx.log.info({ source: source.id, from: source.url, to: url, code: 'source.moved' }, said);
}

// A poll that we called off ourselves says nothing about the source: it is due again at once.
async function callOff(ctx: Context, source: ClaimedSource): Promise<PollRecord> {
  await releaseSource(ctx.db, source.id);
  return { outcome: 'called_off', tookMs: 0, status: null, bytes: 0, ...nothing };
}

async function fail(
  ctx: Context,
  source: ClaimedSource,
  error: unknown,
  answer: HttpAnswer | null,
  store: StoreSettled,
): Promise<PollRecord> {
  const code = error instanceof TinError ? error.code : 'source.unexpected';
  const message = error instanceof Error ? error.message : String(error);
  ctx.log.warn({ source: source.id, url: source.url, code }, `poll failed: ${message}`);
  const status = answer?.status ?? null;
  const isBusy = status === 429 || status === 503;
  const settled = settleFailure(
    source,
    {
      error,
      status,
      retryAfter: isBusy ? retryAfterSeconds(answer?.headers['retry-after'], ctx.now()) : null,
      blockedBy: code === 'source.robots' ? 'robots' : (answer?.blockedBy ?? null),
    },
    ctx.now(),
  );
  await store(null, async () => settled);
  const { poll } = settled;
  if (answer !== null)
    await keepAnswer(ctx.db, source.id, await packAnswer({ kind: 'bad', ...shownOf(answer), note: poll.note }));
  if (settled.closeHostSeconds !== null)
    await closeHost(ctx.db, answer === null ? source.host : hostName(answer.url), settled.closeHostSeconds);
  return poll;
}
