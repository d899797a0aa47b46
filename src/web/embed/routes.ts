// /nhung/…: embeds as iframe page, as data for the custom elements, as a fragment for servers, and the page that makes their code.
import type { Context as Call, Hono } from 'hono';
import { html, raw } from 'hono/html';
import { openPolicy } from '../../store/policy.ts';
import type { WebContext } from '../feeds.ts';
import { openGate } from '../gate.ts';
import { dataSecurity, pageSecurity, secured } from '../headers.ts';
import type { Pictures } from '../image.ts';
import type { Site } from '../layout.ts';
import { toDocument } from '../layout.ts';
import { openMenu } from '../public/menu.ts';
import { hashTag, toRendition } from '../rendition.ts';
import type { Load, Patience } from '../shelf.ts';
import { readLang } from '../words.ts';
import type { EmbedBox } from './box.ts';
import { boxHtml, makeBox } from './box.ts';
import type { EmbedFiles } from './files.ts';
import { openToAll, readEmbedFiles } from './files.ts';
import { generatorPage } from './generator.ts';
import type { EmbedQuery } from './query.ts';
import { readEmbedQuery, writeEmbedQuery } from './query.ts';

/** Answers from memory under a key, or by the loader. */
export type Answer = (call: Call, key: string, load: Load, patience: Patience, gone: 'retired') => Promise<Response>;

const patience: Patience = { freshMs: 10_000, usableMs: 30_000 };
const always: Patience = { freshMs: Number.POSITIVE_INFINITY, usableMs: Number.POSITIVE_INFINITY };
const cacheControl = 'public, max-age=60, stale-while-revalidate=300, stale-if-error=86400';
// Partners' pages may ask for any article: so many lists are made at once, the rest waits in line.
const gate = openGate(4, 100);

const embedPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
].join('; ');

/** Of all our pages these alone may stand in frames of other sites. */
export const frameSecurity: readonly (readonly [string, string])[] = [
  ...dataSecurity.filter(([name]) => name !== 'Content-Security-Policy'),
  ['Content-Security-Policy', embedPolicy],
  ['Cross-Origin-Resource-Policy', 'cross-origin'],
  ['X-Robots-Tag', 'noindex'],
];

const generatorPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const generatorSecurity: readonly (readonly [string, string])[] = [
  ...pageSecurity.filter(([name]) => name !== 'Content-Security-Policy'),
  ['Content-Security-Policy', generatorPolicy],
];

async function frameDocument(query: EmbedQuery, box: EmbedBox, files: EmbedFiles): Promise<string> {
  const theme = query.theme === 'tu-dong' ? '' : html` class="${query.theme}"`;
  const colour = query.colour === null ? '' : html`<link rel="stylesheet" href="/nhung/kieu.css?mau=${query.colour}">`;
  const page = await html`<!doctype html>
<html lang="${query.lang}"${theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${box.title}</title>
<link rel="stylesheet" href="${files.stylePath}">
${colour}
</head>
<body>
<main>
${boxHtml(box, 1)}</main>
</body>
</html>
`;
  return page.toString();
}

type Form = 'frame' | 'data' | 'fragment';

/** Adds the routes of embeds. Nothing sets a cookie, and nothing of who asks is written down. */
export function addEmbeds(app: Hono, ctx: WebContext, site: Site, pictures: Pictures, answer: Answer): void {
  const files = readEmbedFiles();
  const policy = openPolicy(ctx.db, ctx.now);
  const menuIn = openMenu(ctx.db, ctx.now);

  async function write(form: Form, query: EmbedQuery): Promise<string> {
    const box = await makeBox(ctx, query, await policy(), await pictures.link());
    if (form === 'data') return JSON.stringify(box);
    return form === 'frame' ? frameDocument(query, box, files) : String(await boxHtml(box, 2));
  }

  function loader(form: Form, query: EmbedQuery): Load {
    return (known) =>
      gate(async () => {
        const body = Buffer.from(await write(form, query));
        const tag = hashTag(body);
        if (known !== null && known.source === tag) return { kind: 'here', rendition: known };
        const contentType = form === 'data' ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
        const headers = form === 'frame' ? frameSecurity : openToAll;
        return { kind: 'here', rendition: toRendition({ body, contentType, cacheControl, tag, headers }, tag) };
      });
  }

  for (const kind of ['tin-moi', 'tin-lien-quan'] as const) {
    const serve = (form: Form) => (call: Call) => {
      const query = readEmbedQuery(kind, (name) => call.req.query(name));
      const key = `${call.req.path}${writeEmbedQuery(query, form !== 'frame')}`;
      return answer(call, key, loader(form, query), patience, 'retired');
    };
    app.get(`/nhung/${kind}`, serve('frame'));
    app.get(`/nhung/${kind}.json`, serve('data'));
    app.get(`/nhung/manh/${kind}`, serve('fragment'));
  }

  app.get('/nhung/kieu.css', (call) => {
    const { colour } = readEmbedQuery('tin-moi', (name) => call.req.query(name));
    const headers = { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=86400' };
    // As specific as the dark theme's own rules, and after them.
    const body = colour === null ? '' : `:root:root:root { --tt-mau: #${colour}; }\n`;
    return new Response(body, { headers: secured(openToAll, headers) });
  });

  async function generator(call: Call): Promise<Response> {
    const lang = readLang(call.req.query('lang'));
    const kind = call.req.query('hop') === 'tin-lien-quan' ? 'tin-lien-quan' : 'tin-moi';
    const asked = readEmbedQuery(kind, (name) => call.req.query(name));
    const query = { ...asked, colour: asked.colour === '98201b' ? null : asked.colour };
    const page = generatorPage(ctx.config.publicUrl, query, files);
    const body = raw(await toDocument(site, await menuIn(lang), page)).toString();
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'public, max-age=60' };
    return new Response(body, { headers: secured(generatorSecurity, headers) });
  }

  app.get('/nhung', (call) => generator(call));
  for (const [path, rendition] of files.renditions)
    app.get(path, (call) => answer(call, path, async () => ({ kind: 'here', rendition }), always, 'retired'));
}
