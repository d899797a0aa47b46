import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { inlineReader } from '../src/source/reader.ts';
import { readDocument } from '../src/store/document.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { removeSamples } from '../src/store/sample.ts';
import { addSource, makeSourcesDue } from '../src/store/source.ts';
import { listStories } from '../src/store/story.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { relateDue } from '../src/story/relate.ts';
import { freshDatabase } from './support/database.ts';
import { type Item, openPaper, rss } from './support/paper.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const paper = await openPaper();
const start = new Date(Math.floor(Date.now() / 1000) * 1000);
let now = start;
const ctx: Context = {
  config: loadConfig({ PUBLIC_URL: 'https://tin.example', HOST_SPACING: '0' }),
  db,
  http: createHttp({ userAgent: 'test/1', guard: createGuard({ allowAuthorities: new Set([paper.authority]) }) }),
  reader: inlineReader(),
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};
const hoursAgo = (hours: number) => new Date(start.getTime() - hours * 3_600_000);
const article = (n: number, fields: Partial<Item> = {}): Item => ({
  title: `Bài số ${n}`,
  link: `https://bao.example/bai-${n}.html`,
  guid: `bai-${n}`,
  date: hoursAgo(n),
  ...fields,
});

beforeEach(async () => {
  now = start;
  await sql`truncate host, source, publisher, poll, entry, entry_key, cluster_due, story, story_entry, edition, document, setting restart identity cascade`.execute(
    db,
  );
});

async function subscribe(paths: string[], fields: { isSample?: boolean } = {}): Promise<number> {
  const publisher = await ensurePublisher(db, {
    slug: 'bao-thu',
    name: 'Báo thử',
    siteUrl: 'https://bao.example/',
    province: '14',
    rights: { show: 'full', excerptChars: 300, images: true },
    ...fields,
  });
  for (const path of paths)
    await addSource(db, { publisherId: publisher.id, url: paper.origin + path, title: null, section: null });
  await keepEditions(ctx);
  return publisher.id;
}

async function flow(): Promise<{ created: number; changed: number; failed: number }> {
  await makeSourcesDue(db);
  const { created, changed, failed } = await ingestDue(ctx);
  await clusterDue(ctx);
  await sql`update document set due_at = now() where due_at is not null`.execute(db);
  await publishDue(ctx);
  return { created, changed, failed };
}

const titles = async () => (await listStories(db, {}, 100)).map((story) => story.title);
const rssBytes = async () => (await readDocument(db, 'tin-moi', 'rss'))?.body?.toString() ?? '';

test('an article flows from a paper to a document with its source, date and words', async () => {
  await subscribe(['/a']);
  paper.reply('/a', {
    body: rss([article(1, { category: 'Kinh tế', body: '<p>Mộc Châu <b>vào mùa</b>.</p><script>alert(1)</script>' })]),
  });
  expect(await flow()).toEqual({ created: 1, changed: 0, failed: 0 });
  const [story] = await listStories(db, { section: 'kinh-te' }, 10);
  expect(story).toMatchObject({
    title: 'Bài số 1',
    province: '14',
    publishedAt: hoursAgo(1),
    listedAt: hoursAgo(1),
    bodyHtml: '<p>Mộc Châu <b>vào mùa</b>.</p>',
  });
  const document = await rssBytes();
  expect(document).toContain('<title>Bài số 1</title>');
  expect(document).toContain('Mộc Châu');
  expect(document).not.toContain('alert');
});

test('a story stands under a province that its headline names from its first moment, and filing it changes nothing', async () => {
  await sql`truncate story_place, story_fit`.execute(db);
  await subscribe(['/noi']);
  paper.reply('/noi', { body: rss([article(1, { title: 'Cam Hà Giang về chợ Thanh Hóa' }), article(2)]) });
  await flow();
  const state = async () => ({
    changes: (await sql`select id, change_id from story order by id`.execute(db)).rows,
    places: (await sql`select province from story_place order by province`.execute(db)).rows,
  });
  const before = await state();

  expect(await relateDue(ctx)).toBe(2);

  expect((await listStories(db, { province: '38' }, 10)).map((story) => story.title)).toEqual([
    'Cam Hà Giang về chợ Thanh Hóa',
  ]);
  expect(before.places.length).toBeGreaterThan(0);
  expect(await state()).toEqual(before);
});

