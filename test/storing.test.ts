// Polls that are ready at once are stored together: sharing a transaction, and neither each other's faults nor each other's waits.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { openStoring, type ReadyPoll, type StorePoll } from '../src/source/storing.ts';
import type { Db } from '../src/store/db.ts';
import type { Known } from '../src/store/entry.ts';
import { raiseGap } from '../src/store/gap.ts';
import { holdPolls } from '../src/store/poll-batch.ts';
import { editSource } from '../src/store/source-edit.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher } from './support/seed.ts';
import { until } from './support/wait.ts';

const db = await freshDatabase({ max: 8 });
await sql`create table told (source_id bigint, at_try int, writer bigint default pg_current_xact_id()::text::bigint)`.execute(
  db,
);

beforeEach(() => sql`truncate told, source, publisher restart identity cascade`.execute(db));

// Nobody's patience ends in these tests: what is stored is stored for the reason that is named.
const aMinute = 60_000;

type Paper = { id: number; publisherId: number };
const papers = async (count: number): Promise<Paper[]> => {
  const list: Paper[] = [];
  for (let n = 0; n < count; n += 1) {
    const { id, sourceId } = await seedPublisher(db);
    list.push({ id: sourceId, publisherId: id });
  }
  return list;
};
const tell = (trx: Db, source: Paper, attempt = 1) =>
  sql`insert into told (source_id, at_try) values (${source.id}, ${attempt})`.execute(trx);
const ready = (source: Paper, keys: string[] | null = []): ReadyPoll<Known | null> => ({
  source,
  keys,
  write: async (trx, known) => {
    await tell(trx, source);
    return known;
  },
});
const told = async () =>
  (
    await sql<{ source: number; attempt: number; writer: number }>`
      select source_id as source, at_try as attempt, writer from told order by source_id`.execute(db)
  ).rows;
const writers = async () => new Set((await told()).map((row) => row.writer)).size;

test('polls that are ready together share one transaction, with or without items', async () => {
  const storing = openStoring(db, aMinute);
  const seats = (await papers(5)).map((source) => ({ source, ...storing.enter() }));
  await Promise.all(seats.map(({ source, store }, n) => store(ready(source, n % 2 === 0 ? [`u:${n}`] : null))));
  expect((await told()).map((row) => row.source)).toEqual(seats.map(({ source }) => source.id));
  expect(await writers()).toBe(1);
});

test('eight are enough: they do not wait for those who read on', async () => {
  const storing = openStoring(db, aMinute);
  const list = await papers(9);
  const seats = list.map((source) => ({ source, ...storing.enter() }));
  await Promise.all(seats.slice(0, 8).map(({ source, store }) => store(ready(source))));
  expect(await told()).toHaveLength(8);
  expect(await writers()).toBe(1);
});

test('one that is ready waits no longer than it has patience for one that takes long', async () => {
  const storing = openStoring(db, 20);
  const [quick] = (await papers(1)) as [Paper];
  const [first] = [storing.enter(), storing.enter()];
  await first.store(ready(quick));
  expect(await told()).toHaveLength(1);
});

test('one that is ready does not wait for one that ended without a word, nor for itself when it comes again', async () => {
  const storing = openStoring(db, aMinute);
  const [one, other] = (await papers(2)) as [Paper, Paper];
  const [first, second] = [storing.enter(), storing.enter()];
  const stored = first.store(ready(one));
  second.leave();
  await stored;
  await first.store(ready(other));
  first.leave();
  expect(await told()).toHaveLength(2);
});

test('each hears what is known of its own keys', async () => {
  const [one, other, third] = (await papers(3)) as [Paper, Paper, Paper];
  const named = (publisher: number, key: string, entry: number) =>
    sql`insert into entry_key (publisher_id, key, entry_id, seen_at) values (${publisher}, ${key}, ${entry}, now())`.execute(
      db,
    );
  await named(one.publisherId, 'u:a', 11);
  await named(other.publisherId, 'u:b', 12);
  const storing = openStoring(db, aMinute);
  const asked: [Paper, string[]][] = [
    [one, ['u:b', 'u:a']],
    [other, ['u:a', 'u:c']],
    [third, []],
  ];
  const seats = asked.map(([source, keys]) => ({ source, keys, ...storing.enter() }));
  const known = await Promise.all(seats.map(({ source, keys, store }) => store(ready(source, keys))));
  expect(await writers()).toBe(1);
  expect(known.map((one) => one?.entries.map(({ key, entryId }) => ({ key, entryId })))).toEqual([
    [{ key: 'u:a', entryId: 11 }],
    [],
    [],
  ]);
  expect(known.map((one) => one?.hasEntries)).toEqual([true, true, false]);
});

