// The comments of a story → the section "Bình luận": threads, the form, and what a script needs to know.
import { html } from 'hono/html';
import { limits } from '../../comment/measure.ts';
import { workBits } from '../../comment/proof.ts';
import type { Thread } from '../../comment/thread.ts';
import type { CommentRule } from '../../store/comment-setting.ts';
import type { ShownComment } from '../../store/comment.ts';
import { formats } from '../address.ts';
import { commentFiles } from '../comment-files.ts';
import { commentWords } from '../comment-words.ts';
import type { FeedLinks, Markup } from '../layout.ts';
import { exactTime, relativeTime } from '../when.ts';
import type { Lang } from '../words.ts';
import { inLang } from '../words.ts';

/** How comments are shown: language, clock and the zone of their times. */
export type CommentShowing = { lang: Lang; now: Date; zone: string };

/** What stands in the form: empty at first, what was sent when something was wrong with it. Messages stand at their fields, `note` above them. */
export type FormState = {
  name: string;
  body: string;
  ticket: string;
  parent: { uid: string; name: string } | null;
  faults: { name?: string; body?: string };
  note: string | null;
};

/** Path of everything about a story's comments. */
export const commentsPath = (storyId: number) => `/tin/${storyId}/binh-luan`;

/** The feeds of a story's comments, for announcing them. */
export function commentFeeds(story: { id: number; title: string }): FeedLinks {
  const path = commentsPath(story.id);
  return {
    title: commentWords('vi').of(story.title),
    paths: { rss: `${path}.rss`, atom: `${path}.atom`, json: `${path}.json` },
  };
}

function paragraphs(body: string): Markup[] {
  return body
    .split(/\n{2,}/)
    .map((text) => html`<p>${text.split('\n').map((line, i) => html`${i > 0 ? html`<br>` : ''}${line}`)}</p>`);
}

type Item = { comment: ShownComment; to: ShownComment | null };

// The address of the page without script; the script answers in place.
function commentItem(storyId: number, { comment, to }: Item, rule: CommentRule, showing: CommentShowing): Markup {
  const words = commentWords(showing.lang);
  const { uid } = comment;
  if (comment.state === 'removed') return html`<div class="c gone" id="bl-${uid}"><p>${words.removed}</p></div>`;
  const reply = inLang(`${commentsPath(storyId)}?tra-loi=${uid}`, showing.lang);
  return html`<article class="c" id="bl-${uid}" aria-labelledby="ten-${uid}"><p class="who"><strong id="ten-${uid}" dir="auto">${comment.name}</strong> <time datetime="${comment.createdAt.toISOString()}" title="${exactTime(comment.createdAt, showing.zone)}">${relativeTime(comment.createdAt, showing.now, showing.zone, showing.lang)}</time>${
    comment.editedAt ? html` <span>(${words.edited})</span>` : ''
  }${to ? html` <span>${words.answers(to.name || words.someone)}</span>` : ''}</p>
<div class="said" dir="auto">${paragraphs(comment.body)}</div>${
    rule.isClosed
      ? ''
      : html`<p class="do"><a href="${reply}#viet" data-uid="${uid}" data-name="${comment.name}" aria-label="${words.replyTo(comment.name)}">${words.reply}</a></p>`
  }</article>`;
}

/** The threads as one list, and the number of all comments. The script puts it in place of the one it has. */
export function threadList(
  threads: readonly Thread<ShownComment>[],
  rule: CommentRule,
  showing: CommentShowing,
): Markup {
  const words = commentWords(showing.lang);
  const item = (one: Item) => commentItem(rule.storyId, one, rule, showing);
  if (threads.length === 0) return html`<p class="none">${words.none}</p>`;
  return html`<ol class="threads">
${threads.map(
  ({ first, answers }) =>
    html`<li>${item({ comment: first, to: null })}${
      answers.length > 0 ? html`<ol>${answers.map((one) => html`<li>${item(one)}</li>\n`)}</ol>` : ''
    }</li>
`,
)}</ol>`;
}

