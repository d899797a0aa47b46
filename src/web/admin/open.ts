// The console's routes, added to the site's app: doors first, then rooms, then the wall behind them.
import { readdirSync, readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { html } from 'hono/html';
import { dataSecurity, secured } from '../headers.ts';
import type { WebContext } from '../feeds.ts';
import { hashTag } from '../rendition.ts';
import { addAccounts } from './accounts.ts';
import { addAdding } from './add.ts';
import { addAudit } from './audit.ts';
import { addBuilder } from './build.ts';
import { addCommentRules } from './comment-rules.ts';
import { addModeration } from './comments.ts';
import { openDesk } from './desk.ts';
import { addEditions } from './editions.ts';
import { addInvites } from './invite.ts';
import { addHealth } from './health.ts';
import { addMe } from './me.ts';
import { addServiceDoor } from './service-door.ts';
import { addPartnerHooks } from './partner-hooks.ts';
import { addPartnerKeys } from './partner-keys.ts';
import { addPartnerProducts } from './partner-products.ts';
import { addPartner } from './partner.ts';
import { addPartnerList } from './partners.ts';
import { addOpml } from './opml.ts';
import { addPublisher } from './publisher.ts';
import { addPublishers } from './publishers.ts';
import type { ConsoleFiles } from './shell.ts';
import { addDoors } from './sign-in.ts';
import { addStories } from './stories.ts';
import { addStoryActs } from './story-acts.ts';
import { addStory } from './story.ts';
import { addSources } from './sources.ts';
import { addBulk } from './sources-bulk.ts';
import { addSourcePage } from './source-acts.ts';
import { addRules } from './source-rules.ts';
import { consoleWords } from './words.ts';
import { openWorks } from './work.ts';

const folder = new URL('../static/quan-tri/', import.meta.url);

// Style sheets: one file a room, in the order of their names, one request for the browser. Scripts: only where a screen asks for one.
function serveFiles(app: Hono): ConsoleFiles {
  const names = readdirSync(folder).sort();
  const serve = (path: string, type: string, body: Buffer): string => {
    const address = path.replace('*', hashTag(body).slice(0, 10));
    const headers = {
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'public, max-age=31536000, immutable',
    };
    app.get(address, () => new Response(new Uint8Array(body), { headers: secured(dataSecurity, headers) }));
    return address;
  };
  const read = (name: string) => readFileSync(new URL(name, folder));
  const sheets = names.filter((name) => name.endsWith('.css')).map(read);
  const scripts = names
    .filter((name) => name.endsWith('.js'))
    .map((name): [string, string] => {
      const bare = name.slice(0, -3);
      return [bare, serve(`/static/quan-tri/${bare}.*.js`, 'text/javascript', read(name))];
    });
  return {
    stylePath: serve('/static/quan-tri.*.css', 'text/css', Buffer.concat(sheets)),
    scripts: new Map(scripts),
  };
}

/** Adds /quan-tri with its style sheet and scripts. */
export function addConsole(app: Hono, ctx: WebContext): void {
  const files = serveFiles(app);
  const desk = openDesk(app, ctx, files);
  addDoors(desk);
  addServiceDoor(desk);
  addInvites(desk);
  addMe(desk);
  addAccounts(desk);
  addAudit(desk);
  addEditions(desk);
  addPartnerList(desk);
  const showPartner = addPartner(desk);
  addPartnerKeys(desk, showPartner);
  addPartnerProducts(desk, showPartner);
  addPartnerHooks(desk, showPartner);
  addHealth(desk);
  addSources(desk);
  addStories(desk);
  addStory(desk);
  addStoryActs(desk);
  addModeration(desk);
  addCommentRules(desk);
  addBulk(desk);
  const startWork = openWorks(ctx);
  addAdding(desk, startWork);
  addOpml(desk, startWork);
  addBuilder(desk, startWork);
  addPublishers(desk);
  addPublisher(desk);
  addSourcePage(desk);
  addRules(desk);
  desk.open('all', '/quan-tri/*', async (call) => {
    const lang = desk.langOf(call);
    const isKnown = ['GET', 'HEAD', 'POST'].includes(call.req.method);
    const status = isKnown ? 404 : 405;
    const text = isKnown ? consoleWords(lang).notFound : consoleWords(lang).badRequest;
    const more: Record<string, string> = isKnown ? {} : { Allow: 'GET, HEAD, POST' };
    return desk.show(
      lang,
      null,
      { title: String(status), content: html``, notice: { text, isBad: true } },
      status,
      more,
    );
  });
}
