// What leaves a feed stands in its archive: complete, in lists that never change, linked from list to list.
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveDue, planArchive } from '../src/edition/archive.ts';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import { createLog } from '../src/log.ts';
import type { Db } from '../src/store/db.ts';
import { withdrawStory } from '../src/store/desk-withdraw.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const on = (day: string, numbers: number[]) => numbers.map((id) => ({ id, day }));

describe('a plan', () => {
  const state = { openOn: '2026-11-21', today: '2026-11-22', partsOfOpenDay: 1 };

  it('closes an ended day with all its stories, 50 a list, after the lists it has', () => {
    const plan = planArchive(on('2026-11-21', ids(1, 60)), state);

    expect(plan.openOn).toBe('2026-11-22');
    expect(plan.pages.map((page) => [page.day, page.part, page.storyIds.length])).toEqual([
      ['2026-11-21', 2, 50],
      ['2026-11-21', 3, 10],
    ]);
  });

  it('writes of the open day only what outgrew the current feed, and not for a few', () => {
    const today = { ...state, openOn: '2026-11-22', partsOfOpenDay: 0 };

    expect(planArchive(on('2026-11-22', ids(1, 49)), today).pages).toEqual([]);
    expect(planArchive(on('2026-11-22', ids(1, 60)), today).pages).toEqual([
      { day: '2026-11-22', part: 1, storyIds: ids(1, 20) },
    ]);
  });

  it('puts what comes late for a closed day into the open one', () => {
    const plan = planArchive([...on('2026-11-03', [7]), ...on('2026-11-21', [8])], state);

    expect(plan.pages).toEqual([{ day: '2026-11-21', part: 2, storyIds: [7, 8] }]);
  });

  it('begins an archive with every day there is', () => {
    const plan = planArchive([...on('2026-10-01', [1, 2]), ...on('2026-11-21', [3]), ...on('2026-11-22', [4])], {
      ...state,
      openOn: null,
      partsOfOpenDay: 0,
    });

    expect(plan.pages.map((page) => [page.day, page.part, page.storyIds])).toEqual([
      ['2026-10-01', 1, [1, 2]],
      ['2026-11-21', 1, [3]],
    ]);
  });
});

describe('the archive of an edition', () => {
  let db: Db;
  let site: TestSite;
  let paper: Awaited<ReturnType<typeof seedPublisher>>;
  const made: number[] = [];
  const day = (date: string, hour = '08') => new Date(`${date}T${hour}:00:00+07:00`);
  const ctx = (now: Date) => ({
    db,
    now: () => now,
    log: createLog({ level: 'error', isTerminal: false }),
    signal: new AbortController().signal,
  });

  beforeAll(async () => {
    db = await freshDatabase();
    site = await startTestSite(db);
    paper = await seedPublisher(db, { slug: 'bao-a' });
    await ensureEditions(db, [
      { path: 'tin-moi', title: 'Tin mới', filter: {} },
      { path: 'tinh/son-la/tin-moi', title: 'Tin mới Sơn La', filter: { province: '14' } },
    ]);
    const make = async (at: Date, province: string) =>
      made.push((await seedStory(db, paper, { publishedAt: at, province, title: `Tin số ${made.length}` })).id);
    for (let i = 0; i < 53; i++) await make(new Date(day('2026-03-01').getTime() + i * 1000), i < 3 ? '14' : '01');
    await make(day('2026-03-04'), '14');
    await archiveDue(ctx(day('2026-03-05')));
  });

  const listOf = (body: string) => [...body.matchAll(/\/tin\/(\d+)-/g)].map((match) => Number(match[1]));
  const storiesIn = async (path: string) => [...new Set(listOf((await site.get(path)).text))];

  it('holds every story once, newest first, in documents of at most 50', async () => {
    expect(await storiesIn('/feeds/tin-moi/2026-03-01.rss')).toEqual(made.slice(0, 50).toReversed());
    expect(await storiesIn('/feeds/tin-moi/2026-03-01/2.json')).toEqual(made.slice(50, 53).toReversed());
    expect(await storiesIn('/feeds/tin-moi/2026-03-04.atom')).toEqual([made[53]]);
    expect(await storiesIn('/feeds/tinh/son-la/tin-moi/2026-03-01.rss')).toEqual(made.slice(0, 3).toReversed());
  });

  it('leads from list to list and to the current feed', async () => {
    const answer = await site.get('/feeds/tin-moi/2026-03-01/2.atom');
    const links = parseStrictXml(answer.text)
      .children.filter((child) => child.name === 'link')
      .map((link) => [link.attributes.get('rel'), link.attributes.get('href')]);

    expect(answer.text).toContain('<fh:archive/>');
    expect(links).toContainEqual(['current', 'https://tin.example/feeds/tin-moi.atom']);
    expect(links).toContainEqual(['prev-archive', 'https://tin.example/feeds/tin-moi/2026-03-01.atom']);
    expect(links).toContainEqual(['next-archive', 'https://tin.example/feeds/tin-moi/2026-03-04.atom']);
    expect(answer.headers['cache-control']).toContain('max-age=86400');
  });

  it('does not change when a story comes late: that goes to the day it came', async () => {
    const before = await site.get('/feeds/tinh/son-la/tin-moi/2026-03-01.rss');
    const late = await seedStory(db, paper, {
      publishedAt: day('2026-03-01', '09'),
      province: '14',
      title: 'Tin đến muộn',
    });
    await db.updateTable('edition').set({ changed_at: new Date() }).execute();
    await archiveDue(ctx(day('2026-03-06')));
    const after = await (await startTestSite(db)).get('/feeds/tinh/son-la/tin-moi/2026-03-01.rss');

    expect(after.text).toBe(before.text);
    expect(await storiesIn('/feeds/tinh/son-la/tin-moi/2026-03-05.rss')).toEqual([late.id]);
  });

  it('waits while PostgreSQL is in trouble, without a line for each edition', async () => {
    const late = await seedStory(db, paper, { publishedAt: day('2026-03-06'), province: '14', title: 'Tin hôm sau' });
    await db.updateTable('edition').set({ changed_at: new Date() }).execute();
    await sql`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = '53100'; end $$`.execute(db);
    await sql`create trigger full_disk before insert on archive_page for each row execute function full_disk()`.execute(
      db,
    );
    await expect(archiveDue(ctx(day('2026-03-07')))).rejects.toThrow('could not extend file');
    await sql`drop trigger full_disk on archive_page`.execute(db);
    await sql`drop function full_disk()`.execute(db);
    await archiveDue(ctx(day('2026-03-07')));

    expect(await storiesIn('/feeds/tinh/son-la/tin-moi/2026-03-06.rss')).toEqual([late.id]);
  });

  it('loses a withdrawn story, and nothing else', async () => {
    await withdrawStory(db, made[1] ?? 0, { reason: 'thử', by: 'bien-tap', at: new Date() });
    const fresh = await startTestSite(db);
    const body = (await fresh.get('/feeds/tinh/son-la/tin-moi/2026-03-01.rss')).text;

    expect([...new Set(listOf(body))]).toEqual([made[2], made[0]]);
  });

  it('is 404 for a day without a list and 410 with its edition', async () => {
    expect((await site.get('/feeds/tin-moi/2026-03-02.rss')).status).toBe(404);
    expect((await site.get('/feeds/tin-moi/2026-13-02.rss')).status).toBe(404);
    await db.updateTable('edition').set({ retired_at: new Date() }).where('province', '=', '14').execute();
    const fresh = await startTestSite(db);
    expect((await fresh.get('/feeds/tinh/son-la/tin-moi/2026-03-01.rss')).status).toBe(410);
  });
});
