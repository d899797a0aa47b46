// /tin/:id/binh-luan… → the pages, the list for the script, the feeds of a story's comments, and the forms that are posted.
import type { Context as Call, Hono } from 'hono';
import { html } from 'hono/html';
import type { Format } from '../domain.ts';
import { renderCommentFeed } from '../edition/comment-feed.ts';
import { judge, type ShownStory } from '../edition/rights.ts';
import { publicTerms } from '../edition/rights-terms.ts';
import { parseStrictXml } from '../edition/strict-xml.ts';
import { findShown, listComments, listParents, type OwnComment } from '../store/comment.ts';
import type { CommentRule } from '../store/comment-setting.ts';
import { mergedTarget } from '../store/front.ts';
import { openPolicy } from '../store/policy.ts';
import { findStory } from '../store/story.ts';
import { type CommentDesk, openDesk, shownAlone, shownBeside } from './comment-board.ts';
import { commentFiles } from './comment-files.ts';
import { commentWords } from './comment-words.ts';
import { changeOwn, isOurs, isUid, openOwn, readForm, writeComment } from './comment-write.ts';
import { feedHeaders, feedType } from './feed-headers.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity, pageSecurity, secured } from './headers.ts';
import type { Markup, Page, Site } from './layout.ts';
import { emptyMenu, toDocument } from './layout.ts';
import type { CommentShowing, FormState } from './public/comments.ts';
import { commentFeeds, commentSection, commentsPath, threadList } from './public/comments.ts';
import { storyPath } from './public/links.ts';
import type { Problem } from './public/problem.ts';
import { hashTag, toRendition } from './rendition.ts';
import type { Load, Patience } from './shelf.ts';
import type { Lang } from './words.ts';
import { inLang, readLang } from './words.ts';

/** Answers from memory under a key, or by the loader. */
export type Answer = (call: Call, key: string, load: Load, patience: Patience, gone: Problem) => Promise<Response>;

/** The section of a story's page; empty where comments are not offered. */
export type CommentsOf = (
  story: ShownStory,
  lang: Lang,
  now: Date,
) => Promise<{ section: Markup | string; isOffered: boolean }>;

const listPatience: Patience = { freshMs: 2_000, usableMs: 6_000 };
const feedPatience: Patience = { freshMs: 10_000, usableMs: 20_000 };
const always: Patience = { freshMs: Number.POSITIVE_INFINITY, usableMs: Number.POSITIVE_INFINITY };
const feedItems = 100;

/** A maker of sections over one context. */
export function openComments(ctx: WebContext): CommentsOf {
  const desk = openDesk(ctx);
  return async (story, lang, now) => {
    const rule = await desk.ruleOf(story.id);
    // Nothing was said and nothing can be: no dead box.
    if (rule === null || (rule.isClosed && rule.shown === 0)) return { section: '', isOffered: false };
    const board = await desk.board(rule, await desk.emptyForm(story.id), shownBeside);
    return { section: commentSection(board, { lang, now, zone: story.publisher.zone }), isOffered: true };
  };
}

type Here = { rule: CommentRule; story: ShownStory; showing: CommentShowing };

// What a merged story was asked for is at the same address of the story it became.
const movedPath = (call: Call, heir: number): string => {
  const { pathname, search } = new URL(call.req.url);
  return `${pathname.replace(/^\/tin\/\d+/, `/tin/${heir}`)}${search}`;
};

function framed(story: ShownStory, lang: Lang, title: string, content: Markup): Page {
  return {
    lang,
    title,
    description: title,
    path: commentsPath(story.id),
    isUnlisted: true,
    isSample: story.isSample,
    feeds: [commentFeeds(story)],
    content: html`<div class="article"><p class="kicker"><a href="${inLang(storyPath(story), lang)}">${commentWords(lang).back}</a></p>
<h1>${story.title}</h1></div>
${content}`,
  };
}

function ownContent(
  own: OwnComment,
  linkKey: string,
  lang: Lang,
  told: { note: string | null; fault?: string; body?: string },
): Markup {
  const words = commentWords(lang);
  const state = { held: words.held, shown: words.shown, rejected: words.rejected, removed: words.removedOwn }[
    own.state
  ];
  const action = inLang(`${commentsPath(own.storyId)}/${own.uid}?k=${linkKey}`, lang);
  const isOpen = own.secondsLeft > 0 && own.state !== 'removed';
  return html`<link rel="stylesheet" href="${commentFiles().stylePath}">
<section class="comments" aria-labelledby="cua-ban"><h2 id="cua-ban">${words.title}</h2>
<p role="status">${told.note ?? ''} ${state}</p>
${
  isOpen
    ? html`<form class="write" method="post" action="${action}" accept-charset="utf-8" novalidate>
<p class="field"><label for="bl-noi-dung">${words.body}</label>
<textarea id="bl-noi-dung" name="noi-dung" rows="4" required dir="auto" aria-describedby="bl-loi-noi-dung"${told.fault === undefined ? '' : html` aria-invalid="true"`}>${`\n${told.body ?? own.body}`}</textarea></p>
<p class="fault" id="bl-loi-noi-dung" role="alert">${told.fault ?? ''}</p>
<p class="rule">${words.minutesLeft(Math.ceil(own.secondsLeft / 60))}</p>
<p><button type="submit" class="button" name="viec" value="sua">${words.save}</button> <button type="submit" class="button" name="viec" value="xoa">${words.remove}</button></p></form>`
    : own.state === 'removed'
      ? ''
      : html`<p>${words.tooLate}</p><div class="said" dir="auto">${own.body}</div>`
}</section>`;
}

