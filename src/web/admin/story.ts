// /quan-tri/tin/:id → one story from inside, and the preview of a merge.
import type { Context as Call } from 'hono';
import { html } from 'hono/html';
import { commentRules } from '../../store/comment-setting.ts';
import { findStoryHeads, listCorrections, listRevisions, spreadOf, type StoryHead } from '../../store/desk-story.ts';
import { findDecrees } from '../../store/identity.ts';
import { listMembers } from '../../store/desk.ts';
import { findPairs } from '../../store/related.ts';
import { explainEvidence } from '../../story/explain.ts';
import { lookInside } from '../../story/inside.ts';
import { compareLeads } from '../../story/near.ts';
import { relatedOf, storyAt } from '../../story/related-answer.ts';
import { reasonText } from '../../text/reason.ts';
import { ownHostOf } from '../comment-board.ts';
import { storyPath } from '../public/links.ts';
import type { Desk } from './desk.ts';
import { facts, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs } from './shell.ts';
import { statePill } from './stories.ts';
import {
  correctForm,
  entriesForm,
  headlineForm,
  mergeConfirm,
  mergeForm,
  outForm,
  type RelatedLine,
  relatedPanel,
} from './story-forms.ts';
import { historyList, nearList, panel, revisionList, stateOf, type Telling } from './story-parts.ts';
import { consoleWords } from './words.ts';
import { storyWords } from './words-stories.ts';

const mostRevisions = 20;

/** What is said above a story's screen, and the status it is answered with. */
export type Said = { text: string; isBad?: boolean; status?: number };

/**
 * The number of the story that a person means: a number, an address of ours, or an article's address at its paper. Null when there is none;
 * a story that ended in another counts as that one.
 */
export async function readStoryRef({ ctx }: Desk, typed: string): Promise<number | null> {
  const text = typed.trim();
  const url = URL.parse(text);
  const isOurs = url === null || url.host === new URL(ctx.config.publicUrl).host;
  const own = /^#?(\d{1,15})$/.exec(text)?.[1] ?? (isOurs ? /\/tin\/(\d{1,15})/.exec(text)?.[1] : undefined);
  const id = own === undefined ? await storyAt(ctx.db, text) : Number(own);
  const [head] = id === null ? [] : await findStoryHeads(ctx.db, [id]);
  return head?.mergedInto ?? head?.id ?? null;
}

async function relatedLines({ ctx }: Desk, { story, lang }: Telling): Promise<RelatedLine[]> {
  const [answer, pairs] = await Promise.all([relatedOf(ctx, story.id), findPairs(ctx.db, story.id)]);
  const verdicts = new Map(pairs.toReversed().map((pair) => [pair.storyId, pair.verdict]));
  const places = answer?.places ?? [];
  const ids = [...new Set([...places.map((place) => place.relatedId), ...verdicts.keys()])];
  const heads = new Map((await findStoryHeads(ctx.db, ids)).map((head) => [head.id, head]));
  return ids.flatMap((id): RelatedLine[] => {
    const head = heads.get(id);
    const place = places.find((one) => one.relatedId === id);
    if (head === undefined) return [];
    const reason = place === undefined ? null : reasonText({ kind: place.reason, subject: place.subject }, lang);
    return [{ head, verdict: verdicts.get(id) ?? null, reason }];
  });
}

/** The screen of a story; `said` above it. 404 when there is none. Reads; touches nothing. */
export async function showStory(desk: Desk, visitor: Visitor, id: number, said: Said | null): Promise<Response> {
  const { ctx, show } = desk;
  const { lang } = visitor;
  const words = storyWords(lang);
  const path = '/quan-tri/tin';
  const story = await lookInside(ctx, id);
  if (story === null)
    return show(
      lang,
      visitor,
      { title: '404', content: html``, notice: { text: words.noSuch, isBad: true }, path },
      404,
    );
  const telling: Telling = { story, lang, now: ctx.now() };
  const editor = mayAs(visitor.session.role, 'editor') ? visitor : null;
  const isLive = story.status === 'live';
  const isOpen = story.status !== 'merged';
  const [revisions, corrections, related, spread, rules] = await Promise.all([
    listRevisions(ctx.db, id, mostRevisions),
    listCorrections(ctx.db, id, mostRevisions),
    isLive ? relatedLines(desk, telling) : [],
    story.status === 'withdrawn' ? spreadOf(ctx.db, id) : null,
    isLive ? commentRules(ctx.db, [id], ownHostOf(ctx.config.publicUrl)) : null,
  ]);
  const rule = rules?.get(id);
  const content = html`${stateOf(telling, spread)}
${facts([
  [words.story(id), html`${statePill(story.status, words)} ${timeTag(story.listedAt, telling.now, lang)}`],
  [
    words.talk,
    rule === undefined
      ? null
      : html`<a href="/quan-tri/binh-luan?trang-thai=tat-ca&amp;tin=${id}">${words.talkSee(rule.shown)}</a>`,
  ],
])}
${panel('cac-bai', words.entriesTitle(story.entries), entriesForm(telling, editor))}
<div class="split">${
    editor === null || !isOpen
      ? ''
      : html`${panel('giu-an-go', words.outOfSight, outForm(telling, editor))}${panel('gop', words.merge, mergeForm(telling))}${
          isLive
            ? html`${panel('sua-tieu-de', words.headline, headlineForm(telling, editor))}${panel('dinh-chinh', words.correct, correctForm(telling, editor))}`
            : ''
        }`
  }</div>
${isOpen ? panel('gan-giong', words.near, nearList(telling, editor !== null)) : ''}
${isLive ? panel('lien-quan', words.related, relatedPanel(telling, related, editor)) : ''}
${panel('cac-lan-sua', words.revisions, revisionList(telling, revisions, corrections))}
${panel('lich-su', words.history, historyList(telling))}`;
  const screen = {
    title: story.title,
    content,
    path,
    crumbs: [],
    notice: said === null ? null : { text: said.text, isBad: said.isBad ?? false },
    ...(isLive ? { actions: html`<a class="button" href="${storyPath(story)}">${words.publicPage}</a>` } : {}),
  };
  return show(lang, visitor, screen, said?.status ?? 200);
}

