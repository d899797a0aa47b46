// The partners' API over real HTTP and a real database: keys, quotas, shapes, cursors, rights, problems.
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Db } from '../src/store/db.ts';
import { revokeKey } from '../src/store/partner.ts';
import { asStoryWriter } from '../src/store/story-writer.ts';
import { withdrawStory } from '../src/store/desk-withdraw.ts';
import { apiRoutes } from '../src/web/partner/api.ts';
import { sql } from 'kysely';
import * as schemas from '../src/web/partner/schemas.ts';
import { freshDatabase } from './support/database.ts';
import { post, seedPartner } from './support/partner.ts';
import { seedPicture, seedPublisher, seedStory } from './support/seed.ts';
import type { Answer, TestSite } from './support/site.ts';
import { publicUrl, startTestSite } from './support/site.ts';

type Stories = z.output<typeof schemas.storiesAnswer>;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function read<S extends z.ZodType>(answer: Answer, schema: S): z.output<S> {
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return schema.parse(JSON.parse(answer.text));
}

function problemOf(answer: { status: number; headers: Record<string, unknown>; text: string }) {
  expect(String(answer.headers['content-type'])).toContain('application/problem+json');
  return schemas.problem.parse(JSON.parse(answer.text));
}

describe('the API of partners', () => {
  let db: Db;
  let site: TestSite;
  let partner: Awaited<ReturnType<typeof seedPartner>>;
  let paper: Awaited<ReturnType<typeof seedPublisher>>;
  let other: Awaited<ReturnType<typeof seedPublisher>>;
  const ids: number[] = [];

  beforeAll(async () => {
    db = await freshDatabase();
    paper = await seedPublisher(db, { slug: 'bao-suoi', name: 'Báo Suối', province: '14' });
    other = await seedPublisher(db, { slug: 'bao-dao', name: 'Báo Đảo', rights: { show: 'headline', images: false } });
    for (let i = 1; i <= 7; i++) {
      const story = await seedStory(db, i === 7 ? other : paper, {
        title: `Đường lên bản số ${i} đã thông`,
        summary: `Tóm tắt của tin ${i}`,
        bodyHtml: `<p>Thân bài ${i}</p>`,
        province: '14',
        section: 'xa-hoi',
        media: [seedPicture('https://anh.example/a.png', 'Con đường')],
        listedAt: new Date(Date.now() - (10 - i) * 60_000),
        ...(i === 3 ? { others: [other] } : {}),
      });
      ids.push(story.id);
    }
    partner = await seedPartner(db);
    site = await startTestSite(db);
  });

  const get = (path: string, key = partner.key, headers: Record<string, string> = {}) =>
    site.get(`/api/v1${path}`, { ...bearer(key), ...headers });

  it('refuses without a key, with a wrong one, and one in the address', async () => {
    const without = await site.get('/api/v1/stories');
    expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="tin-tinh"']);
    expect(problemOf(without)).toMatchObject({ code: 'key-missing', type: `${publicUrl}/api/v1/problems#key-missing` });
    expect(problemOf(await get('/stories', `tt_${'x'.repeat(43)}`)).code).toBe('key-unknown');
    expect(problemOf(await get('/stories', "'; drop table story")).code).toBe('key-unknown');
    expect((await site.get(`/api/v1/stories?key=${partner.key}`)).status).toBe(401);
    // A key for addresses opens no API.
    expect((await get('/stories', partner.path)).status).toBe(401);
    expect((await site.get('/api/v1/stories', { 'x-api-key': partner.key })).status).toBe(200);
  });

  it('refuses keys that expired or were revoked', async () => {
    const late = await seedPartner(db, { expiresAt: new Date(Date.now() - 1_000) });
    expect(problemOf(await get('/stories', late.key)).code).toBe('key-unknown');
    const ended = await seedPartner(db);
    expect(await revokeKey(db, ended.id, ended.keyId)).toBe(true);
    expect((await get('/stories', ended.key)).status).toBe(401);
    expect(await revokeKey(db, ended.id, ended.keyId)).toBe(false);
  });

  it('keeps no secret', async () => {
    const rows = await sql<{ row: string }>`select k::text as row from partner_key k`.execute(db);
    expect(rows.rows.length).toBeGreaterThan(0);
    for (const { row } of rows.rows) {
      expect(row).not.toContain(partner.key.slice(3, 20));
      expect(row).not.toContain(partner.path.slice(0, 20));
    }
  });

  it('lists the newest stories in the shape it promises, and older ones below', async () => {
    const answer = await get('/stories?limit=3');
    const first = read(answer, schemas.storiesAnswer);
    expect(first.stories.map((story) => 'id' in story && story.id)).toEqual([ids[6], ids[5], ids[4]]);
    expect(first.stories[1]).toMatchObject({
      status: 'usable',
      title: 'Đường lên bản số 6 đã thông',
      html: '<p>Thân bài 6</p>',
      url: `${publicUrl}/tin/${ids[5]}-duong-len-ban-so-6-da-thong`,
      source: { name: 'Báo Suối', slug: 'bao-suoi' },
      section: { slug: 'xa-hoi', name: 'Xã hội' },
      image: { url: 'https://anh.example/a.png', caption: 'Con đường' },
    });
    // Headlines only: the words of the other paper stay with it.
    expect(first.stories[0]).toMatchObject({ summary: '', html: '', image: null, media: [] });
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const second = read(await get(`/stories?limit=3&before=${first.next}`), schemas.storiesAnswer);
    expect(second.stories.map((story) => 'id' in story && story.id)).toEqual([ids[3], ids[2], ids[1]]);
    const third = read(await get(`/stories?limit=3&before=${second.next}`), schemas.storiesAnswer);
    expect([third.stories.length, third.next]).toEqual([1, null]);
  });

  it('filters by province, section and paper, other carriers counting', async () => {
    const count = async (query: string) => read(await get(`/stories?${query}`), schemas.storiesAnswer).stories.length;
    expect(await count('province=son-la')).toBe(7);
    expect(await count('province=ha-noi')).toBe(0);
    expect(await count('section=xa-hoi&publisher=bao-suoi')).toBe(6);
    expect(await count('publisher=bao-dao')).toBe(1);
    await sql`insert into story_fit (kind, value, listed_at, story_id) values ('publisher', 'bao-dao', now(), ${ids[2] ?? 0})`.execute(
      db,
    );
    expect(await count('publisher=bao-dao')).toBe(2);
    const wrong = await get('/stories?province=atlantis&limit=0');
    expect(wrong.status).toBe(400);
    expect(problemOf(wrong).fields?.map((field) => field.field)).toEqual(['province', 'limit']);
  });

  it('answers 304 to its ETag and counts it', async () => {
    const first = await get('/stories?limit=2', partner.key, { 'accept-encoding': 'gzip' });
    expect(first.headers['content-encoding']).toBe('gzip');
    const again = await get('/stories?limit=2', partner.key, {
      'accept-encoding': 'gzip',
      'if-none-match': first.headers['etag'] ?? '',
    });
    expect([again.status, again.body.length, again.headers['etag']]).toEqual([304, 0, first.headers['etag']]);
    expect(again.headers['ratelimit']).toBeDefined();
  });

  it('tells one story with its copies, each within its own paper’s rights', async () => {
    const answer = read(await get(`/stories/${ids[2]}`), schemas.storyAnswer);
    expect(answer.copies).toHaveLength(2);
    const [lead, copy] = answer.copies.toSorted((a, b) => a.id - b.id);
    expect(lead).toMatchObject({ status: 'usable', isLead: true, html: '<p>Thân bài 3</p>' });
    expect(copy).toMatchObject({ status: 'usable', isLead: false, html: '', summary: '', source: { name: 'Báo Đảo' } });
    expect(problemOf(await get('/stories/999999')).code).toBe('not-found');
    expect(problemOf(await get('/stories/abc')).code).toBe('invalid');
    const ninjs = JSON.parse((await get(`/stories/${ids[2]}?format=ninjs`)).text);
    expect(ninjs.story).toMatchObject({ pubStatus: 'usable', standard: { name: 'ninjs', version: '3.1' } });
  });

  it('tells what changed since a cursor, what was withdrawn as canceled, and nothing twice', async () => {
    const all: Stories = read(await get('/stories?since=0&limit=100'), schemas.storiesAnswer);
    expect(all.stories).toHaveLength(7);
    const none = read(await get(`/stories?since=${all.since}`), schemas.storiesAnswer);
    expect([none.stories, none.since, none.hasMore]).toEqual([[], all.since, false]);
    const gone = await seedStory(db, paper, { title: 'Tin sẽ bị gỡ' });
    const fresh = read(await get(`/stories?since=${all.since}`), schemas.storiesAnswer);
    expect(fresh.stories).toMatchObject([{ id: gone.id, status: 'usable' }]);
    await withdrawStory(db, gone.id, { reason: 'theo yêu cầu', by: 'thu', at: new Date() });
    const after = read(await get(`/stories?since=${fresh.since}`), schemas.storiesAnswer);
    expect(after.stories).toEqual([{ id: gone.id, uri: `urn:uuid:${gone.uid}`, status: 'canceled' }]);
    const ninjs = JSON.parse((await get(`/stories?since=${fresh.since}&format=ninjs`)).text);
    expect(ninjs.stories).toMatchObject([{ uri: `urn:uuid:${gone.uid}`, pubStatus: 'canceled' }]);
    const one = await get(`/stories/${gone.id}`);
    expect([one.status, problemOf(one).code]).toEqual([410, 'gone']);
  });

  it('never skips or repeats while many write and a reader follows', async () => {
    const made = new Set<number>();
    for (let i = 0; i < 36; i++) made.add((await seedStory(db, paper, { title: `Tin sẽ đổi ${i}` })).id);
    const start = read(await get('/stories?limit=1'), schemas.storiesAnswer).since;
    const write = async (stories: number[]) => {
      for (const id of stories)
        await asStoryWriter(db, (trx) =>
          sql`update story set change_id = nextval('story_change') where id = ${id}`.execute(trx),
        );
    };
    const queue = [...made];
    const writing = Promise.all([0, 12, 24].map((from) => write(queue.slice(from, from + 12)))).then(() => true);
    const seen: number[] = [];
    let since = start;
    let isOver = false;
    for (;;) {
      const page = read(await get(`/stories?since=${since}&limit=5`), schemas.storiesAnswer);
      for (const story of page.stories) if ('id' in story) seen.push(Number(story.id));
      if (page.stories.length === 0 && isOver && !page.hasMore) break;
      since = page.since;
      isOver = isOver || (await Promise.race([writing, Promise.resolve(false)]));
    }
    expect(seen.filter((id) => made.has(id)).toSorted((a, b) => a - b)).toEqual([...made].toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('gives each arriving article once, one under embargo as withheld', async () => {
    const all = read(await get('/entries?limit=100'), schemas.entriesAnswer);
    expect(new Set(all.entries.map((entry) => entry.id)).size).toBe(all.entries.length);
    const [first, second] = [
      read(await get('/entries?limit=2'), schemas.entriesAnswer),
      read(await get('/entries?limit=2&since=2'), schemas.entriesAnswer),
    ];
    expect(second.entries.map((entry) => entry.id)).not.toEqual(first.entries.map((entry) => entry.id));
    const slow = await seedPublisher(db, { slug: 'bao-cham' });
    await sql`update publisher set agreement = '{"embargoMinutes": 60}' where slug = 'bao-cham'`.execute(db);
    const story = await seedStory(db, slow, { title: 'Chưa đến giờ' });
    const fresh = await get(`/entries?since=${all.since}&limit=100`);
    const withheld = read(fresh, schemas.entriesAnswer).entries.filter((entry) => entry.storyId === story.id);
    expect(withheld).toMatchObject([{ status: 'withheld' }]);
    expect(fresh.text).not.toContain('Chưa đến giờ');
    expect((await get(`/stories?since=0&limit=100`)).text).not.toContain('Chưa đến giờ');
    expect((await get(`/stories/${story.id}`)).status).toBe(404);
  });

  it('gives a partner its products and no more', async () => {
    const few = await seedPartner(db, { product: { editions: ['bao/bao-dao/tin-moi'] } });
    const shown = read(await get('/stories?limit=100', few.key), schemas.storiesAnswer).stories;
    expect(shown.length).toBeGreaterThan(0);
    for (const story of shown) expect([ids[6], ids[2]]).toContain('id' in story ? story.id : 0);
    expect((await get(`/stories/${ids[0]}`, few.key)).status).toBe(404);
    const headlines = await seedPartner(db, { product: { show: 'headline', images: false } });
    const text = (await get('/stories?limit=100', headlines.key)).text;
    expect(text).toContain('Đường lên bản số 5');
    expect(text).not.toContain('Thân bài');
    expect(text).not.toContain('Tóm tắt của tin');
    expect(text).not.toContain('anh.example');
    const feeds = await seedPartner(db, { product: { formats: ['rss'] } });
    expect(problemOf(await get('/stories', feeds.key)).code).toBe('not-in-product');
    expect((await get('/stories?format=ninjs', partner.key)).status).toBe(200);
  });

  it('gives a paper’s stories only to the partners that its agreement names', async () => {
    const named = await seedPartner(db);
    const paperId = (await seedPublisher(db, { slug: 'bao-kin' })).id;
    const kin = { id: paperId, sourceId: 1 };
    const story = await seedStory(db, kin, { title: 'Chỉ dành cho một đối tác' });
    const allow = (agreement: object) =>
      sql`update publisher set agreement = ${JSON.stringify(agreement)}::jsonb where id = ${paperId}`.execute(db);
    await allow({ partners: 'listed', partnerIds: [named.id] });
    expect((await get(`/stories/${story.id}`, named.key)).status).toBe(200);
    expect((await get(`/stories/${story.id}`)).status).toBe(404);
    await allow({ partners: 'none' });
    expect((await get(`/stories/${story.id}`, named.key)).status).toBe(404);
    expect((await get('/stories?since=0&limit=100', named.key)).text).not.toContain(story.uid);
  });

  it('limits requests and says so in headers', async () => {
    const small = await seedPartner(db, { perMinute: 2, perDay: 100 });
    const answers = [];
    const at = new Date();
    const frozen = await startTestSite(db, { now: () => at });
    for (let i = 0; i < 3; i++) answers.push(await frozen.get('/api/v1/stories?limit=1', bearer(small.key)));
    const last = answers[2];
    if (last === undefined) throw new Error('no answer');
    expect([last.status, problemOf(last).code, last.headers['ratelimit-remaining']]).toEqual([
      429,
      'rate-limited',
      '0',
    ]);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"minute";q=2;w=60, "day";q=100;w=86400');
    expect(answers[0]?.headers['ratelimit']).toMatch(/^"minute";r=[01];t=\d+, "day";r=99;t=\d+$/);
    const spent = await seedPartner(db, { perDay: 3 });
    await sql`insert into partner_request (partner_id, used_on, channel, requests) values (${spent.id}, current_date, 'rss', 3)`.execute(
      db,
    );
    expect((await get('/stories', spent.key)).status).toBe(429);
  });

  it('searches, and finds related stories for an article of the partner’s own', async () => {
    const found = await get('/search?q=duong+len+ban');
    read(found, schemas.searchAnswer);
    expect(problemOf(await get('/search?q=%22%22')).code).toBe('invalid');
    read(await get(`/stories/${ids[0]}/related`), schemas.relatedAnswer);
    const url = `${site.url}/api/v1/related`;
    const json = { ...bearer(partner.key), 'content-type': 'application/json' };
    const answer = await post(url, JSON.stringify({ title: 'Đường lên bản vùng cao', text: 'Đường đã thông' }), json);
    expect(answer.status).toBe(200);
    schemas.relatedAnswer.parse(JSON.parse(answer.text));
    const problems = [
      await post(url, '{}', json),
      await post(url, '{"title":', json),
      await post(url, JSON.stringify({ title: 'x' }), { ...json, 'content-type': 'text/plain' }),
      await post(url, JSON.stringify({ title: 'x', text: 'y'.repeat(500_000) }), json),
      await post(url, JSON.stringify({ url: 'https://la.example/khong-biet' }), json),
    ];
    expect(problems.map((one) => problemOf(one).code)).toEqual([
      'invalid',
      'invalid',
      'media-type',
      'too-large',
      'not-found',
    ]);
  });

  it('opens its lists to any site and answers everything else in JSON', async () => {
    for (const path of ['/publishers', '/provinces', '/sections', '/problems', '/openapi.json']) {
      const answer = await site.get(`/api/v1${path}`);
      expect([path, answer.status, answer.headers['access-control-allow-origin']]).toEqual([path, 200, '*']);
      expect(answer.headers['cache-control']).toContain('public');
    }
    expect(problemOf(await site.get('/api/v1/nothing')).code).toBe('not-found');
    expect(problemOf(await site.get('/api/v1/stories', {}, 'DELETE')).code).toBe('method');
    expect((await site.get('/api/v1/provinces', {}, 'OPTIONS')).status).toBe(204);
    expect((await site.get('/api/v1/stories', bearer(partner.key), 'HEAD')).status).toBe(200);
  });

  it('describes itself in OpenAPI 3.1: every route, parameters, and schemas that exist', async () => {
    const document = JSON.parse((await site.get('/api/v1/openapi.json')).text);
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: `${publicUrl}/api/v1` }]);
    expect(Object.keys(document.paths).toSorted()).toEqual([...new Set(apiRoutes.map((row) => row.path))].toSorted());
    const operationIds = apiRoutes.map((row) => row.operationId);
    expect(new Set(operationIds).size).toBe(operationIds.length);
    for (const row of apiRoutes) {
      const operation = document.paths[row.path][row.method];
      expect(operation.operationId).toBe(row.operationId);
      expect(operation.responses['200'].content['application/json'].schema).toBeTypeOf('object');
      const inPath = [...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters: { name: string; in: string; required: boolean }[] = operation.parameters ?? [];
      expect(parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(inPath);
    }
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toContain('$defs');
    expect(document.paths['/stories'].get.parameters.map((one: { name: string }) => one.name)).toContain('since');
    expect(document.components.schemas.Story.properties.id).toEqual({ type: 'number' });
  });
});
