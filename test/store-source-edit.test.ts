// People's changes to sources in PostgreSQL: what is written, what is told for undoing, what of an answer is kept, how a run goes.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { ensurePartitions } from '../src/store/partition.ts';
import { claimDueSources, releaseSource } from '../src/store/poll.ts';
import { keepAnswer, keptBytes, packAnswer, readAnswers } from '../src/store/source-answer.ts';
import { readSources } from '../src/store/source-desk.ts';
import { deleteSource, editSource, readNow } from '../src/store/source-edit.ts';
import { handleGap, listPolls, listSourceEntries, readPollHours } from '../src/store/source-page.ts';
import { readRun, startRun } from '../src/store/source-run.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

const db = await freshDatabase();
await ensurePartitions(db);

beforeEach(async () => {
  await sql`truncate source, publisher, poll, gap, source_run, entry, story, story_entry restart identity cascade`.execute(
    db,
  );
});

const rowOf = (id: number) => db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

test('an edit tells what was and what is, and leaves alone what is as wanted', async () => {
  const { sourceId } = await seedPublisher(db, { province: '14' });
  const rules = { lists: [{ item: 'li', title: 'a' }] };

  expect(await editSource(db, sourceId, { title: 'Thời sự', province: '14', rules })).toEqual({
    before: { title: null, rules: null },
    after: { title: 'Thời sự', rules },
  });
  // PostgreSQL gives the names of an object back in an order of its own.
  expect(await editSource(db, sourceId, { rules: { lists: [{ title: 'a', item: 'li' }] } })).toEqual({
    before: {},
    after: {},
  });
  expect(await editSource(db, sourceId, { province: '38' })).toEqual({
    before: { province: '14' },
    after: { province: '38' },
  });
});

