// Many papers read at once: their news is stored together, and what is wrong with one is wrong with that one alone.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { ingestDue } from '../src/source/ingest.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource, makeSourcesDue } from '../src/store/source.ts';
import { article, ctx, db, entries, paper } from './support/polling.ts';
import { rss } from './support/paper.ts';

const count = 12;
const pathOf = (n: number) => `/bao-${n}`;

// Papers of their own at hosts of their own, which all answer here.
async function subscribeAll(): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const slug = `bao-${n}`;
    const { id } = await ensurePublisher(db, { slug, name: slug, siteUrl: `https://${slug}.example/`, province: null });
    await addSource(db, { publisherId: id, url: paper.origin + pathOf(n), title: null, section: null });
  }
  await sql`update source set host = 'bao-' || id || '.example'`.execute(db);
}

const bring = (numbers: (n: number) => number[]) => {
  for (let n = 0; n < count; n += 1)
    paper.reply(pathOf(n), {
      body: rss(numbers(n).map((number) => article(number, { title: `Báo ${n} đưa tin số ${number}` }))),
    });
};
const read = async () => {
  await makeSourcesDue(db);
  return ingestDue(ctx);
};
const polls = async () =>
  (
    await sql<{ outcome: string; created: number; changed: number; writer: string }>`
      select outcome, created, changed, xmin::text as writer from poll order by id desc limit ${count}`.execute(db)
  ).rows;
const transactions = async () => new Set((await polls()).map((poll) => poll.writer)).size;

test('first news, nothing new, and an article more of twelve papers take a few transactions, and each is counted', async () => {
  await subscribeAll();
  bring(() => [1, 2]);
  expect(await read()).toMatchObject({ polls: count, failed: 0, created: count * 2 });
  expect(await transactions()).toBeLessThan(count);
  expect(await entries()).toBe(count * 2);

  expect(await read()).toMatchObject({ polls: count, failed: 0, created: 0, changed: 0 });
  expect((await polls()).map((poll) => poll.outcome)).toEqual(Array.from({ length: count }, () => 'same_validators'));
  expect(await transactions()).toBeLessThan(count);

  bring((n) => (n % 3 === 0 ? [3, 1, 2] : [1, 2]));
  expect(await read()).toMatchObject({ polls: count, failed: 0, created: 4, changed: 0 });
  const counted = (await polls()).map(({ outcome, created }) => `${outcome} ${created}`);
  expect(counted.toSorted()).toEqual([
    ...Array.from({ length: 4 }, () => 'new 1'),
    ...Array.from({ length: 8 }, () => 'same_validators 0'),
  ]);
  // Nobody is left claimed.
  const claimed = await sql`select from source where claimed_until is not null`.execute(db);
  expect(claimed.rows).toHaveLength(0);
});

// PostgreSQL takes nothing of the fifth paper.
async function refuse(errcode: string): Promise<void> {
  await sql`create or replace function refuse() returns trigger language plpgsql as $$ begin
    if new.title like 'Báo 5 %' then raise exception 'refused' using errcode = ${sql.lit(errcode)}; end if; return new; end $$`.execute(
    db,
  );
  await sql`create or replace trigger refused before insert on entry for each row execute function refuse()`.execute(
    db,
  );
}

test('an article that PostgreSQL refuses fails its own paper, and the others lose nothing', async () => {
  await subscribeAll();
  await refuse('22000');
  bring(() => [1, 2]);
  try {
    expect(await read()).toMatchObject({ polls: count, failed: 1, created: (count - 1) * 2 });
  } finally {
    await sql`drop trigger refused on entry`.execute(db);
  }
  const failed = await sql<{ url: string; failures: number; error: string }>`
    select url, failures, last_error as error from source where failures > 0`.execute(db);
  expect(failed.rows).toEqual([
    { url: paper.origin + pathOf(5), failures: 1, error: expect.stringMatching(/refused/) },
  ]);
  expect(await entries()).toBe((count - 1) * 2);
  // Once it is taken again, nothing of it was lost and nothing is there twice.
  expect(await read()).toMatchObject({ polls: count, failed: 0, created: 2 });
  expect(await entries()).toBe(count * 2);
});

test('a paper whose articles take PostgreSQL too long is put off, and not the others', async () => {
  await subscribeAll();
  bring(() => [1]);
  // As PostgreSQL says it of a statement that took longer than it may.
  await refuse('57014');
  try {
    // The store's own trouble ends a run; what it had begun is stored.
    await makeSourcesDue(db);
    await expect(ingestDue(ctx)).rejects.toMatchObject({ code: '57014' });
  } finally {
    await sql`drop trigger refused on entry`.execute(db);
  }
  expect(await entries()).toBe(count - 1);
});
