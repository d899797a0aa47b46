// A story from inside → the panels of its screen that only tell: state, entries, near stories, revisions, history.
import { html } from 'hono/html';
import type { Correction, Revision, Spread } from '../../store/desk-story.ts';
import { explainEdge, explainEvidence } from '../../story/explain.ts';
import type { InsideMember, InsideStory } from '../../story/inside.ts';
import { diffWords } from '../../text/word-diff.ts';
import { safeUrl } from '../safe-url.ts';
import { exactTime } from '../when.ts';
import type { Lang } from '../words.ts';
import { deskZone, exactTag, timeTag } from './parts.ts';
import type { Html } from './shell.ts';
import { statePill } from './stories.ts';
import { type StoryWords, storyWords } from './words-stories.ts';

/** What every panel is told. */
export type Telling = { story: InsideStory; lang: Lang; now: Date };

/** A panel with its heading. */
export const panel = (id: string, title: string, content: Html): Html =>
  html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;

const number = (value: number, lang: Lang) => (lang === 'en' ? String(value) : String(value).replace('.', ','));

/** Who is behind an event: a person's name, or the machine. */
const handOf = (actor: string, words: StoryWords) => (actor === 'machine' ? words.machine : actor);

type Withdrawal = { since: string; minutes: number; seconds?: number; documents: number };

function isWithdrawal(evidence: unknown): evidence is Withdrawal {
  return typeof evidence === 'object' && evidence !== null && 'minutes' in evidence && 'documents' in evidence;
}

/** Why a story is out of sight, by whom, how long it took, and how far the news of it has come. Empty for one that is shown. */
export function stateOf({ story, lang, now }: Telling, spread: Spread | null): Html | string {
  const words = storyWords(lang);
  if (story.mergedInto !== null)
    return html`<p class="note">${statePill(story.status, words)} <a href="/quan-tri/tin/${story.mergedInto}">${words.mergedInto(story.mergedInto)}</a></p>`;
  const event = story.events.findLast((one) => ['hold', 'hide', 'withdraw'].includes(one.kind));
  if (story.status === 'live' || event === undefined) return '';
  const told = isWithdrawal(event.evidence) ? event.evidence : null;
  const isLate = told !== null && told.minutes >= 1;
  return html`<div class="panel"><p>${statePill(story.status, words)} ${event.actor}, ${timeTag(event.at, now, lang)}: ${event.reason ?? ''}</p>
${told?.seconds === undefined ? '' : html`<p>${words.tookSeconds(number(told.seconds, lang), told.documents)}${isLate ? ` ${words.tookMinutes(number(told.minutes, lang), exactTime(new Date(told.since), deskZone))}` : ''}</p>`}
${spread === null ? '' : html`<p>${words.spread(spread.showing, spread.told, spread.waiting)} ${words.subscribers(spread.subscribers)}</p>`}</div>`;
}