// A number is the story in which this one ended: everything is there.
function openHere(ctx: WebContext, desk: CommentDesk): (call: Call) => Promise<Here | number | null> {
  const policy = openPolicy(ctx.db, ctx.now);
  return async (call) => {
    const id = Number(call.req.param('id'));
    const rule = await desk.ruleOf(id);
    const listed = rule === null ? null : await findStory(ctx.db, id);
    if (rule === null) return (await mergedTarget(ctx.db, id))?.id ?? null;
    if (listed?.status !== 'live') return null;
    const now = ctx.now();
    const verdict = judge(listed, publicTerms(await policy(), now));
    if (verdict.kind !== 'shown') return null;
    const showing = { lang: readLang(call.req.query('lang')), now, zone: verdict.story.publisher.zone };
    return { rule, story: verdict.story, showing };
  };
}

/** Adds the routes of comments; `answer` serves from memory, `missing` says that there is nothing here. Reads and writes comment and its tables. */
export function addComments(
  app: Hono,
  ctx: WebContext,
  site: Site,
  answer: Answer,
  missing: (call: Call, problem: Problem) => Response | Promise<Response>,
): void {
  const desk = openDesk(ctx);
  const here = openHere(ctx, desk);

  async function send(page: Page, status: number): Promise<Response> {
    const headers = secured(pageSecurity, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
    // The address of one's own comment is a secret.
    headers.set('Referrer-Policy', 'same-origin');
    return new Response(await toDocument(site, emptyMenu, page), { status, headers });
  }

  function withHere(act: (call: Call, found: Here) => Promise<Response>): (call: Call) => Promise<Response> {
    return async (call) => {
      const found = await here(call);
      if (typeof found !== 'number') return found === null ? missing(call, 'notFound') : act(call, found);
      // A form goes on with its words.
      const headers = secured(dataSecurity, { Location: movedPath(call, found), 'Cache-Control': 'no-store' });
      return new Response(null, { status: call.req.method === 'POST' ? 307 : 301, headers });
    };
  }

  async function boardPage(
    { rule, story, showing }: Here,
    form: FormState,
    status: number,
    before?: number,
  ): Promise<Response> {
    const board = await desk.board(rule, form, shownAlone, before);
    const title = commentWords(showing.lang).of(story.title);
    return send(framed(story, showing.lang, title, commentSection(board, showing)), status);
  }

  const pattern = '/tin/:id{[0-9]{1,15}}/binh-luan';
  app.get(
    pattern,
    withHere(async (call, found) => {
      const asked = call.req.query('tra-loi') ?? '';
      const parent = isUid(asked) ? await findShown(ctx.db, found.rule.storyId, asked) : null;
      const before = /^\d{1,15}$/.test(call.req.query('truoc') ?? '') ? Number(call.req.query('truoc')) : undefined;
      return boardPage(found, { ...(await desk.emptyForm(found.rule.storyId)), parent }, 200, before);
    }),
  );

  app.post(
    pattern,
    withHere(async (call, found) => {
      const { rule, showing } = found;
      const isJson = call.req.header('accept')?.startsWith('application/json') === true;
      const json = (status: number, body: object) =>
        Response.json(body, { status, headers: secured(dataSecurity, { 'Cache-Control': 'no-store' }) });
      if (rule.isClosed)
        return isJson
          ? json(409, { note: commentWords(showing.lang).closed })
          : boardPage(found, await desk.emptyForm(rule.storyId), 409);
      const written = await writeComment(ctx, desk, call, rule, showing.lang);
      if (written.kind === 'again') {
        const { faults, note, ticket } = written.form;
        return isJson ? json(written.status, { faults, note, ticket }) : boardPage(found, written.form, written.status);
      }
      if (written.kind !== 'done') {
        const [status, note] =
          written.kind === 'foreign'
            ? [403, commentWords(showing.lang).foreign]
            : [413, commentWords(showing.lang).bodyLong];
        return isJson
          ? json(status, { note })
          : boardPage(found, { ...(await desk.emptyForm(rule.storyId)), note }, status);
      }
      if (isJson) return json(201, { note: written.note, link: written.link, ticket: written.ticket });
      return new Response(null, {
        status: 303,
        headers: secured(pageSecurity, { Location: written.link, 'Cache-Control': 'no-store' }),
      });
    }),
  );

  app.get(`${pattern}/danh-sach`, (call) => {
    const lang = readLang(call.req.query('lang'));
    const load: Load = async (known) => {
      const found = await here(call);
      if (typeof found === 'number') return { kind: 'moved', location: movedPath(call, found) };
      if (found === null) return { kind: 'missing' };
      const { threads } = await desk.board(found.rule, null, shownBeside);
      const body = Buffer.from(String(await threadList(threads, found.rule, found.showing)));
      const tag = hashTag(body);
      if (known?.source === tag) return { kind: 'here', rendition: known };
      const headers = [...dataSecurity, ['X-Robots-Tag', 'noindex'] as const];
      return {
        kind: 'here',
        rendition: toRendition(
          { body, contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache', tag, headers },
          tag,
        ),
      };
    };
    return answer(call, inLang(call.req.path, lang), load, listPatience, 'withdrawn');
  });

  for (const format of ['rss', 'atom', 'json'] as const)
    app.get(`${pattern}.${format}`, (call) =>
      answer(call, call.req.path, feedLoad(call, format), feedPatience, 'withdrawn'),
    );

  function feedLoad(call: Call, format: Format): Load {
    return async (known) => {
      const found = await here(call);
      if (typeof found === 'number') return { kind: 'moved', location: movedPath(call, found) };
      if (found === null) return { kind: 'missing' };
      const { story } = found;
      const listed = await listComments(ctx.db, story.id, feedItems);
      const uids = new Map([...listed, ...(await listParents(ctx.db, listed))].map((one) => [one.id, one.uid]));
      const items = listed
        .filter((one) => one.state === 'shown')
        .map((one) => ({ ...one, inReplyTo: one.parentId === null ? null : (uids.get(one.parentId) ?? null) }));
      const { publicUrl } = ctx.config;
      const { text, updated } = renderCommentFeed(format, story, items, { publicUrl, now: ctx.now() });
      const body = Buffer.from(text);
      const tag = hashTag(body);
      if (known?.source === tag) return { kind: 'here', rendition: known };
      if (format !== 'json') parseStrictXml(text);
      const headers = feedHeaders(publicUrl, `${publicUrl}${call.req.path}`, format);
      const cacheControl = 'public, max-age=60, stale-if-error=86400';
      return {
        kind: 'here',
        rendition: toRendition(
          { body, contentType: feedType(format), cacheControl, tag, lastModified: updated, headers },
          tag,
        ),
      };
    };
  }

  async function ownPage(
    found: Here,
    own: OwnComment,
    linkKey: string,
    told: { note: string | null; fault?: string; body?: string },
    status = 200,
  ): Promise<Response> {
    const { lang } = found.showing;
    return send(framed(found.story, lang, commentWords(lang).own, ownContent(own, linkKey, lang, told)), status);
  }

  app.get(
    `${pattern}/:uid`,
    withHere(async (call, found) => {
      const linkKey = call.req.query('k') ?? '';
      const own = await openOwn(ctx, desk, found.rule.storyId, call.req.param('uid') ?? '', linkKey);
      return own === null ? missing(call, 'notFound') : ownPage(found, own, linkKey, { note: null });
    }),
  );

  app.post(
    `${pattern}/:uid`,
    withHere(async (call, found) => {
      const { rule, showing } = found;
      const words = commentWords(showing.lang);
      const [uid, linkKey] = [call.req.param('uid') ?? '', call.req.query('k') ?? ''];
      const own = isOurs(call, ctx.config.publicUrl) ? await openOwn(ctx, desk, rule.storyId, uid, linkKey) : null;
      const fields = own === null ? null : await readForm(call);
      if (own === null || fields === null) return missing(call, 'notFound');
      const changed = await changeOwn(ctx, own, fields, rule, showing.lang);
      if (changed.kind === 'faulty') return ownPage(found, own, linkKey, { note: null, ...changed }, 422);
      const now = (await openOwn(ctx, desk, rule.storyId, uid, linkKey)) ?? own;
      const isLate = changed.kind === 'late';
      return ownPage(
        found,
        now,
        linkKey,
        { note: isLate || now.state === 'removed' ? null : words.saved },
        isLate ? 409 : 200,
      );
    }),
  );

  for (const [path, rendition] of commentFiles().renditions)
    app.get(path, (call) => answer(call, path, async () => ({ kind: 'here', rendition }), always, 'retired'));
}
