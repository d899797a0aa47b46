// /quan-tri/binh-luan → the queue of comments with why each waits, and what a moderator decides: one, chosen ones, all by one sender, and back.
import type { Context as Call } from 'hono';
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import {
  countDecided,
  countHeldComments,
  countHeldReasons,
  type Decided,
  decideComments,
  decideCommentsOf,
  type DeskComment,
  type DeskFilter,
  listDecisions,
  listDeskComments,
  type PastDecision,
  undoCommentDecision,
} from '../../store/comment-desk.ts';
import type { Db } from '../../store/db.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { actionButton, addressWith, empty, pager, pill, tabs, timeTag, type Tone } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { consoleHeaders, mayAs, tokenField } from './shell.ts';
import { moderationWords } from './words-comments.ts';

const room = '/quan-tri/binh-luan';
const pageSize = 50;
const pastShown = 10;
const states = ['held', 'shown', 'rejected', 'all'] as const;
const tones: Record<DeskComment['state'], Tone> = { held: 'slow', shown: 'good', rejected: 'bad', removed: 'quiet' };

type Asked = { state: (typeof states)[number]; storyId: number | null; author: string | null; after: number | null };

const number = (text: string | null) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : null);

function readAsked(given: URLSearchParams): Asked {
  const wanted = given.get('trang-thai') === 'tat-ca' ? 'all' : given.get('trang-thai');
  const author = given.get('nguoi') ?? '';
  return {
    state: states.find((state) => state === wanted) ?? 'held',
    storyId: number(given.get('tin')),
    author: /^[0-9a-f]{32}$/.test(author) ? author : null,
    after: number(given.get('sau')),
  };
}

function addressOf(asked: Partial<Asked>): string {
  const state = asked.state === 'all' ? 'tat-ca' : asked.state === 'held' ? null : (asked.state ?? null);
  const { storyId: tin = null, author: nguoi = null, after: sau = null } = asked;
  return addressWith(room, { 'trang-thai': state, tin, nguoi, sau });
}

function commentItem(one: DeskComment, asked: Asked, now: Date, visitor: Visitor, mayDecide: boolean): Html {
  const words = moderationWords(visitor.lang);
  const key = one.authorKey.slice(0, 8);
  const button = (name: string, word: string, tone: string) =>
    html`<button name="${name}" value="${one.id}" class="${tone}" aria-label="${words.of(word, one.name)}">${word}</button>`;
  const isDecidable = mayDecide && one.state !== 'removed';
  return html`<li data-comment="${one.id}" tabindex="-1"><div class="entry"><h2 dir="auto">${one.name}</h2>
<p class="said" dir="auto">${one.body}</p>
<p class="small">${asked.state === 'all' ? html`${pill(tones[one.state], words.state[one.state])} ` : ''}${one.reasons.map((reason) => html`${pill('info', words.reason[reason] ?? reason)} `)}</p>
<p class="small soft">${timeTag(one.createdAt, now, visitor.lang)} · <a href="/quan-tri/tin/${one.storyId}">${one.storyTitle === '' ? words.story(one.storyId) : one.storyTitle}</a>${one.parentId === null ? '' : ` · ${words.answers}`} · <a href="${addressOf({ state: 'all', author: one.authorKey })}">${words.author(key)}</a></p></div>
${
  isDecidable
    ? html`<div class="do"><label class="check"><input type="checkbox" name="chon" value="${one.id}" aria-label="${words.choose(one.name)}"></label>${one.state === 'shown' ? '' : button('duyet', words.approve, 'main')}${one.state === 'rejected' ? '' : button('tu-choi', words.reject, 'danger')}<button class="link" name="tu-choi-nguoi" value="${one.authorKey}" aria-label="${words.rejectAuthor}: ${one.name}, ${key}">${words.rejectAuthor}</button></div>`
    : ''
}</li>`;
}

function decisionList(past: readonly PastDecision[], visitor: Visitor, now: Date, mayDecide: boolean): Html | string {
  const words = moderationWords(visitor.lang);
  if (past.length === 0) return '';
  return html`<section class="panel" aria-labelledby="quyet-dinh"><h2 id="quyet-dinh">${words.decisions}</h2><ul class="list entries">${past.map(
    (one) =>
      html`<li><span>${timeTag(one.at, now, visitor.lang)} · ${one.actor}: ${words.decision[one.action]} (${one.comments})${one.reason === '' ? '' : ` · ${one.reason}`}</span>${
        one.undoneAt !== null
          ? html`<span class="soft">${words.undone}</span>`
          : mayDecide
            ? actionButton(visitor, room, words.undo, {
                fields: { 'hoan-tac': String(one.id) },
                say: `${words.undo} ${one.id}`,
              })
            : ''
      }</li>`,
  )}</ul></section>`;
}

type Verdict = { action: 'approve' | 'reject' | 'undo'; decide: (trx: Db) => Promise<Decided> };

function verdictOf(form: URLSearchParams, by: string): Verdict | null {
  const chosen = form.getAll('chon').flatMap((text) => number(text) ?? []);
  const one = (name: string) => number(form.get(name));
  const of = (action: 'approve' | 'reject', ids: readonly number[]): Verdict => ({
    action,
    decide: (trx) => decideComments(trx, ids, { action, by }),
  });
  const [approved, rejected, undone] = [one('duyet'), one('tu-choi'), one('hoan-tac')];
  const author = form.get('tu-choi-nguoi');
  if (approved !== null) return of('approve', [approved]);
  if (rejected !== null) return of('reject', [rejected]);
  if (undone !== null) return { action: 'undo', decide: (trx) => undoCommentDecision(trx, undone) };
  if (author !== null)
    return { action: 'reject', decide: (trx) => decideCommentsOf(trx, author, { action: 'reject', by }) };
  if (form.get('viec') === 'duyet-chon') return of('approve', chosen);
  return form.get('viec') === 'tu-choi-chon' ? of('reject', chosen) : null;
}

