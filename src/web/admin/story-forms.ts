// A story from inside → the forms of its screen: split and pin, merge, headline, correction, related stories, out of sight and back.
import { html } from 'hono/html';
import type { StoryHead } from '../../store/desk-story.ts';
import type { InsideMember } from '../../story/inside.ts';
import { area, field, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { statePill } from './stories.ts';
import { entryList, type Telling } from './story-parts.ts';
import { storyWords } from './words-stories.ts';

/** A form that does something to a story. */
const actForm = (visitor: Visitor, storyId: number, content: Html): Html =>
  html`<form method="post" action="/quan-tri/tin/${storyId}" class="form">${tokenField(visitor)}${content}</form>`;

/** The entries, each to be chosen for a split or pinned as the lead; viewers see them only. */
export function entriesForm(telling: Telling, visitor: Visitor | null): Html {
  const words = storyWords(telling.lang);
  const { story } = telling;
  if (visitor === null || story.status === 'merged') return entryList(telling, () => '');
  const isPinned = story.members.some((member) => member.pinnedAt !== null);
  const mayPin = story.entries > 1;
  const controls = (member: InsideMember): Html =>
    html`<div class="do">${
      story.entries > 1
        ? html`<label class="check"><input type="checkbox" name="bai" value="${member.entryId}" aria-label="${words.choose(`${member.publisherName}: ${member.title}`)}">${member.entryId}</label>`
        : ''
    }${
      mayPin && member.pinnedAt === null
        ? html`<button name="dan" value="${member.entryId}" aria-label="${words.pin}: ${member.publisherName}, ${member.entryId}">${words.pin}</button>`
        : ''
    }</div>`;
  return actForm(
    visitor,
    story.id,
    html`${entryList(telling, controls)}
${isPinned ? html`<div class="row"><button name="viec" value="bo-ghim">${words.unpin}</button></div>` : ''}
${
  story.entries > 1
    ? html`<p class="soft">${words.splitHelp}</p>${field('ly-do-tach', words.reason, '', { most: 1000 })}
<div class="row"><button class="main" name="viec" value="tach">${words.split}</button></div>`
    : ''
}`,
  );
}

/** Which story to merge with; leads to the preview. */
export function mergeForm({ story, lang }: Telling): Html {
  const words = storyWords(lang);
  return html`<form method="get" action="/quan-tri/tin/${story.id}/gop" class="form">${field('voi', words.mergeWith, '', { isRequired: true, most: 2000 })}
<div class="row"><button>${words.mergeLook}</button></div></form>`;
}

/** The last word before a merge. */
export function mergeConfirm(visitor: Visitor, storyId: number, other: number): Html {
  const words = storyWords(visitor.lang);
  return actForm(
    visitor,
    storyId,
    html`<input type="hidden" name="voi" value="${other}">${field('ly-do-gop', words.reason, '', { most: 1000 })}
<div class="row"><button class="main" name="viec" value="gop">${words.mergeDo}</button></div>`,
  );
}

/** An editor's headline and the note that readers see with it. */
export function headlineForm({ story, lang }: Telling, visitor: Visitor): Html {
  const words = storyWords(lang);
  return actForm(
    visitor,
    story.id,
    html`${story.headline === null ? '' : html`<p>${words.headlineBy(story.headline.actor)}</p>`}${field('tieu-de', words.headlineNew, story.title, { most: 500 })}
${field('ghi-chu', words.headlineNote, '', { most: 800 })}
<div class="row"><button name="viec" value="tieu-de">${words.headlineSave}</button>${story.headline === null ? '' : html`<button name="viec" value="tieu-de-cu">${words.headlineBack}</button>`}</div>`,
  );
}

/** A correction in an editor's words. */
export function correctForm({ story, lang }: Telling, visitor: Visitor): Html {
  const words = storyWords(lang);
  return actForm(
    visitor,
    story.id,
    html`${area('loi-dinh-chinh', words.correctNote, '', { rows: 3, most: 1000 })}
<div class="row"><button name="viec" value="dinh-chinh">${words.correctSave}</button></div>`,
  );
}

/** Out of sight in three ways, or back. */
export function outForm({ story, lang }: Telling, visitor: Visitor): Html {
  const words = storyWords(lang);
  const { status } = story;
  const back = status === 'live' || status === 'merged' ? null : words.restore[status];
  const offers = (['held', 'hidden', 'withdrawn'] as const).filter((one) => one !== status);
  const button = {
    held: html`<button name="viec" value="giu">${words.hold}</button>`,
    hidden: html`<button name="viec" value="an">${words.hide}</button>`,
    withdrawn: html`<button class="danger" name="viec" value="go">${words.withdraw}</button>`,
  };
  return actForm(
    visitor,
    story.id,
    html`<p class="soft">${words.outHelp}</p>${field('ly-do', words.reason, '', { most: 1000 })}${field('tu-luc', words.since, '', { type: 'datetime-local' })}
<div class="row">${back === null ? '' : html`<button class="main" name="viec" value="hien">${back}</button>`}${offers.map((one) => button[one])}</div>`,
  );
}

/** A related story as the screen shows it; `verdict` is an editor's word on it. */
export type RelatedLine = { head: StoryHead; verdict: 'pin' | 'ban' | null; reason: string | null };

/** What stands in "Tin liên quan" and what editors said of it, with the hand on it for those who may. */
export function relatedPanel(
  { story, lang, now }: Telling,
  lines: readonly RelatedLine[],
  visitor: Visitor | null,
): Html {
  const words = storyWords(lang);
  const hand = ({ head, verdict }: RelatedLine): Html => {
    const button = (value: string, word: string) =>
      html`<button name="${value}" value="${head.id}" aria-label="${word}: ${head.title}">${word}</button>`;
    return html`<div class="do">${verdict === 'pin' ? '' : button('lq-ghim', words.relatedPin)}${verdict === 'ban' ? '' : button('lq-cam', words.relatedBan)}${verdict === null ? '' : button('lq-may', words.relatedForget)}</div>`;
  };
  const list = html`${lines.length === 0 ? html`<p class="soft">${words.relatedNone}</p>` : ''}<ul class="list entries">${lines.map(
    (line) =>
      html`<li><div class="entry"><a href="/quan-tri/tin/${line.head.id}">${line.head.title}</a>
<p class="small">${line.head.id} · ${line.head.publisherName} · ${timeTag(line.head.listedAt, now, lang)}${line.reason === null ? '' : ` · ${line.reason}`}${line.verdict === null ? '' : html` · <strong>${words.relatedState[line.verdict]}</strong>`}${line.head.status === 'live' ? '' : html` ${statePill(line.head.status, words)}`}</p></div>${visitor === null ? '' : hand(line)}</li>`,
  )}</ul>`;
  if (visitor === null) return list;
  return actForm(
    visitor,
    story.id,
    html`${list}${field('voi-lq', words.relatedWith, '', { most: 2000 })}
<div class="row"><button name="viec" value="lq-ghim">${words.relatedPin}</button><button name="viec" value="lq-cam">${words.relatedBan}</button></div>`,
  );
}