// How much later than the first, to the minute.
function delay(at: Date, first: Date, lang: Lang): string {
  const minutes = Math.round((at.getTime() - first.getTime()) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const unit = lang === 'en' ? ['h', 'min'] : ['giờ', 'phút'];
  return hours > 0 ? `${hours} ${unit[0] ?? ''} ${rest} ${unit[1] ?? ''}` : `${minutes} ${unit[1] ?? ''}`;
}

// Short names are agencies' letters.
const originName = (origin: string) => (/^[a-z]{2,6}$/.test(origin) ? origin.toUpperCase() : origin);

/** Who has the entry from whom, and when. */
function chainOf(member: InsideMember, first: InsideMember | undefined, lang: Lang): Html {
  const words = storyWords(lang);
  const marks = [
    ...(member.isOrigin ? [words.origin] : []),
    ...(member.origin === null ? [] : [words.namesOrigin(originName(member.origin))]),
    first === undefined || first === member
      ? words.firstOne
      : words.after(delay(member.publishedAt, first.publishedAt, lang)),
  ];
  return html`${exactTag(member.publishedAt)} · ${marks.join(' · ')}`;
}

/** Every reason that holds an entry in the story, in words. */
function reasonsOf(member: InsideMember, lang: Lang): Html {
  const words = storyWords(lang);
  const edges = member.edges ?? [];
  const origin =
    member.origin !== null && member.sameOrigin > 0
      ? [words.sameOrigin(member.sameOrigin, originName(member.origin))]
      : [];
  const said = [...edges.map((edge) => explainEdge(edge, lang)), ...origin];
  if (said.length === 0) return html`<p class="soft">${words.founder}</p>`;
  return html`<ul class="reasons">${said.map((one) => html`<li>${one}</li>`)}</ul>`;
}

/** The entries in the order in which they were published; `controls` adds what may be done with each. */
export function entryList({ story, lang }: Telling, controls: (member: InsideMember) => Html | string): Html {
  const words = storyWords(lang);
  const [first] = story.members;
  return html`${story.members.length < story.entries ? html`<p class="note">${words.entriesCut(story.members.length, story.entries)}</p>` : ''}
<ol class="list entries">${story.members.map((member) => {
    const url = safeUrl(member.url);
    return html`<li><div class="entry"><h3>${member.publisherName}: ${member.title}</h3>
<p class="small">${member.isLead ? html`<strong>★ ${words.lead}${member.pinnedAt === null ? '' : ` (${words.pinned})`}</strong> · ` : ''}${member.entryId} · ${chainOf(member, first, lang)}${url === null ? '' : html` · <a href="${url}" rel="noreferrer noopener">${words.original}</a>`}</p>
<details${story.members.length <= 12 ? html` open` : ''}><summary>${words.why}</summary>${reasonsOf(member, lang)}</details></div>${controls(member)}</li>`;
  })}</ol>`;
}

/** Near stories that are not this one, each with what kept it apart. */
export function nearList({ story, lang, now }: Telling, canMerge: boolean): Html {
  const words = storyWords(lang);
  if (story.near.length === 0) return html`<p class="soft">${words.nearNone}</p>`;
  return html`<p class="soft">${words.nearHelp}</p><ul class="list">${story.near.map(
    ({ head, evidence, decree }) =>
      html`<li><h3><a href="/quan-tri/tin/${head.id}">${head.title}</a></h3>
<p class="small">${head.id} · ${head.publisherName} · ${timeTag(head.listedAt, now, lang)} ${head.status === 'live' ? '' : statePill(head.status, words)}</p>
${decree === null ? '' : html`<p>${words.keptByEditor(decree.actor)}${decree.reason === null ? '' : `: ${decree.reason}`}</p>`}
${evidence === null ? '' : html`<p>${evidence.kind === 'same' && decree === null ? `${words.same}: ` : ''}${explainEvidence(evidence, lang)}</p>`}
${canMerge ? html`<p><a class="button" href="/quan-tri/tin/${story.id}/gop?voi=${head.id}">${words.mergeLook}</a></p>` : ''}</li>`,
  )}</ul>`;
}

// What a screen reader hears around a word that went or came.
function diffOf(before: string, after: string, words: StoryWords): Html {
  return html`${diffWords(before, after).map(({ kind, text }) =>
    kind === 'same'
      ? text
      : kind === 'gone'
        ? html` <del><span class="sr">${words.gone}</span>${text.trimStart()}</del>`
        : html` <ins><span class="sr">${words.came}</span>${text.trimStart()}</ins>`,
  )}`;
}

/** Former wordings, newest first, each with what became of it; and the corrections that were published. */
export function revisionList(
  { story, lang, now }: Telling,
  revisions: readonly Revision[],
  corrections: readonly Correction[],
): Html {
  const words = storyWords(lang);
  if (revisions.length === 0 && corrections.length === 0) return html`<p class="soft">${words.revisionsNone}</p>`;
  return html`${corrections.length === 0 ? '' : html`<ul class="list">${corrections.map((one) => html`<li>${words.correct} · ${one.by}, ${timeTag(one.at, now, lang)}: ${one.note}</li>`)}</ul>`}
<ol class="list">${revisions.map((one, index) => {
    const next = revisions[index - 1] ?? story;
    return html`<li><p class="small">${words.until(exactTime(one.replacedAt, deskZone))} · ${one.publisherName}</p>
<p class="diff"><strong>${diffOf(one.title, next.title, words)}</strong></p>
${one.summary === '' && next.summary === '' ? '' : html`<p class="diff">${diffOf(one.summary, next.summary, words)}</p>`}</li>`;
  })}</ol>`;
}

/** What happened to the story, newest first, and what editors decided between its entries. */
export function historyList({ story, lang }: Telling): Html {
  const words = storyWords(lang);
  const lines = story.events.toReversed().map((event) => {
    const other = event.storyId === story.id ? event.otherStoryId : event.storyId;
    const told = isWithdrawal(event.evidence) ? event.evidence : null;
    return html`<li>${exactTag(event.at)} · <strong>${words.event[event.kind]}</strong> ${other === null ? '' : html`<a href="/quan-tri/tin/${other}">${words.withStory(other)}</a> `}${event.entryId === null ? '' : `${words.overEntry(event.entryId)} `}· ${handOf(event.actor, words)}${event.reason === null ? '' : `: ${event.reason}`}${
      told?.seconds === undefined
        ? ''
        : html` <span class="soft">(${words.tookSeconds(number(told.seconds, lang), told.documents)})</span>`
    }</li>`;
  });
  const decrees = story.decrees.map(
    ({ a, b, kind, actor, reason }) =>
      html`<li>${words.overEntry(a)}, ${words.overEntry(b)}: ${words.decree[kind]} · ${actor}${reason === null ? '' : `: ${reason}`}</li>`,
  );
  return html`${lines.length === 0 ? html`<p class="soft">${words.historyNone}</p>` : html`<ol class="list">${lines}</ol>`}
${decrees.length === 0 ? '' : html`<details><summary>${words.decrees} (${decrees.length})</summary><ul class="list">${decrees}</ul></details>`}`;
}