/** What moves between the moderators' screens. */
export const moderationLinks = (lang: Lang): Html => {
  const words = moderationWords(lang);
  return html`<a class="button" href="${room}/tu-cam">${words.wordsTitle}</a><a class="button" href="${room}/cai-dat">${words.settings}</a>`;
};

async function showQueue(desk: Desk, call: Call, visitor: Visitor): Promise<Response> {
  const { ctx, show } = desk;
  const { lang } = visitor;
  const words = moderationWords(lang);
  const given = new URL(call.req.url).searchParams;
  const asked = readAsked(given);
  const mayDecide = mayAs(visitor.session.role, 'moderator');
  const filter: DeskFilter = {
    ...(asked.state === 'all' ? {} : { state: asked.state }),
    ...(asked.storyId === null ? {} : { storyId: asked.storyId }),
    ...(asked.author === null ? {} : { authorKey: asked.author }),
  };
  const [found, held, reasons, decided, past] = await Promise.all([
    listDeskComments(ctx.db, filter, pageSize + 1, asked.after ?? undefined),
    countHeldComments(ctx.db),
    countHeldReasons(ctx.db),
    countDecided(ctx.db),
    listDecisions(ctx.db, pastShown),
  ]);
  const now = ctx.now();
  const page = found.slice(0, pageSize);
  const rest = { ...asked, after: null };
  const next = found.length > pageSize ? addressOf({ ...asked, after: page.at(-1)?.id ?? null }) : null;
  const narrowed = [
    ...(asked.storyId === null ? [] : [words.story(asked.storyId)]),
    ...(asked.author === null ? [] : [words.author(asked.author.slice(0, 8))]),
  ];
  const list = html`<form method="post" action="${room}" data-moderation data-rows="[data-comment]:not([aria-busy])" data-left="${words.left}" data-failed="${words.failed}">${tokenField(visitor)}<input type="hidden" name="ve" value="${addressOf(rest)}">
<ol class="list entries">${page.map((one) => commentItem(one, asked, now, visitor, mayDecide))}</ol>
${mayDecide ? html`<div class="row"><button name="viec" value="duyet-chon">${words.approveChosen}</button><button name="viec" value="tu-choi-chon">${words.rejectChosen}</button></div>` : ''}</form>`;
  const content = html`${tabs(
    words.states,
    states.map((state) => ({
      href: addressOf({ ...rest, state }),
      name: words.state[state],
      count: state === 'held' ? held : null,
      isChosen: state === asked.state,
    })),
  )}
<p class="soft">${words.decidedToday(decided.approved, decided.rejected)}${reasons.length === 0 ? '' : html` ${words.waiting}: ${reasons.map((one) => `${words.reason[one.reason] ?? one.reason} (${one.count})`).join(', ')}.`}</p>
${narrowed.length === 0 ? '' : html`<p class="note">${words.narrowed(narrowed.join(', '))} <a href="${addressOf({ state: asked.state })}">${words.showAll}</a></p>`}
${mayDecide ? html`<p class="keys note" data-keys-help hidden>${words.keys}</p><p role="status" data-said class="soft"></p>` : ''}
${page.length === 0 ? empty(words.nothing) : html`<div class="panel">${list}</div>`}
${pager(lang, { first: asked.after === null ? null : addressOf(rest), next })}
${decisionList(past, visitor, now, mayDecide)}`;
  const done = Object.entries(words.done).find(([name]) => name === given.get('xong'))?.[1];
  const count = number(given.get('so')) ?? 0;
  const text = done === undefined ? null : count === 0 ? words.unchanged : done(count);
  return show(lang, visitor, {
    title: words.comments,
    content,
    path: room,
    notice: text === null ? null : { text },
    ...(mayDecide ? { actions: moderationLinks(lang), scripts: ['phim', 'duyet'] } : {}),
  });
}

/** Adds the queue. Reads comment and what was decided; deciding touches comment, its counts, documents and audit. */
export function addModeration(desk: Desk): void {
  const { ctx } = desk;

  desk.screen(room, 'viewer', (call, visitor) => showQueue(desk, call, visitor));

  desk.act(room, 'moderator', async (call, visitor, form) => {
    const by = visitor.session.name;
    const verdict = verdictOf(form, by);
    const decided =
      verdict === null
        ? null
        : await audited(
            ctx.db,
            (told: Decided) =>
              told === null
                ? null
                : {
                    actor: by,
                    action: `comment.${verdict.action}`,
                    target: String(told.decisionId),
                    detail: { changed: told.changed },
                  },
            verdict.decide,
          );
    if (call.req.header('accept')?.startsWith('application/json') === true) {
      const body = {
        decision: decided?.decisionId ?? null,
        changed: decided?.changed ?? 0,
        left: await countHeldComments(ctx.db),
      };
      return Response.json(body, { headers: consoleHeaders(ctx.config.publicUrl) });
    }
    const back = form.get('ve') ?? '';
    const to = back.startsWith(`${room}?`) || back === room ? back : room;
    const query = new URLSearchParams({ xong: verdict?.action ?? 'approve', so: String(decided?.changed ?? 0) });
    return desk.go(`${to}${to.includes('?') ? '&' : '?'}${query.toString()}`);
  });
}
