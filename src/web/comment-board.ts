// A context → what every route of comments asks: rules of a story, its threads, keys of the day, the address behind a request.
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context as Call } from 'hono';
import { writeTicket, type DayKey } from '../comment/proof.ts';
import { toThreads, type Thread } from '../comment/thread.ts';
import { listComments, listParents, type ShownComment } from '../store/comment.ts';
import { commentKeys, commentRules, type CommentRule } from '../store/comment-setting.ts';
import { openPolicy } from '../store/policy.ts';
import type { WebContext } from './feeds.ts';
import type { Board, FormState } from './public/comments.ts';
import { commentsPath } from './public/comments.ts';

/** Comments on the story's own page, and on a page of comments. */
export const shownBeside = 50;
export const shownAlone = 200;

const keysKeptMs = 60_000;

/** The host of a site's own articles: without `www.`, without a port. */
export function ownHostOf(publicUrl: string): string {
  return new URL(publicUrl).hostname.replace(/^www\./, '');
}

/** What the routes of comments share. */
export type CommentDesk = {
  /** The rules of one story; null where comments are not offered at all, or the story is not live. */
  ruleOf: (storyId: number) => Promise<CommentRule | null>;
  keys: () => Promise<DayKey[]>;
  emptyForm: (storyId: number) => Promise<FormState>;
  board: (rule: CommentRule, form: FormState | null, limit: number, before?: number) => Promise<Board>;
};

async function threadsOf(
  ctx: WebContext,
  storyId: number,
  limit: number,
  before?: number,
): Promise<{ threads: Thread<ShownComment>[]; lastId: number | null }> {
  const listed = await listComments(ctx.db, storyId, limit + 1, before);
  const page = listed.slice(0, limit);
  const threads = toThreads([...page, ...(await listParents(ctx.db, page))]);
  return { threads, lastId: listed.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** Opens it. Keys are asked for at most once a minute. Reads story, comment, its settings and keys. */
export function openDesk(ctx: WebContext): CommentDesk {
  const policy = openPolicy(ctx.db, ctx.now);
  const ownHost = ownHostOf(ctx.config.publicUrl);
  let kept: { keys: Promise<DayKey[]>; at: number } | null = null;

  function keys(): Promise<DayKey[]> {
    const at = ctx.now().getTime();
    if (kept !== null && Math.abs(at - kept.at) < keysKeptMs) return kept.keys;
    const asked = commentKeys(ctx.db);
    kept = { keys: asked, at };
    asked.catch(() => {
      kept = null;
    });
    return asked;
  }

  return {
    keys,
    ruleOf: async (storyId) => {
      if (!(await policy()).hasComments) return null;
      const rule = (await commentRules(ctx.db, [storyId], ownHost)).get(storyId);
      return rule?.isOffered ? rule : null;
    },
    emptyForm: async (storyId) => {
      const [today] = await keys();
      const ticket = today === undefined ? '' : writeTicket(today, storyId);
      return { name: '', body: '', ticket, parent: null, faults: {}, note: null };
    },
    board: async (rule, form, limit, before) => {
      const { threads, lastId } = await threadsOf(ctx, rule.storyId, limit, before);
      const path = commentsPath(rule.storyId);
      const olderPath = lastId === null ? null : limit === shownBeside ? path : `${path}?truoc=${lastId}`;
      return { rule, threads, form: rule.isClosed ? null : form, olderPath };
    },
  };
}

const nearby = /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i;

/** Who asks. A proxy of our own stands on a private address and adds the last of `X-Forwarded-For`; nobody else is believed. */
export function addressOf(call: Call): string {
  const address = getConnInfo(call).remote.address ?? '';
  if (!nearby.test(address)) return address;
  const forwarded = call.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded && /^[0-9a-f.:]{2,45}$/i.test(forwarded) ? forwarded : address;
}