test('an unchanged document costs a conditional request and writes nothing but its poll', async () => {
  await subscribe(['/b']);
  paper.reply('/b', { body: rss([article(1), article(2)]) });
  await flow();
  const before = await sql`select xmin::text, id from entry order by id`.execute(db);
  expect(await flow()).toEqual({ created: 0, changed: 0, failed: 0 });
  expect((await sql`select xmin::text, id from entry order by id`.execute(db)).rows).toEqual(before.rows);
  expect(paper.requests.at(-1)?.headers['if-none-match']).toMatch(/^"/);
  expect((await db.selectFrom('poll').select('outcome').orderBy('id').execute()).map((row) => row.outcome)).toEqual([
    'new',
    'same_validators',
  ]);
});

test('one article in two feeds of a paper, with and without tracking, is one story', async () => {
  await subscribe(['/c1', '/c2']);
  paper.reply('/c1', { body: rss([article(1, { guid: 'x1' })]) });
  paper.reply('/c2', {
    body: rss([
      article(1, { link: 'https://www.bao.example/bai-1.html?utm_source=rss&utm_medium=feed', guid: 'y1' }),
      article(2),
    ]),
  });
  await flow();
  expect(await titles()).toEqual(['Bài số 1', 'Bài số 2']);
});

test('a changed guid on a known address brings nothing back', async () => {
  await subscribe(['/d']);
  paper.reply('/d', { body: rss([article(1), article(2)]) });
  await flow();
  paper.reply('/d', {
    body: rss([
      article(1, { guid: 'other-1', link: 'http://bao.example/bai-1.html' }),
      article(2, { guid: 'other-2' }),
    ]),
  });
  expect(await flow()).toMatchObject({ created: 0 });
  expect(await titles()).toHaveLength(2);
});

test('an edited article stays one story under its guid and shows the new words', async () => {
  await subscribe(['/e']);
  paper.reply('/e', { body: rss([article(1)]) });
  await flow();
  const [before] = await listStories(db, {}, 1);
  paper.reply('/e', { body: rss([article(1, { title: 'Bài số 1 (cập nhật)', body: '<p>Đã thêm tin.</p>' })]) });
  expect(await flow()).toMatchObject({ created: 0, changed: 1 });
  const [after] = await listStories(db, {}, 1);
  expect(after).toMatchObject({
    id: before?.id,
    uid: before?.uid,
    title: 'Bài số 1 (cập nhật)',
    firstAt: before?.firstAt,
    listedAt: before?.listedAt,
  });
  expect(after?.changedAt.getTime()).toBeGreaterThan(before?.changedAt.getTime() ?? 0);
  const document = await rssBytes();
  expect(document).toContain(`urn:uuid:${before?.uid}`);
  expect(document).toContain('Bài số 1 (cập nhật)');
});

test('an error page, an empty feed and a broken server keep the last good document', async () => {
  await subscribe(['/f']);
  paper.reply('/f', { body: rss([article(1)]) });
  await flow();
  const good = await rssBytes();
  for (const reply of [
    { body: '<!doctype html><html><title>Bảo trì</title></html>', headers: { 'content-type': 'text/html' } },
    { body: rss([]) },
    { status: 500 },
    { status: 503, headers: { 'retry-after': '600' } },
  ]) {
    paper.reply('/f', reply);
    await flow();
    expect(await rssBytes()).toBe(good);
  }
  const source = await db.selectFrom('source').select(['failures', 'next_reason', 'last_status']).executeTakeFirst();
  expect(source).toEqual({ failures: 2, next_reason: 'retry_after', last_status: 503 });
  // Nobody, not even a person's wish, calls the host before its time.
  expect(await flow()).toEqual({ created: 0, changed: 0, failed: 0 });
  await sql`update host set free_at = now()`.execute(db);
  paper.reply('/f', { body: rss([article(1), article(2)]) });
  expect(await flow()).toEqual({ created: 1, changed: 0, failed: 0 });
});

test('one sick source never spoils the tick, one bad item never its feed', async () => {
  await subscribe(['/sick', '/g']);
  paper.reply('/sick', { status: 200, body: 'không phải nguồn tin', headers: { 'content-type': 'text/plain' } });
  paper.reply('/g', {
    body: rss([
      article(1),
      { title: '', link: 'javascript:alert(1)', body: '' },
      article(2, { date: new Date(start.getTime() + 86_400_000) }),
    ]),
  });
  expect(await flow()).toMatchObject({ created: 2, failed: 1 });
  const stories = await listStories(db, {}, 10);
  expect(stories.every((story) => story.publishedAt <= now)).toBe(true);
});

test('what a later poll brings is listed first, in the order of its document', async () => {
  await subscribe(['/h']);
  paper.reply('/h', { body: rss([article(3), article(4)]) });
  await flow();
  now = new Date(start.getTime() + 1_000);
  paper.reply('/h', { body: rss([article(1), article(2), article(3), article(4), article(100)]) });
  await flow();
  expect(await titles()).toEqual(['Bài số 1', 'Bài số 2', 'Bài số 3', 'Bài số 4', 'Bài số 100']);
});

test('a hundred items keep their order over keyset pages without gap or repetition', async () => {
  await subscribe(['/i']);
  paper.reply('/i', {
    body: rss(
      Array.from({ length: 100 }, (_, index) => article(index + 1, { date: hoursAgo(1 + Math.floor(index / 10)) })),
    ),
  });
  await flow();
  const all = await listStories(db, { publisher: 'bao-thu' }, 200);
  const paged: number[] = [];
  for (let after: { listedAt: Date; id: number } | undefined; ; ) {
    const page = await listStories(db, {}, 7, after);
    if (page.length === 0) break;
    paged.push(...page.map((story) => story.id));
    after = page.at(-1);
  }
  expect(all).toHaveLength(100);
  expect(paged).toEqual(all.map((story) => story.id));
});

test('removing the trial newsroom leaves no trace and touches no real paper', async () => {
  await subscribe(['/j'], { isSample: true });
  paper.reply('/j', { body: rss([article(1), article(2)]) });
  await flow();
  const real = await ensurePublisher(db, {
    slug: 'that',
    name: 'Báo thật',
    siteUrl: 'https://that.example/',
    province: null,
  });
  paper.reply('/k', { body: rss([article(7, { link: 'https://that.example/7.html' })]) });
  await addSource(db, { publisherId: real.id, url: `${paper.origin}/k`, title: null, section: null });
  await flow();
  expect(await titles()).toHaveLength(3);
  expect(await removeSamples(db)).toBe(2);
  await flow();
  expect(await titles()).toEqual(['Bài số 7']);
  const left =
    await sql`select (select count(*)::int from publisher) as publisher, (select count(*)::int from source) as source, (select count(*)::int from entry) as entry,
    (select count(*)::int from entry_key where publisher_id <> ${real.id}) as keys, (select count(*)::int from edition where publisher = 'bao-thu') as edition`.execute(
      db,
    );
  expect(left.rows).toEqual([{ publisher: 1, source: 1, entry: 1, keys: 0, edition: 0 }]);
  expect(await rssBytes()).not.toContain('Bài số 1<');
});

test('two processes reading at once make no entry twice', async () => {
  await subscribe(['/l1', '/l2', '/l3']);
  const items = Array.from({ length: 30 }, (_, index) => article(index + 1));
  for (const path of ['/l1', '/l2', '/l3']) paper.reply(path, { body: rss(items) });
  await Promise.all([ingestDue(ctx, { claimant: 'one' }), ingestDue(ctx, { claimant: 'two' })]);
  await Promise.all([clusterDue(ctx), clusterDue(ctx)]);
  await clusterDue(ctx);
  expect(await titles()).toHaveLength(30);
});