test('a new address makes the next poll read everything anew, at once, and its host follows', async () => {
  const { sourceId } = await seedPublisher(db);
  await sql`update source set etag = 'a', body_hash = 'x', item_marks = 'x', next_fetch_at = now() + interval '1 hour', moved_to = 'y', moved_since = now()`.execute(
    db,
  );
  await editSource(db, sourceId, { url: 'https://www.moi.example/rss' });

  const row = await rowOf(sourceId);
  expect([row.host, row.etag, row.body_hash, row.item_marks, row.moved_to, row.next_reason]).toEqual([
    'moi.example',
    null,
    null,
    null,
    null,
    'asked',
  ]);
  expect(row.next_fetch_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
});

test('a name that people gave stays whatever the feed calls itself, and the feed says it again when it is taken away', async () => {
  const { sourceId } = await seedPublisher(db);
  await editSource(db, sourceId, { title: 'Thời sự' });
  await sql`update source set title = 'RSS Feed'`.execute(db);
  const named = (await readSources(db, [sourceId]))[0]?.title;
  await editSource(db, sourceId, { title: null });

  expect([named, (await readSources(db, [sourceId]))[0]?.title]).toEqual(['Thời sự', 'RSS Feed']);
});

test('an address that another source has is refused, and so is undoing what was changed since', async () => {
  const [a, b] = [await seedPublisher(db), await seedPublisher(db)];
  const taken = (await rowOf(b.sourceId)).url;

  expect(await editSource(db, a.sourceId, { url: taken })).toBe('taken');
  const change = await editSource(db, a.sourceId, { title: 'Một' });
  await editSource(db, a.sourceId, { title: 'Hai' });
  if (typeof change === 'string') throw new Error(change);
  expect(await editSource(db, a.sourceId, change.before, change.after)).toBe('moved_on');
  expect(await editSource(db, 999, { title: 'x' })).toBe('missing');
});

test('what a poll under way would write over is not changed until it ends; all else is', async () => {
  const { sourceId } = await seedPublisher(db);
  await claimDueSources(db, { claimant: 'a', limit: 1, leaseSeconds: 60 });

  expect(await editSource(db, sourceId, { url: 'https://moi.example/rss' })).toBe('busy');
  expect(await editSource(db, sourceId, { rules: { within: '/tin/' } })).toBe('busy');
  expect(await editSource(db, sourceId, { title: 'Mới' })).toMatchObject({ after: { title: 'Mới' } });
  await releaseSource(db, sourceId);
  expect(await editSource(db, sourceId, { rules: { within: '/tin/' } })).toMatchObject({ before: { rules: null } });
});

test('a pace of its own brings the next poll forward and never puts it off', async () => {
  const { sourceId } = await seedPublisher(db);
  await sql`update source set next_fetch_at = now() + interval '5 hours'`.execute(db);
  await editSource(db, sourceId, { minutes: 30 });
  const soon = (await rowOf(sourceId)).next_fetch_at.getTime();
  await editSource(db, sourceId, { minutes: 600 });

  expect(soon - Date.now()).toBeLessThan(31 * 60_000);
  expect((await rowOf(sourceId)).next_fetch_at.getTime()).toBe(soon);
});

test('a paused source is not read now; a deleted one leaves its entries', async () => {
  const publisher = await seedPublisher(db);
  await seedStory(db, publisher, { title: 'Tin' });
  await editSource(db, publisher.sourceId, { isPaused: true });

  expect(await readNow(db, publisher.sourceId)).toBe(false);
  const source = { id: publisher.sourceId, publisherId: publisher.id };
  expect((await listSourceEntries(db, source, 20)).map((entry) => entry.title)).toEqual(['Tin']);
  expect(await deleteSource(db, publisher.sourceId)).toMatchObject({ id: publisher.sourceId, isPaused: true });
  expect(await deleteSource(db, publisher.sourceId)).toBeNull();
  expect((await listSourceEntries(db, source, 20)).length).toBe(1);
});

test('an answer is kept whole up to its bound, without cookies, the newer in place of the older', async () => {
  const { sourceId } = await seedPublisher(db);
  const answer = {
    kind: 'bad' as const,
    url: 'https://bao.example/',
    status: 404,
    hops: [{ status: 301, url: 'http://bao.example/' }],
    headers: { 'content-type': 'text/html', 'set-cookie': 'who=me' },
    body: Buffer.from('không thấy'),
    note: 'source.status: 404',
  };
  await keepAnswer(db, sourceId, await packAnswer(answer));
  const [{ bad, good }, long] = [await readAnswers(db, sourceId), Buffer.alloc(keptBytes.bad + 10, 'a')];
  await keepAnswer(db, sourceId, await packAnswer({ ...answer, body: long }));
  const { bad: newer } = await readAnswers(db, sourceId);

  expect(good).toBeNull();
  expect(bad).toMatchObject({ ...answer, headers: { 'content-type': 'text/html' }, isCut: false, bytes: 13 });
  expect([newer?.body.length, newer?.bytes, newer?.isCut]).toEqual([keptBytes.bad, keptBytes.bad + 10, true]);
  await keepAnswer(db, 999, await packAnswer(answer));
});

test('a run makes its sources due in their order, and knows which were read since', async () => {
  const seeded = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
  const ids = seeded.map((one) => one.sourceId).toReversed();
  await editSource(db, ids[1] ?? 0, { isPaused: true });
  const run = await startRun(db, 'an', ids);
  const poll = { source_id: ids[0] ?? 0, took_ms: 5, outcome: 'new', created: 2, items: 9 };
  await db.insertInto('poll').values(poll).execute();
  const shown = await readRun(db, run?.id ?? 0);

  expect(run?.sources).toBe(2);
  expect(shown?.rows.map((row) => [row.sourceId, row.outcome, row.created])).toEqual([
    [ids[0], 'new', 2],
    [ids[2], null, 0],
  ]);
  const due = await db
    .selectFrom('source')
    .select('id')
    .where('is_paused', '=', false)
    .orderBy('next_fetch_at')
    .execute();
  expect(due.map((row) => row.id)).toEqual([ids[0], ids[2]]);
});

test('the log goes on before a time, hours are summed, and a gap is seen once', async () => {
  const { sourceId } = await seedPublisher(db);
  const at = (minutesAgo: number) => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - minutesAgo * 60_000);
  for (const [minutes, outcome] of [
    [1, 'new'],
    [2, 'failed'],
    [70, 'same_body'],
  ] as const)
    await db
      .insertInto('poll')
      .values({ source_id: sourceId, started_at: at(minutes), took_ms: 1, outcome, created: outcome === 'new' ? 3 : 0 })
      .execute();
  await sql`insert into gap (source_id, status) values (${sourceId}, 'left')`.execute(db);

  expect((await listPolls(db, sourceId, at(1), 10)).map((poll) => poll.outcome)).toEqual(['failed', 'same_body']);
  expect((await readPollHours(db, sourceId, 5)).map((hour) => [hour.polls, hour.failed, hour.created])).toEqual([
    [1, 0, 0],
    [2, 1, 3],
  ]);
  expect([await handleGap(db, sourceId, 1, 'dismiss'), await handleGap(db, sourceId, 1, 'dismiss')]).toEqual([
    true,
    false,
  ]);
  expect(await handleGap(db, 77, 1, 'again')).toBe(false);
});
