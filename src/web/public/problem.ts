// A status that is not 200 → a plain readable page, made without the database.
import { html } from 'hono/html';
import type { Site } from '../layout.ts';
import { emptyMenu, toDocument } from '../layout.ts';
import type { Lang, Words } from '../words.ts';
import { inLang, wordsOf } from '../words.ts';

/** What can go wrong for a reader. */
export type Problem = 'bad' | 'notFound' | 'method' | 'withdrawn' | 'retired' | 'error' | 'away' | 'rendering';

const statuses = {
  bad: 400,
  notFound: 404,
  method: 405,
  withdrawn: 410,
  retired: 410,
  error: 500,
  away: 503,
  rendering: 503,
} as const;

function sayProblem(words: Words, problem: Problem): { title: string; text: string } {
  return { title: words[`${problem}Title`], text: words[problem] };
}

/** The status of a problem, and its page in a language. */
export async function problemPage(
  site: Site,
  problem: Problem,
  lang: Lang,
): Promise<{ status: (typeof statuses)[Problem]; body: string }> {
  const words = wordsOf(lang);
  const said = sayProblem(words, problem);
  const body = await toDocument(site, emptyMenu, {
    lang,
    title: said.title,
    description: said.text,
    path: '/',
    isUnlisted: true,
    content: html`<div class="empty"><h1>${said.title}</h1><p>${said.text}</p><p><a class="button" href="${inLang('/', lang)}">${words.backHome}</a></p></div>`,
  });
  return { status: statuses[problem], body };
}

/** What the service worker shows without a network; it fills in the list of what was kept. */
export function offlinePage(site: Site, lang: Lang): Promise<string> {
  const words = wordsOf(lang);
  return toDocument(site, emptyMenu, {
    lang,
    title: words.offlineTitle,
    description: words.offline,
    path: '/',
    isUnlisted: true,
    content: html`<div class="empty"><h1>${words.offlineTitle}</h1><p>${words.offline}</p></div>
<section class="box"><ul id="da-doc"></ul></section>`,
  });
}
