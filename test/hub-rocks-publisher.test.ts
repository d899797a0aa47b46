// The steps of websub.rocks for publishers: our feeds name hub and topic in headers and in their own words. And the whole circle: one
// site of ours subscribes to another, is verified, and has the news as soon as it is published.
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { deliverDue } from '../src/hub/deliver.ts';
import { subscribeDue } from '../src/hub/subscribe.ts';
import { verifyDue } from '../src/hub/verify.ts';
import { readLinkHeader } from '../src/source/hub-offer.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { readPushed } from '../src/source/pushed.ts';
import type { Db } from '../src/store/db.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';
import { type HubWorld, openHubWorld } from './support/hub.ts';
import { agree, openReceiver } from './support/receiver.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

let db: Db;
let site: HubWorld;
let paper: Awaited<ReturnType<typeof seedPublisher>>;

beforeAll(async () => {
  db = await freshDatabase();
  site = await openHubWorld(db);
  paper = await seedPublisher(db, { province: '14' });
  await keepEditions(site.ctx);
  await publishStory('Tin đầu');
});

async function publishStory(title: string): Promise<void> {
  await seedStory(db, paper, { title, province: '14', url: `https://bao.example/${encodeURIComponent(title)}` });
  await sql`update edition set changed_at = clock_timestamp()`.execute(db);
  await sql`update document set due_at = clock_timestamp()`.execute(db);
  await publishDue(site.ctx);
}

test.each(['rss', 'atom', 'json'])(
  'a feed in %s names one topic and its hub in the Link header and, the same, in its own words',
  async (format) => {
    const answer = await site.send('GET', `/feeds/tin-moi.${format}`);

    const links = readLinkHeader(answer.headers['link'], site.siteUrl);
    const self = `${site.siteUrl}/feeds/tin-moi.${format}`;
    expect(links).toEqual([
      { url: self, rels: ['self'] },
      { url: `${site.siteUrl}/hub`, rels: ['hub'] },
    ]);
    const feed = readFeed(Buffer.from(answer.body), {
      url: self,
      headers: answer.headers,
      zone: 'UTC',
      now: new Date(),
    });
    expect(feed).toMatchObject({ selfUrl: self, hubUrls: [`${site.siteUrl}/hub`] });
  },
);

test('a 304 and a HEAD name them too', async () => {
  const { headers } = await site.send('GET', '/feeds/tin-moi.rss');
  const unchanged = await site.send('GET', '/feeds/tin-moi.rss', {
    headers: { 'if-none-match': headers['etag'] ?? '' },
  });
  const head = await site.send('HEAD', '/feeds/tin-moi.rss');

  expect(unchanged.status).toBe(304);
  expect([unchanged.headers['link'], head.headers['link']]).toEqual([headers['link'], headers['link']]);
});

test('what the headers name can be subscribed to, for two hours, and a change is told', async () => {
  const receiver = await openReceiver();
  const { headers } = await site.send('GET', '/feeds/tin-moi.atom');
  const links = readLinkHeader(headers['link'], site.siteUrl);
  const named = (rel: string) => links.find((link) => link.rels.includes(rel))?.url ?? '';

  expect(named('hub')).toBe(`${site.siteUrl}/hub`);
  const accepted = await site.ask({
    'hub.callback': `${receiver.url}/callback?token=x`,
    'hub.mode': 'subscribe',
    'hub.topic': named('self'),
    'hub.lease_seconds': '7200',
  });
  receiver.react = agree;
  await verifyDue(site.ctx);
  await publishStory('Tin thứ hai');
  await deliverDue(site.ctx);

  expect(accepted.status).toBe(202);
  expect(receiver.requests[0]?.query.get('hub.lease_seconds')).toBe('7200');
  expect(receiver.requests[1]?.body.toString()).toContain('Tin thứ hai');
});

test('one site of ours follows another: discovered by a poll, verified, pushed, read', async () => {
  const other = await freshDatabase();
  const reader = await openHubWorld(other);
  await ensurePartitions(other);
  const publisher = await ensurePublisher(other, {
    slug: 'tin-tinh-khac',
    name: 'Tin Tỉnh khác',
    siteUrl: `${site.siteUrl}/`,
    province: null,
    rights: { show: 'full', excerptChars: 300, images: true },
  });
  await addSource(other, {
    publisherId: publisher.id,
    url: `${site.siteUrl}/feeds/tin-moi.rss`,
    title: null,
    section: null,
  });

  await ingestDue(reader.ctx);
  const asked = await subscribeDue(reader.ctx);
  const verified = await verifyDue(site.ctx);
  await publishStory('Tin được đẩy');
  const told = await deliverDue(site.ctx);
  const read = await readPushed(reader.ctx);
  const titles = await sql<{ title: string }>`select title from entry order by id desc limit 1`.execute(other);
  const push = await sql<{
    state: string;
    trusted: boolean;
  }>`select state, trusted_until > now() as trusted from push`.execute(other);

  expect(asked).toEqual({ asked: 1, failed: 0 });
  expect(verified.subscribed).toBe(1);
  expect(told.told).toBeGreaterThanOrEqual(1);
  expect(read).toMatchObject({ read: 1, failed: 0 });
  // The document that was polled may be one story older than the last.
  expect(read.created).toBeGreaterThanOrEqual(1);
  expect(titles.rows[0]?.title).toBe('Tin được đẩy');
  expect(push.rows[0]).toEqual({ state: 'active', trusted: true });
});
