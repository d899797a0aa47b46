// The console's routes, added to the site's app: doors first, then rooms, then the wall behind them.
import { readdirSync, readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { html } from 'hono/html';
import { dataSecurity, secured } from '../headers.ts';
import type { WebContext } from '../feeds.ts';
import { hashTag } from '../rendition.ts';
import { openDesk } from './desk.ts';
import { addDoors } from './sign-in.ts';
import { addSources } from './sources.ts';
import { consoleWords } from './words.ts';

/** Adds /quan-tri and its style sheet. */
export function addConsole(app: Hono, ctx: WebContext): void {
  // One file a room, in the order of their names; one request for the browser.
  const folder = new URL('../static/quan-tri/', import.meta.url);
  const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'));
  const style = Buffer.concat(sheets.sort().map((name) => readFileSync(new URL(name, folder))));
  const stylePath = `/static/quan-tri.${hashTag(style).slice(0, 10)}.css`;
  app.get(stylePath, () => {
    const headers = {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
    };
    return new Response(new Uint8Array(style), { headers: secured(dataSecurity, headers) });
  });
  const desk = openDesk(app, ctx, stylePath);
  addDoors(desk);
  addSources(desk);
  desk.open('all', '/quan-tri/*', async (call) => {
    const lang = desk.langOf(call);
    const text = consoleWords(lang).notFound;
    return desk.show(lang, null, { title: '404', content: html``, notice: { text, isBad: true } }, 404);
  });
}
