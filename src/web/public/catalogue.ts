// The editions that are published → the index page of all feeds, and the same as OPML 2.0.
import { html } from 'hono/html';
import type { Edition, Format } from '../../domain.ts';
import { editionUrl, feedUrl } from '../../edition/document.ts';
import { formats } from '../address.ts';
import type { Markup, Page } from '../layout.ts';
import type { Lang, Words } from '../words.ts';
import { wordsOf } from '../words.ts';
import { formatLinks } from './list.ts';

type Group = { title: string; editions: Edition[] };

function toGroups(editions: Edition[], words: Words): Group[] {
  // Combined and saved searches stand apart from those of one condition.
  const kindOf = ({ filter }: Edition): string => {
    const [only, ...more] = Object.keys(filter);
    return only === undefined ? 'all' : more.length > 0 || only === 'words' ? 'saved' : only;
  };
  const of = (kind: string): Edition[] =>
    editions.filter((edition) => kindOf(edition) === kind).toSorted((a, b) => a.title.localeCompare(b.title, 'vi'));
  return [
    { title: words.feedsGeneral, editions: of('all') },
    { title: words.provinces, editions: of('province') },
    { title: words.sections, editions: of('section') },
    { title: words.papers, editions: of('publisher') },
    { title: words.feedsSaved, editions: of('saved') },
  ].filter((group) => group.editions.length > 0);
}

function groupSection(group: Group): Markup {
  return html`<section><h2>${group.title}</h2><ul>
${group.editions.map(
  (edition) => html`<li><span>${edition.title}</span>${formatLinks(edition.path, edition.title)}</li>
`,
)}</ul></section>
`;
}

/** The page `/feeds`: every edition with its three formats, grouped. */
export function feedsPage(editions: Edition[], lang: Lang): Page {
  const words = wordsOf(lang);
  const groups = toGroups(editions, words);
  return {
    lang,
    title: words.feedsTitle,
    description: words.feedsLead,
    path: '/feeds',
    content: html`<div class="feeds"><div class="page-head"><h1>${words.feedsTitle}</h1></div>
${
  groups.length === 0
    ? html`<div class="empty"><p>${words.feedsEmpty}</p></div>`
    : html`<p class="lede">${words.feedsLead}</p>
<p class="lede">${words.feedsOpml}:${formats.map((form, index) => html` <a href="/opml${index === 0 ? '' : `?dinh-dang=${form.format}`}" type="text/x-opml">OPML (${form.name})</a>`)}</p>
${groups.map(groupSection)}`
}</div>`,
  };
}

// Control characters have no place in XML 1.0 at all, not even as references.
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function outline(edition: Edition, format: Format, publicUrl: string): string {
  // OPML knows one type for a feed of any format.
  return `      <outline type="rss" text="${xml(edition.title)}" title="${xml(edition.title)}" xmlUrl="${xml(feedUrl(publicUrl, edition.path, format))}" htmlUrl="${xml(editionUrl(publicUrl, edition.path))}"/>`;
}

/** All feeds of one format as OPML 2.0 in groups. `dateModified` is the newest change of any edition, never now. */
export function toOpml(editions: Edition[], format: Format, publicUrl: string): string {
  const words = wordsOf('vi');
  const groups = toGroups(editions, words);
  const newest = editions.reduce((latest, edition) => Math.max(latest, edition.changedAt.getTime()), 0);
  return `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>${xml(words.site)}</title>
${newest > 0 ? `    <dateModified>${new Date(newest).toUTCString()}</dateModified>\n` : ''}    <ownerName>${xml(words.site)}</ownerName>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
${groups.map((group) => `    <outline text="${xml(group.title)}">\n${group.editions.map((edition) => outline(edition, format, publicUrl)).join('\n')}\n    </outline>`).join('\n')}
  </body>
</opml>
`;
}
