// The choices of a form → the page /nhung: a preview and three pieces of code to copy; works without script, script makes it live.
import { html, raw } from 'hono/html';
import { provinces } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import type { Markup, Page } from '../layout.ts';
import { inLang } from '../words.ts';
import type { EmbedFiles } from './files.ts';
import type { EmbedQuery } from './query.ts';
import { writeEmbedQuery } from './query.ts';
import { embedWords } from './words.ts';

const rowHeight = 84;
const aroundRows = 90;

/** Pixels that an iframe of so many stories wants on a phone. */
export function frameHeight(count: number): number {
  return aroundRows + count * rowHeight;
}

type Option = { value: string; name: string };

function select(name: string, label: string, options: readonly Option[], chosen: string): Markup {
  return html`<p><label>${label}<br><select name="${name}">${options.map(
    (option) =>
      html`<option value="${option.value}"${option.value === chosen ? raw(' selected') : ''}>${option.name}</option>`,
  )}</select></label></p>
`;
}

function attributes(query: EmbedQuery): string {
  const pairs: [string, string | null][] = [
    ['tinh', query.province],
    ['chuyen-muc', query.section],
    ['bao', query.publisher],
    ['so', query.count === 6 ? null : String(query.count)],
    ['giao-dien', query.theme === 'tu-dong' ? null : query.theme],
    ['lang', query.lang === 'en' ? 'en' : null],
  ];
  const text = pairs.filter(([, value]) => value !== null).map(([name, value]) => ` ${name}="${value}"`);
  return text.join('') + (query.hasPictures ? ' anh' : '');
}

function elementCode(publicUrl: string, query: EmbedQuery, files: EmbedFiles): string {
  const words = embedWords(query.lang);
  const inside = `<a href="${publicUrl}/">${words[query.kind === 'tin-moi' ? 'latest' : 'related']}</a>`;
  const style = query.colour === null ? '' : `\n<style>${query.kind} { --tt-mau: #${query.colour}; }</style>`;
  return `<${query.kind}${attributes(query)}>${inside}</${query.kind}>
<script src="${publicUrl}/nhung/tin-tinh.js" async></script>${style}

<!-- ${query.lang === 'en' ? 'or fixed' : 'hoặc bản cố định'}: -->
<script src="${publicUrl}${files.fixedPath}" integrity="${files.integrity}" crossorigin="anonymous" async></script>`;
}

// Where nobody fills in the address of the page, the code shows where it belongs.
function withArticle(query: EmbedQuery): EmbedQuery {
  return query.kind === 'tin-lien-quan' && query.url === null
    ? { ...query, url: 'https://example.vn/dia-chi-bai-viet' }
    : query;
}

function frameCode(publicUrl: string, query: EmbedQuery): string {
  const words = embedWords(query.lang);
  const title = query.kind === 'tin-moi' ? words.latest : words.related;
  const address = `${publicUrl}/nhung/${query.kind}${writeEmbedQuery(withArticle(query))}`.replaceAll('&', '&amp;');
  return `<iframe src="${address}" title="${title}" width="100%" height="${frameHeight(query.count)}" loading="lazy" frameborder="0"></iframe>`;
}

function includeCode(publicUrl: string, query: EmbedQuery): string {
  const path = `/nhung/manh/${query.kind}${writeEmbedQuery(withArticle(query), true)}`;
  return `<!--# nginx: location /tin-tinh/ { proxy_pass ${publicUrl}/nhung/manh/; proxy_cache_valid 200 1m; } -->
<!--#include virtual="${path.replace('/nhung/manh/', '/tin-tinh/')}" -->
<esi:include src="${publicUrl}${path.replaceAll('&', '&amp;')}" onerror="continue"/>`;
}

function codeBox(id: string, label: string, hint: string, code: string): Markup {
  return html`<p><label for="${id}"><strong>${label}</strong></label><br>${hint}</p>
<p><textarea id="${id}" class="code" rows="6" readonly spellcheck="false">${code}</textarea></p>
`;
}

/** The page that makes embeds, for what `query` chose. */
export function generatorPage(publicUrl: string, query: EmbedQuery, files: EmbedFiles): Page {
  const words = embedWords(query.lang);
  const any = { value: '', name: words.any };
  const named = (rows: readonly { slug: string; name: string; nameEn: string }[]) =>
    rows.map((row) => ({ value: row.slug, name: query.lang === 'en' ? row.nameEn : row.name }));
  const themes = [
    { value: 'tu-dong', name: words.auto },
    { value: 'sang', name: words.light },
    { value: 'toi', name: words.dark },
  ];
  const kinds = [
    { value: 'tin-moi', name: words.latest },
    { value: 'tin-lien-quan', name: words.related },
  ];
  return {
    lang: query.lang,
    title: words.title,
    description: words.lead,
    path: '/nhung',
    content: html`<div class="page-head"><h1>${words.title}</h1></div>
<p class="lede">${words.lead}</p>
<form id="chon" class="chon" method="get" action="${inLang('/nhung', 'vi')}" data-copy="${words.copy}" data-copied="${words.copied}">
${query.lang === 'en' ? html`<input type="hidden" name="lang" value="en">` : ''}
${select('hop', words.kind, kinds, query.kind)}
${select('tinh', words.province, [any, ...named(provinces)], query.province ?? '')}
${select('chuyen-muc', words.section, [any, ...named(sections)], query.section ?? '')}
<p><label>${words.url}<br><input type="url" name="url" value="${query.url ?? ''}" placeholder="https://…" aria-describedby="url-hint"></label><br><small id="url-hint">${words.urlHint}</small></p>
<p><label>${words.count}<br><input type="number" name="so" min="1" max="20" value="${query.count}"></label></p>
<p><label><input type="checkbox" name="anh" value="1"${query.hasPictures ? raw(' checked') : ''}> ${words.pictures}</label></p>
${select('giao-dien', words.theme, themes, query.theme)}
<p><label>${words.colour}<br><input type="color" name="mau" value="#${query.colour ?? '98201b'}"></label></p>
<p><button class="button" type="submit">${words.show}</button></p>
</form>
<div id="ket-qua">
<h2>${words.preview}</h2>
<iframe class="thu" src="/nhung/${query.kind}${writeEmbedQuery(query)}" title="${words.preview}" height="${frameHeight(query.count)}" loading="lazy"></iframe>
<h2>${words.code}</h2>
${codeBox('ma-the', words.element, words.elementHint, elementCode(publicUrl, query, files))}
${codeBox('ma-khung', words.frame, words.frameHint, frameCode(publicUrl, query))}
${codeBox('ma-manh', words.include, words.includeHint, includeCode(publicUrl, query))}
</div>
<link rel="stylesheet" href="${files.generatorStylePath}">
<script src="${files.generatorScriptPath}" defer></script>`,
  };
}
