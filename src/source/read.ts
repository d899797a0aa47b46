// An address that somebody wants to add → what it would bring, read whole and stored nowhere. EFFECT.
import { FetchError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { findTwin, spellingsOf, type Twin } from '../store/repeated.ts';
import { kindOf } from './kinds/list.ts';
import type { SourcePreview } from './preview-document.ts';
import type { SourceRules } from './rules.ts';
import { fetchInTurn, type Way } from './turn.ts';

/** What was read of an address. */
export type ReadSource = SourcePreview & {
  /** As asked, and as it answered after redirects. */
  url: string;
  finalUrl: string;
  /** Every hop said "for good" (301 or 308): the new address is the one to keep. */
  isMoved: boolean;
  twin: Twin | null;
};

const mostPageBytes = 4_000_000;
const anything =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.1';

/** An answer that can be read; throws FetchError `source.status` or `source.blocked` for others. */
export function checkAnswer(answer: HttpAnswer): HttpAnswer {
  const { host } = new URL(answer.url);
  if (answer.blockedBy !== null)
    throw new FetchError('source.blocked', `${host} answers with a wall (${answer.blockedBy})`, {
      weight: 'soft',
      remedy: 'ask the paper to let our name pass; walls are not evaded',
    });
  if (answer.status !== 200)
    throw new FetchError('source.status', `${host} answered ${answer.status}`, {
      weight: answer.status === 404 || answer.status === 410 ? 'hard' : 'temporary',
      remedy: 'open the address in a browser and check it',
    });
  return answer;
}

/** True when an answer came by redirects that all said "for good". */
export const isMovedForGood = (answer: HttpAnswer) =>
  answer.hops.length > 0 && answer.hops.every((hop) => hop.status === 301 || hop.status === 308);

/**
 * Fetches an address politely and reads it as a source: of the kind given, or of the one it turns out to be; a page without rules gets
 * inferred ones; a sitemap index is shown by its newest part. Stores nothing. Throws FetchError and NotAFeedError with what to do.
 */
export async function readSourceAt(
  ctx: Way,
  wanted: { url: string; kind?: string | null; rules?: SourceRules | null; zone?: string },
): Promise<ReadSource> {
  const kind = wanted.kind === undefined || wanted.kind === null ? null : kindOf(wanted.kind);
  const answer = checkAnswer(
    await fetchInTurn(ctx, {
      url: wanted.url,
      accept: kind?.accept ?? anything,
      isRobotsBound: kind?.isRobotsBound ?? false,
    }),
  );
  const job = {
    kind: wanted.kind ?? null,
    rules: wanted.rules ?? null,
    zone: wanted.zone ?? 'Asia/Ho_Chi_Minh',
    now: ctx.now(),
  };
  const own = await ctx.reader.run('preview', { ...job, bytes: answer.body, url: answer.url, headers: answer.headers });
  const preview = own.parts[0] === undefined ? own : await withPart(ctx, own, own.parts[0], job.zone);
  const twin = await findTwin(ctx.db, { urls: spellingsOf([wanted.url, answer.url]), keys: preview.keys });
  return { ...preview, url: wanted.url, finalUrl: answer.url, isMoved: isMovedForGood(answer), twin };
}

/** A page to choose a list on, as it was fetched; robots.txt is honoured. Throws FetchError. */
export async function readPageAt(
  ctx: Way,
  url: string,
): Promise<{ url: string; bytes: Uint8Array; contentType: string | null }> {
  const accept = kindOf('listing')?.accept ?? anything;
  const answer = checkAnswer(await fetchInTurn(ctx, { url, accept, isRobotsBound: true, maxBytes: mostPageBytes }));
  return { url: answer.url, bytes: answer.body, contentType: answer.headers['content-type'] ?? null };
}

// An index has no articles of its own: its newest part shows what it leads to.
async function withPart(ctx: Way, index: SourcePreview, url: string, zone: string): Promise<SourcePreview> {
  try {
    const answer = checkAnswer(
      await fetchInTurn(ctx, { url, accept: kindOf('sitemap')?.accept ?? anything, isRobotsBound: true }),
    );
    const part = await ctx.reader.run('preview', {
      kind: 'sitemap',
      rules: index.rules,
      zone,
      now: ctx.now(),
      bytes: answer.body,
      url: answer.url,
      headers: answer.headers,
    });
    return { ...part, parts: index.parts, version: 'index', warnings: [...index.warnings, ...part.warnings] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...index, warnings: [...index.warnings, { code: 'feed.part_unreadable', message: `${url}: ${message}` }] };
  }
}
