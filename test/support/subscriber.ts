// A paper with a feed and its hub, both real servers, and our side of a WebSub subscription: what its tests have in common.
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach } from 'vitest';
import { subscribeDue } from '../../src/hub/subscribe.ts';
import { ingestDue } from '../../src/source/ingest.ts';
import type { Db } from '../../src/store/db.ts';
import { ensurePartitions } from '../../src/store/partition.ts';
import { ensurePublisher } from '../../src/store/publisher.ts';
import { addSource, makeSourcesDue } from '../../src/store/source.ts';
import { freshDatabase } from './database.ts';
import { type HubAnswer, type HubWorld, openHubWorld } from './hub.ts';
import { openPaper, type Paper, rss } from './paper.ts';
import { openReceiver, type Receiver } from './receiver.ts';

/** Our subscription as the database holds it; `trusted` in seconds from now. */
export type PushRow = {
  token: string;
  secret: string;
  topic_url: string;
  hub_url: string;
  state: string;
  trusted: number | null;
};

/** Everything below is made anew for each test: paper and hub are fresh, no source is left. */
export type Subscriber = {
  db: Db;
  world: HubWorld;
  paper: Paper;
  hub: Receiver;
};

/** Links of a feed to its hub and itself. */
export const linksTo = (hubUrl: string, self: string, name = 'link') =>
  `<${name} rel="hub" href="${hubUrl}"/><${name} rel="self" href="${self}"/>`;

/** An RSS feed of one item with links in its channel. */
export const withLinks = (links: string) =>
  rss([{ title: 'Một tin', link: 'https://bao.example/1' }]).replace(
    '<channel>',
    `<channel xmlns:atom="http://www.w3.org/2005/Atom">${links}`,
  );

/** Registers the hooks of a test file; what it returns is filled before each test. */
export function useSubscriber(): Subscriber & {
  poll: () => Promise<void>;
  follow: (path?: string) => Promise<number>;
  push: () => Promise<PushRow | undefined>;
  form: () => URLSearchParams;
  callbackPath: () => string;
  verify: (asked?: Record<string, string>) => Promise<HubAnswer>;
  sign: (body: string, secret?: string, method?: string) => string;
  pushBody: (body: string, headers: Record<string, string>) => Promise<HubAnswer>;
  subscribed: () => Promise<number>;
  titles: () => Promise<string[]>;
} {
  const now = {} as Subscriber;

  beforeAll(async () => {
    now.db = await freshDatabase();
    now.world = await openHubWorld(now.db);
    await ensurePartitions(now.db);
  });

  beforeEach(async () => {
    await sql`delete from source`.execute(now.db);
    await sql`delete from hub_tally`.execute(now.db);
    now.paper = await openPaper();
    now.hub = await openReceiver();
    now.hub.react = () => ({ status: 202 });
  });

  async function poll(): Promise<void> {
    await makeSourcesDue(now.db);
    await sql`update host set free_at = now()`.execute(now.db);
    await sql`update source set next_fetch_at = now(), claimed_until = null`.execute(now.db);
    await ingestDue(now.world.ctx);
  }

  // Adds the paper's feed and polls it once, so that what it offers is known.
  async function follow(path = '/rss'): Promise<number> {
    const { paper, db } = now;
    const publisher = await ensurePublisher(db, {
      slug: `bao-${paper.authority.replace(/\W/g, '-')}`,
      name: 'Báo thử',
      siteUrl: `${paper.origin}/`,
      province: null,
      rights: { show: 'full', excerptChars: 300, images: true },
    });
    await addSource(db, { publisherId: publisher.id, url: `${paper.origin}${path}`, title: null, section: null });
    await poll();
    const row = await sql<{ id: number }>`select id from source`.execute(db);
    return row.rows[0]?.id ?? 0;
  }

  async function push(): Promise<PushRow | undefined> {
    const rows = await sql<PushRow>`
      select token, secret, topic_url, hub_url, state, extract(epoch from trusted_until - now())::int as trusted from push`.execute(
      now.db,
    );
    return rows.rows[0];
  }

  const form = () => new URLSearchParams(now.hub.requests.at(-1)?.body.toString());
  const callbackPath = () => new URL(form().get('hub.callback') ?? 'http://x.example').pathname;

  // The hub puts its question to our callback.
  async function verify(asked: Record<string, string> = {}) {
    const query = new URLSearchParams({
      'hub.mode': form().get('hub.mode') ?? '',
      'hub.topic': form().get('hub.topic') ?? '',
      'hub.challenge': 'nonce-1',
      'hub.lease_seconds': '864000',
      ...asked,
    });
    return now.world.send('GET', `${callbackPath()}?${query.toString()}`);
  }

  const sign = (body: string, secret = form().get('hub.secret') ?? '', method = 'sha256') =>
    `${method}=${createHmac(method, secret).update(body).digest('hex')}`;

  async function pushBody(body: string, headers: Record<string, string>) {
    return now.world.send('POST', callbackPath(), {
      body,
      headers: { 'content-type': 'application/rss+xml', ...headers },
    });
  }

  // A paper with a hub that has confirmed our subscription.
  async function subscribed(): Promise<number> {
    const { paper, hub, world } = now;
    paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/hub`, `${paper.origin}/rss`, 'atom:link')) });
    const id = await follow();
    await subscribeDue(world.ctx);
    await verify();
    return id;
  }

  const titles = async () =>
    (
      await sql<{ title: string }>`
        select title from entry where source_id in (select id from source) order by id`.execute(now.db)
    ).rows.map((row) => row.title);

  return Object.assign(now, { poll, follow, push, form, callbackPath, verify, sign, pushBody, subscribed, titles });
}