async function mergePreview(desk: Desk, visitor: Visitor, one: StoryHead, other: StoryHead): Promise<Html> {
  const { ctx } = desk;
  const words = storyWords(visitor.lang);
  const now = ctx.now();
  const [evidence, ours, theirs] = await Promise.all([
    compareLeads(ctx, one, other),
    listMembers(ctx.db, one.id),
    listMembers(ctx.db, other.id),
  ]);
  const sides = [ours, theirs].map((members) => new Set(members.map((member) => member.entryId)));
  const decrees = await findDecrees(ctx.db, [...(sides[0] ?? [])]);
  const undone = decrees.filter(({ a, b, kind }) => kind === 'apart' && (sides[1]?.has(a) || sides[1]?.has(b)));
  const side = (head: StoryHead, entries: number) =>
    html`<section class="panel" aria-labelledby="tin-${head.id}"><h2 id="tin-${head.id}"><a href="/quan-tri/tin/${head.id}">${head.title}</a></h2>
${facts([
  [words.story(head.id), statePill(head.status, words)],
  [words.paper, html`${head.publisherName} · ${timeTag(head.listedAt, now, visitor.lang)}`],
  [words.papers, words.carriedBy(1, entries)],
])}</section>`;
  const isPossible = one.status === other.status && one.status !== 'merged';
  return html`<div class="split">${side(one, ours.length)}${side(other, theirs.length)}</div>
${evidence === null ? '' : html`<p><strong>${words.compared}:</strong> ${explainEvidence(evidence, visitor.lang)}</p>`}
${undone.length === 0 ? '' : html`<p class="note">${words.mergeUndoes(undone.length)}</p>`}
${isPossible ? html`<p>${words.mergeKeeps(Math.min(one.id, other.id))}</p>${mergeConfirm(visitor, one.id, other.id)}` : html`<p class="bad">${words.mergeMixed}</p>`}`;
}

const idOf = (call: Call) => Number(call.req.param('id'));

/** Adds the screen of one story and the preview of a merge. */
export function addStory(desk: Desk): void {
  desk.screen('/quan-tri/tin/:id{[0-9]{1,15}}', 'viewer', async (call, visitor) => {
    const words = storyWords(visitor.lang);
    const made = Number(call.req.query('tin-moi') ?? 0);
    const done = Object.entries(words.done).find(([name]) => name === call.req.query('xong'))?.[1];
    const said = done === undefined ? null : { text: made > 0 ? `${done} ${words.splitInto(made)}` : done };
    return showStory(desk, visitor, idOf(call), said);
  });

  desk.screen('/quan-tri/tin/:id{[0-9]{1,15}}/gop', 'editor', async (call, visitor) => {
    const words = storyWords(visitor.lang);
    const id = idOf(call);
    const other = await readStoryRef(desk, call.req.query('voi') ?? '');
    if (other === null || other === id)
      return showStory(desk, visitor, id, {
        text: other === null ? words.noSuch : words.itself,
        isBad: true,
        status: 422,
      });
    const heads = new Map((await findStoryHeads(desk.ctx.db, [id, other])).map((head) => [head.id, head]));
    const [one, two] = [heads.get(id), heads.get(other)];
    if (one === undefined || two === undefined)
      return showStory(desk, visitor, id, { text: consoleWords(visitor.lang).notFound, isBad: true, status: 404 });
    return desk.show(visitor.lang, visitor, {
      title: words.mergeTitle(id, other),
      content: await mergePreview(desk, visitor, one, two),
      path: '/quan-tri/tin',
      crumbs: [{ href: `/quan-tri/tin/${id}`, name: words.story(id) }],
    });
  });
}