/** The form. Complete without script: what is wrong comes back with the words that were sent. */
export function commentForm(storyId: number, state: FormState, lang: Lang): Markup {
  const words = commentWords(lang);
  const { faults, parent } = state;
  return html`<form class="write" id="viet" method="post" action="${inLang(commentsPath(storyId), lang)}" accept-charset="utf-8" novalidate data-bits="${workBits}" data-own="${words.own}" data-left="${words.left(-1)}" data-short="${words.bodyShort}" data-long="${words.bodyLong}" data-name-short="${words.nameShort}" data-name-long="${words.nameLong}" data-failed="${words.failed}" data-sending="${words.sending}" data-arrived="${words.arrived}" data-reply="${words.replyTo('%')}">
<p class="note" role="status" aria-live="polite" data-note>${state.note ?? ''}</p>
<input type="hidden" name="ve" value="${state.ticket}"><input type="hidden" name="tra-loi" value="${parent?.uid ?? ''}"><input type="hidden" name="cong" value=""><input type="hidden" name="may" value="">
<p class="replying"${parent === null ? html` hidden` : ''}><span>${parent === null ? '' : words.replyTo(parent.name)}</span> <a href="${inLang(commentsPath(storyId), lang)}#viet">${words.cancelReply}</a></p>
<p class="field"><label for="bl-noi-dung">${words.body}</label>
<textarea id="bl-noi-dung" name="noi-dung" rows="4" required dir="auto" aria-describedby="bl-loi-noi-dung bl-con bl-luat"${faults.body === undefined ? '' : html` aria-invalid="true"`}>${state.body === '' ? '' : `\n${state.body}`}</textarea></p>
<p class="fault" id="bl-loi-noi-dung" role="alert">${faults.body ?? ''}</p>
<p class="left" id="bl-con">${words.left(limits.longest)}</p>
<p class="field"><label for="bl-ten">${words.name}</label>
<input id="bl-ten" name="ten" type="text" required autocomplete="nickname" dir="auto" value="${state.name}" aria-describedby="bl-loi-ten"${faults.name === undefined ? '' : html` aria-invalid="true"`}></p>
<p class="fault" id="bl-loi-ten" role="alert">${faults.name ?? ''}</p>
<p class="trap" aria-hidden="true"><label>${words.trap} <input name="trang-web" type="text" tabindex="-1" autocomplete="off"></label></p>
<p class="rule" id="bl-luat">${words.rule}<noscript> ${words.wait}</noscript></p>
<p><button type="submit" class="button">${words.send}</button></p>
</form>`;
}

/** What the section is made of; `form` null where comments are closed. `olderPath`: where the rest is, null = all are here. */
export type Board = {
  rule: CommentRule;
  threads: readonly Thread<ShownComment>[];
  form: FormState | null;
  olderPath: string | null;
};

/** The whole section, with its style and script. */
export function commentSection(board: Board, showing: CommentShowing): Markup {
  const { lang } = showing;
  const { rule, form, olderPath } = board;
  const words = commentWords(lang);
  const files = commentFiles();
  const path = commentsPath(rule.storyId);
  const list = inLang(`${path}/danh-sach`, lang);
  return html`<link rel="stylesheet" href="${files.stylePath}">
<section class="box comments" id="binh-luan" aria-labelledby="box-comments" data-list="${list}"><h2 id="box-comments">${words.title}</h2>
${form === null ? html`<p class="closed">${words.closed}</p>` : commentForm(rule.storyId, form, lang)}
<div class="said-so-far">${threadList(board.threads, rule, showing)}</div>
${olderPath === null ? '' : html`<p><a href="${inLang(olderPath, lang)}">${words.all(rule.shown)}</a></p>`}
<p class="follow">${words.follow}:<span class="formats">${formats.map((form) => html` <a href="${path}.${form.format}" type="${form.type}" aria-label="${words.title}: ${form.name}">${form.name}</a>`)}</span></p>
<script src="${files.scriptPath}" defer></script></section>`;
}
