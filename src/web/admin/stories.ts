// /quan-tri/tin → stories for editors: newest or searched, by state, place, paper and number of papers, with keys to move by.
import { html } from 'hono/html';
import { countAside, type ListLine } from '../../store/desk-list.ts';
import { listPublishers } from '../../store/publisher.ts';
import { provinceByCode, provinces } from '../../text/place.ts';
import { exactTime } from '../when.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { choice, dataTable, deskZone, empty, field, pager, pill, tabs, timeTag, type Tone } from './parts.ts';
import type { Html } from './shell.ts';
import { findStoryLines, readStoriesAsked, shelves, storiesAddress, type StoriesAsked } from './story-query.ts';
import { consoleWords } from './words.ts';
import { type StoryWords, storyWords } from './words-stories.ts';

const tones: Record<ListLine['status'], Tone> = {
  live: 'good',
  held: 'paused',
  hidden: 'quiet',
  withdrawn: 'bad',
  merged: 'info',
};
const paperSteps = [2, 3, 5, 10, 20];

/** A story's state as a word and an icon. */
export const statePill = (status: ListLine['status'], words: StoryWords): Html =>
  pill(tones[status], words.shelf[status]);

function placeName(code: string | null, lang: Lang): string {
  const place = code === null ? null : provinceByCode(code);
  return place === null ? '' : lang === 'en' ? place.nameEn : place.name;
}

function filterForm(asked: StoriesAsked, papers: readonly { slug: string; name: string }[], lang: Lang): Html {
  const words = storyWords(lang);
  const places = provinces
    .map((one): [string, string] => [one.slug, lang === 'en' ? one.nameEn : one.name])
    .toSorted((a, b) => a[1].localeCompare(b[1], 'vi'));
  const chosen = asked.province === null ? '' : (provinceByCode(asked.province)?.slug ?? '');
  const counts = paperSteps.map((count): [string, string] => [String(count), words.papersAtLeast(count)]);
  return html`<form method="get" action="/quan-tri/tin" role="search" aria-label="${words.search}" class="filters">${
    asked.shelf === 'live' ? '' : html`<input type="hidden" name="trang-thai" value="${asked.shelf}">`
  }${field('q', words.words, asked.words, { type: 'search', most: 200 })}
${choice('tinh', words.province, chosen, [['', words.anyProvince], ...places])}
${choice('bao', words.paper, asked.publisher ?? '', [['', words.anyPaper], ...papers.map((one): [string, string] => [one.slug, one.name])])}
${choice('so-bao', words.papers, String(asked.papers), [['1', words.anyPapers], ...counts])}
<button class="main">${words.go}</button> <a class="button" href="${storiesAddress({ shelf: asked.shelf })}">${words.reset}</a></form>`;
}

function lineCells(line: ListLine, now: Date, lang: Lang): (Html | string)[] {
  const words = storyWords(lang);
  const marks = [
    ...(line.isRetitled ? [words.retitled] : []),
    ...(line.comments > 0 ? [words.comments(line.comments)] : []),
  ];
  const { aside } = line;
  return [
    html`<a href="/quan-tri/tin/${line.id}">${line.title}</a><br><span class="soft small">${line.id}${marks.map((mark) => ` · ${mark}`)}</span>`,
    line.publisherName,
    words.carriedBy(line.papers, line.entries),
    placeName(line.province, lang),
    aside === null
      ? timeTag(line.listedAt, now, lang)
      : html`${statePill(line.status, words)} <span class="small">${aside.actor}, ${exactTime(new Date(aside.at), deskZone)}<br>${aside.reason ?? ''}</span>`,
  ];
}

/** Adds the list. Reads story and what hangs on it. */
export function addStories(desk: Desk): void {
  const { ctx, show } = desk;

  desk.screen('/quan-tri/tin', 'viewer', async (call, visitor) => {
    const { lang } = visitor;
    const words = storyWords(lang);
    const asked = readStoriesAsked(new URL(call.req.url).searchParams);
    const [page, counts, papers] = await Promise.all([
      findStoryLines(ctx.db, asked),
      countAside(ctx.db),
      listPublishers(ctx.db),
    ]);
    const now = ctx.now();
    const rest = { ...asked, after: null };
    const next = page.next === null ? null : storiesAddress({ ...asked, after: page.next });
    const shelfTabs = tabs(
      words.shelves,
      shelves.map((shelf) => ({
        href: storiesAddress({ ...rest, shelf }),
        name: words.shelf[shelf],
        count: shelf === 'live' ? null : counts[shelf],
        isChosen: shelf === asked.shelf,
      })),
    );
    const columns = [words.stories, words.paper, words.papers, words.province, consoleWords(lang).at];
    const content = html`${shelfTabs}${filterForm(asked, papers, lang)}
<p class="keys note" data-keys-help hidden>${words.keys}</p>
${
  page.lines.length === 0
    ? page.isCut
      ? ''
      : empty(words.nothing)
    : html`<div data-rows="tbody th a">${dataTable({ caption: words.shelf[asked.shelf], columns, rows: page.lines.map((line) => lineCells(line, now, lang)) })}</div>`
}${
  page.isCut && page.next !== null
    ? html`<p class="note">${words.cut(exactTime(page.next.listedAt, deskZone))} <a href="${next ?? ''}">${words.goOn}</a></p>`
    : pager(lang, { first: asked.after === null ? null : storiesAddress(rest), next })
}`;
    return show(lang, visitor, { title: words.stories, content, path: '/quan-tri/tin', scripts: ['phim'] });
  });
}