test('what one of them meets is undone for all and done again for each: only the culprit fails', async () => {
  const storing = openStoring(db, aMinute);
  const list = await papers(4);
  const tries = new Map<number, number>();
  const seats = list.map((source, n) => ({ source, isBad: n === 2, ...storing.enter() }));
  const ended = await Promise.allSettled(
    seats.map(({ source, isBad, store }) =>
      store({
        source,
        keys: [],
        write: async (trx) => {
          tries.set(source.id, (tries.get(source.id) ?? 0) + 1);
          await tell(trx, source, tries.get(source.id));
          if (isBad) await sql`select 1 / 0`.execute(trx);
        },
      }),
    ),
  );
  expect(ended.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(ended[2]).toMatchObject({ reason: { code: '22012' } });
  const rows = await told();
  expect(rows.map((row) => row.source)).toEqual([list[0], list[1], list[3]].map((source) => source?.id));
  expect(rows.map((row) => row.attempt)).toEqual([2, 2, 1]);
});

test('a row that somebody holds delays its own poll and no other, in whichever order it is asked for', async () => {
  const list = (await papers(3)) as [Paper, Paper, Paper];
  const storing = openStoring(db, aMinute);
  const seats = list.map((source) => ({ source, ...storing.enter() }));
  let letGo = () => {};
  const hold = new Promise<void>((resolve) => (letGo = resolve));
  let held = () => {};
  const isHeld = new Promise<void>((resolve) => (held = resolve));
  // A person's change of two sources and a paper, begun from the other end.
  const person = db.transaction().execute(async (trx) => {
    await sql`update source set title = 'x' where id = ${list[2].id}`.execute(trx);
    await sql`update publisher set name = 'x' where id = ${list[1].publisherId}`.execute(trx);
    held();
    await hold;
    await sql`update source set title = 'x' where id = ${list[0].id}`.execute(trx);
  });
  await isHeld;
  const stored = seats.map(({ source, store }) =>
    store({
      ...ready(source),
      write: async (trx) => {
        await tell(trx, source);
        await sql`update source set failures = 7 where id = ${source.id}`.execute(trx);
      },
    }),
  );
  await stored[0];
  expect((await told()).map((row) => row.source)).toEqual([list[0].id]);
  letGo();
  await person;
  await Promise.all(stored);
  expect(await told()).toHaveLength(3);
  const after = await db.selectFrom('source').select(['title', 'failures']).execute();
  expect(after.map((row) => row.failures)).toEqual([7, 7, 7]);
  expect(after.filter((row) => row.title === 'x')).toHaveLength(2);
});

test('two polls of one paper see what the other wrote', async () => {
  const [one, other] = (await papers(2)) as [Paper, Paper];
  const storing = openStoring(db, aMinute);
  const twice = [one, other, { ...other, id: one.id }, one].map((source) => ({ source, ...storing.enter() }));
  const seen = await Promise.all(
    twice.map(({ source, store }) =>
      store({
        source,
        keys: ['u:one'],
        write: async (trx, known) => {
          await sql`insert into entry_key (publisher_id, key, entry_id, seen_at) values (${source.publisherId}, 'u:one', 5, now()) on conflict do nothing`.execute(
            trx,
          );
          return { publisherId: source.publisherId, isKnown: (known?.entries.length ?? 0) > 0 };
        },
      }),
    ),
  );
  for (const { publisherId } of [one, other])
    expect(
      seen
        .filter((each) => each.publisherId === publisherId)
        .map((each) => each.isKnown)
        .toSorted(),
    ).toEqual([false, true]);
});

test('a paper that was removed meanwhile is told so, and the others are stored', async () => {
  const list = (await papers(3)) as [Paper, Paper, Paper];
  await sql`delete from source where id = ${list[1].id}`.execute(db);
  await sql`delete from publisher where id = ${list[1].publisherId}`.execute(db);
  const storing = openStoring(db, aMinute);
  const seats = list.map((source) => ({ source, ...storing.enter() }));
  const known = await Promise.all(seats.map(({ source, store }) => store(ready(source, ['u:1']))));
  expect(known.map((one) => one === null)).toEqual([false, true, false]);
});

test('when PostgreSQL goes away each hears it once, and none is tried again', async () => {
  const list = await papers(3);
  const storing = openStoring(db, aMinute);
  let tries = 0;
  const seats = list.map((source) => ({ source, ...storing.enter() }));
  const ended = await Promise.allSettled(
    seats.map(({ source, store }) =>
      store({
        source,
        keys: [],
        write: async (trx) => {
          tries += 1;
          await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
        },
      }),
    ),
  );
  expect(ended.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(tries).toBe(1);
  await until(async () => (await told()).length === 0);
});

// Runs what was put into seats of one place; answers how each ended and what the person's change met.
const race = async (change: (trx: Db) => Promise<void>, works: [Paper, (trx: Db) => Promise<void>][]) => {
  const storing = openStoring(db, aMinute);
  const seats = works.map(([source, work]) => ({ source, work, ...storing.enter() }));
  const tell = (store: StorePoll, source: Paper, work: (trx: Db) => Promise<void>) =>
    store({ source, keys: [], write: work }).then(() => 'stored');
  return Promise.all([
    db
      .transaction()
      .execute(change)
      .then(() => 'changed'),
    ...seats.map(({ source, work, store }) => tell(store, source, work)),
  ]);
};
const waiters = async () =>
  (
    await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    )
  ).rows[0]?.n;
const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

test("a person's change that wants a row of the batch, and has one that the batch wants, goes through", async () => {
  const [one, other] = (await papers(2)) as [Paper, Paper];
  const feed = await db
    .insertInto('source')
    .values({ publisher_id: other.publisherId, url: 'https://b.example/rss', host: 'b.example' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`update source set kind = 'sitemap' where id = ${other.id}`.execute(db);
  const [batch, person] = [gate(), gate()];
  let tries = 0;
  const ended = await race(
    async (trx) => {
      await batch.opened;
      await editSource(trx, other.id, { isPaused: true });
      person.open();
      await editSource(trx, one.id, { isPaused: true });
    },
    [
      [
        one,
        async (trx) => {
          batch.open();
          await person.opened;
          // He waits for the batch before it comes to want his row: PostgreSQL would give him up.
          if (tries++ === 0) await until(async () => (await waiters()) === 1);
          await tell(trx, one);
        },
      ],
      [
        { id: feed.id, publisherId: other.publisherId },
        // It wants the sitemap of its paper to look for what is missing.
        (trx) =>
          raiseGap(trx, {
            sourceId: feed.id,
            publisherId: other.publisherId,
            afterAt: null,
            beforeAt: null,
            nextUrl: null,
          }),
      ],
    ],
  );
  expect(ended).toEqual(['changed', 'stored', 'stored']);
  const gaps = await sql`select from gap`.execute(db);
  expect(gaps.rows).toHaveLength(1);
});

test('polls that wait for somebody leave connections for readers', async () => {
  const storing = openStoring(db, aMinute);
  const list = await papers(8);
  const [held, done] = [gate(), gate()];
  const person = db.transaction().execute(async (trx) => {
    await sql`update source set title = 'x'`.execute(trx);
    held.open();
    await done.opened;
  });
  await held.opened;
  const seats = list.map((source) => ({ source, ...storing.enter() }));
  const stored = Promise.all(
    seats.map(({ source, store }) =>
      store({
        source,
        keys: [],
        write: async (trx) => {
          await sql`update source set failures = 1 where id = ${source.id}`.execute(trx);
        },
      }),
    ),
  );
  await until(async () => (await waiters()) === 3);
  done.open();
  await person;
  await stored;
  expect(await sql`select from source where failures = 1`.execute(db)).toMatchObject({ rows: { length: 8 } });
});

test('what others committed before the rows are held is seen: no key is new twice', async () => {
  const [paper, beside] = (await papers(2)) as [Paper, Paper];
  await sql`create table if not exists found (key text)`.execute(db);
  const keys = Array.from({ length: 60 }, (_, n) => `u:${n}`);
  const take = (key: string) =>
    db.transaction().execute(async (trx) => {
      const asked = [
        { sourceId: paper.id, publisherId: paper.publisherId, keys: [key] },
        { sourceId: beside.id, publisherId: beside.publisherId, keys: [] },
      ];
      const known = (await holdPolls(trx, asked)).get(paper.id);
      if (known?.entries.length === 0) {
        await sql`insert into found values (${key})`.execute(trx);
        await sql`insert into entry_key (publisher_id, key, entry_id, seen_at) values (${paper.publisherId}, ${key}, 1, now())`.execute(
          trx,
        );
      }
      return known !== undefined;
    });
  const worker = async () => {
    for (const key of keys) while (!(await take(key)));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const found = await sql<{ key: string }>`select key from found`.execute(db);
  expect(found.rows.map((row) => row.key).toSorted()).toEqual(keys.toSorted());
});
