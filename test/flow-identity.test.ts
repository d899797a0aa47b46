import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { findStoryInside } from '../src/store/desk.ts';
import { mergedTarget } from '../src/store/front.ts';
import { loadHabits } from '../src/store/identity.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { dropOldSketches } from '../src/store/sketch.ts';
import { listStories } from '../src/store/story.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { joinStories, splitStory } from '../src/story/edit.ts';
import { withoutHabitualLines } from '../src/story/habit.ts';
import { habitOf, newMemory } from '../src/story/memory.ts';
import { freshDatabase } from './support/database.ts';
import { inlineReader } from '../src/source/reader.ts';
import { seedPublisher } from './support/seed.ts';
import { entriesOf } from './support/entries.ts';
import { bridge, bridgeFollowUp, bridgeIndependent, council, councilElsewhere } from './story-texts.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const now = new Date();
const config = loadConfig({ DATABASE_URL: 'postgres://unused/db' });
const process: Context = {
  config,
  db,
  http: createHttp({ guard: createGuard({}), userAgent: 'test' }),
  reader: inlineReader(),
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};

const { post, rewrite } = entriesOf(db, now);

async function storyOf(entryId: number): Promise<number | undefined> {
  return (await db.selectFrom('story_entry').select('story_id').where('entry_id', '=', entryId).executeTakeFirst())
    ?.story_id;
}

// What a process remembers hangs on its context: each test is a process of its own.
let context = process;

beforeEach(async () => {
  context = { ...process };
  await sql`truncate setting, publisher, source, entry, entry_key, cluster_due, story, story_entry, story_fit, entry_sketch, entry_text, story_event, story_decree, publisher_habit restart identity cascade`.execute(
    db,
  );
});

describe('clustering over the database', () => {
  test('a reprint joins the story of the paper before it, in the same batch and in a later one', async () => {
    const [first, second, third] = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
    const a = await post(first, bridge);
    const b = await post(second, {
      ...bridge,
      title: `Tin mới: ${bridge.title}`,
      body: `${bridge.body}\nTheo Báo Sông Mây`,
    });
    expect(await clusterDue(context)).toBe(2);
    const c = await post(third, { ...bridge, lead: `TTO - ${bridge.lead}` });
    expect(await clusterDue(context)).toBe(1);
    const stories = [await storyOf(a), await storyOf(b), await storyOf(c)];
    expect(new Set(stories).size).toBe(1);
    const evidence = await sql<{ evidence: unknown }>`select evidence from story_entry where entry_id = ${c}`.execute(
      db,
    );
    expect(evidence.rows[0]?.evidence).toMatchObject([{ from: c, evidence: { kind: 'same' } }]);
  });

  test('templates and follow-ups found stories of their own', async () => {
    const paper = await seedPublisher(db);
    const ids = [
      await post(paper, council),
      await post(paper, councilElsewhere),
      await post(paper, bridge),
      await post(paper, bridgeFollowUp),
    ];
    await clusterDue(context);
    const stories = await Promise.all(ids.map(storyOf));
    expect(new Set(stories).size).toBe(4);
  });

  test('the entries stay in the queue when writing fails', async () => {
    const paper = await seedPublisher(db);
    await post(paper, bridge);
    await sql`alter table story_event rename to story_event_gone`.execute(db);
    await sql`alter table story rename to story_gone`.execute(db);
    await expect(clusterDue(context)).rejects.toThrow(/story/);
    await sql`alter table story_gone rename to story`.execute(db);
    await sql`alter table story_event_gone rename to story_event`.execute(db);
    expect(await clusterDue(context)).toBe(1);
  });

  test('the same entries in the same order give the same stories', async () => {
    const papers = [await seedPublisher(db), await seedPublisher(db)];
    const run = async () => {
      const ids: number[] = [];
      for (const text of [
        bridge,
        council,
        bridgeFollowUp,
        { ...council, title: council.title.toUpperCase() },
        councilElsewhere,
        bridge,
      ])
        ids.push(await post(papers[ids.length % 2] ?? { id: 0, sourceId: 0 }, text));
      await clusterDue(context);
      const stories = await Promise.all(ids.map(storyOf));
      return stories.map((story) => stories.indexOf(story));
    };
    const once = await run();
    await sql`truncate entry, entry_key, story, story_entry, entry_sketch, entry_text, story_event, publisher_habit cascade`.execute(
      db,
    );
    expect(await run()).toEqual(once);
    expect(once).toEqual([0, 1, 2, 1, 4, 0]);
  });
});

const editor = { actor: 'Lò Thị Pành', reason: 'hai việc khác nhau' };
const shortened = { ...bridge, body: bridge.body.split('\n').slice(0, 3).join('\n') };
const titles = (list: { title: string }[]) => list.map((story) => story.title);

describe('a story of several papers', () => {
  test('stands once in the lists of each, with the other papers in order of their times', async () => {
    const [one, other] = [
      await seedPublisher(db, { name: 'Báo Sông Mây' }),
      await seedPublisher(db, { name: 'Báo Núi Ngàn' }),
    ];
    const hour = 3_600_000;
    await post(one, bridge, { section: 'thoi-su', province: '14', publishedAt: new Date(now.getTime() - 2 * hour) });
    await post(other, bridge, { section: 'phap-luat', province: '11', publishedAt: new Date(now.getTime() - hour) });
    await clusterDue(context);
    for (const filter of [
      {},
      { publisher: one.slug },
      { publisher: other.slug },
      { section: 'thoi-su' },
      { section: 'phap-luat' },
      { province: '14' },
      { province: '11' },
    ]) {
      const listed = await listStories(db, filter, 10);
      expect(
        listed.map((story) => [story.title, story.publisher.name, story.others.map((o) => o.publisherName)]),
      ).toEqual([[bridge.title, 'Báo Sông Mây', ['Báo Núi Ngàn']]]);
    }
    expect(await listStories(db, { province: '12' }, 10)).toEqual([]);
  });

  test('is led by the origin that a reprint names, and says so in its history', async () => {
    const [reprint, origin] = [
      await seedPublisher(db, { name: 'Báo Núi Ngàn' }),
      await seedPublisher(db, { name: 'Báo Sông Mây' }),
    ];
    const first = await post(reprint, {
      ...bridge,
      title: `${bridge.title} (in lại)`,
      body: `${bridge.body}\nTheo Báo Sông Mây`,
    });
    await clusterDue(context);
    const second = await post(origin, bridge);
    await clusterDue(context);
    const story = await findStoryInside(db, (await storyOf(first)) ?? 0);
    expect(story).toMatchObject({ title: bridge.title, events: [{ kind: 'lead', entryId: second, actor: 'machine' }] });
  });

  test('takes a new change id when another paper joins, and its id stays', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const entry = await post(one, bridge);
    await clusterDue(context);
    const id = (await storyOf(entry)) ?? 0;
    const changeId = async () =>
      (await db.selectFrom('story').select('change_id').where('id', '=', id).executeTakeFirstOrThrow()).change_id;
    const before = await changeId();
    await post(other, bridge);
    await clusterDue(context);
    expect(await changeId()).toBeGreaterThan(before);
  });
});

describe('an entry that came before', () => {
  test('is known again word for word after years, though nothing of then is in memory', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const old = await post(one, bridge);
    await clusterDue(context);
    await sql`truncate entry_sketch`.execute(db);
    const again = await post(other, bridge);
    await clusterDue(context, newMemory());
    expect(await storyOf(again)).toBe(await storyOf(old));
  });

  test('is found by another process, which reads the tables, as by the one that wrote them', async () => {
    const [one, other, third] = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
    const [here, there] = [newMemory(), newMemory()];
    const first = await post(one, bridge);
    await clusterDue(context, here);
    const second = await post(other, shortened);
    await clusterDue(context, there);
    const last = await post(third, { ...shortened, title: 'Sập nhịp cầu treo bản Nà Lìm' });
    await clusterDue(context, here);
    expect(await Promise.all([first, second, last].map(storyOf))).toEqual(Array(3).fill(await storyOf(first)));
    expect(here.index.count).toBe(3);
  });

  test('whatever the batches, the same entries come to the same stories', async () => {
    const papers = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
    const texts = [
      bridge,
      shortened,
      council,
      bridgeFollowUp,
      bridge,
      councilElsewhere,
      { ...bridge, title: 'Sập cầu' },
      council,
    ];
    const run = async (every: number) => {
      const ids: number[] = [];
      const memory = newMemory();
      for (const [index, text] of texts.entries()) {
        ids.push(await post(papers[index % 3] ?? { id: 0, sourceId: 0 }, text));
        if (index % every === every - 1) await clusterDue(context, memory);
      }
      await clusterDue(context, memory);
      const stories = await Promise.all(ids.map(storyOf));
      await sql`truncate entry, story, story_entry, story_fit, entry_sketch, entry_text, story_event, publisher_habit cascade`.execute(
        db,
      );
      return stories.map((story) => stories.indexOf(story));
    };
    const [single, pairs, all] = [await run(1), await run(3), await run(100)];
    expect(pairs).toEqual(single);
    expect(all).toEqual(single);
    expect(single).toEqual([0, 0, 2, 3, 0, 5, 0, 2]);
  });
});

describe('an entry whose paper wrote other words', () => {
  test('keeps its story while it is akin to what the others carry, and the story shows its new words', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const [first, second] = [await post(one, bridge), await post(other, bridge)];
    await clusterDue(context);
    await rewrite(first, {
      ...bridge,
      title: 'Cập nhật: cầu treo Nà Lìm',
      body: `${bridge.body}\nĐến chiều, xuồng máy đã vào được bản.`,
    });
    await clusterDue(context);
    expect(await storyOf(first)).toBe(await storyOf(second));
    expect(titles(await listStories(db, {}, 10))).toEqual(['Cập nhật: cầu treo Nà Lìm']);
  });

  test('leaves it for a story of its own when it is other news now; nothing is swallowed', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const [first, second] = [await post(one, bridge), await post(other, bridge)];
    await clusterDue(context);
    const story = await storyOf(first);
    await rewrite(first, council);
    await clusterDue(context);
    expect(await storyOf(second)).toBe(story);
    expect(titles(await listStories(db, {}, 10)).sort()).toEqual([bridge.title, council.title].sort());
    expect((await findStoryInside(db, story ?? 0))?.events).toMatchObject([
      { kind: 'split', otherStoryId: await storyOf(first), entryId: first },
      { kind: 'lead', entryId: second },
    ]);
  });

  test('brings its story to an older one when it became a copy; the younger id redirects', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const [first, second] = [await post(one, bridge), await post(other, council)];
    await clusterDue(context);
    const [older, younger] = [await storyOf(first), await storyOf(second)];
    await rewrite(second, bridge);
    await clusterDue(context);
    expect(await storyOf(second)).toBe(older);
    expect(await mergedTarget(db, younger ?? 0)).toMatchObject({ id: older });
    expect((await findStoryInside(db, older ?? 0))?.events).toMatchObject([{ kind: 'merge', otherStoryId: younger }]);
  });
});

describe("an editor's word", () => {
  test('keeps apart what was taken apart: the larger part keeps the id, a further copy goes with one of them', async () => {
    const papers = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
    const ids = [];
    for (const paper of papers.slice(0, 3)) ids.push(await post(paper, bridge));
    await clusterDue(context);
    const [first = 0, second = 0, third = 0] = ids;
    const story = (await storyOf(first)) ?? 0;
    const { named, rest } = await splitStory(context, story, [first], editor);
    expect(rest).toBe(story);
    expect(await Promise.all([first, second, third].map(storyOf))).toEqual([named, story, story]);
    const late = await post(papers[3] ?? { id: 0, sourceId: 0 }, bridge);
    await rewrite(first, { ...bridge, title: `${bridge.title}!` });
    await clusterDue(context);
    expect(await storyOf(late)).toBe(story);
    expect(await storyOf(first)).toBe(named);
    expect((await findStoryInside(db, story))?.events.at(0)).toMatchObject({ kind: 'split', ...editor });
  });

  test('makes one story of two under the older id, listed where both were', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const [first, second] = [await post(one, bridge), await post(other, council)];
    await clusterDue(context);
    const [older = 0, younger = 0] = [await storyOf(first), await storyOf(second)];
    expect(await joinStories(context, younger, older, editor)).toBe(older);
    expect(await storyOf(second)).toBe(older);
    expect(titles(await listStories(db, { publisher: other.slug }, 10))).toEqual([bridge.title]);
    await expect(joinStories(context, older, younger, editor)).rejects.toMatchObject({ code: 'story.merged' });
    await rewrite(second, { ...council, title: `${council.title}.` });
    await clusterDue(context);
    expect(await storyOf(second)).toBe(older);
  });

  test('needs entries on both sides, of that story, and stories of one status', async () => {
    const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
    const [first, second] = [await post(one, bridge), await post(other, council)];
    await clusterDue(context);
    const [story = 0, next = 0] = [await storyOf(first), await storyOf(second)];
    await expect(splitStory(context, story, [second], editor)).rejects.toMatchObject({ code: 'story.not_a_member' });
    await expect(splitStory(context, story, [first], editor)).rejects.toMatchObject({ code: 'story.nothing_left' });
    await expect(splitStory(context, 4711, [first], editor)).rejects.toMatchObject({ code: 'story.unknown' });
    await sql`update story set status = 'withdrawn' where id = ${next}`.execute(db);
    await expect(joinStories(context, story, next, editor)).rejects.toMatchObject({ code: 'story.not_live' });
  });
});

test('a copy of a withdrawn story stays with it and is not shown', async () => {
  const [one, other] = [await seedPublisher(db), await seedPublisher(db)];
  const first = await post(one, bridge);
  await clusterDue(context);
  await sql`update story set status = 'withdrawn'`.execute(db);
  const copy = await post(other, bridge);
  await clusterDue(context);
  expect(await storyOf(copy)).toBe(await storyOf(first));
  expect(await listStories(db, {}, 10)).toEqual([]);
});

test('habits that became settled are kept in the tables', async () => {
  const paper = await seedPublisher(db);
  const line = 'Mời bạn đọc gửi tin bài về tòa soạn Báo Sông Mây';
  for (const text of [bridge, council, councilElsewhere, bridgeFollowUp])
    await post(paper, { ...text, body: `${text.body}\n${line}` });
  await clusterDue(context);
  const habits = await loadHabits(db);
  expect(habits).toMatchObject([{ publisherId: paper.id }]);
  const memory = newMemory();
  await post(paper, bridgeIndependent);
  await clusterDue(context, memory);
  expect(withoutHabitualLines(habitOf(memory, paper.id), `Đoạn riêng của bài này.\n${line}`)).toBe(
    'Đoạn riêng của bài này.',
  );
});

test('habits are stored once in ten minutes; what they learnt since, a new process learns from the sketches', async () => {
  const paper = await seedPublisher(db);
  const lines = ['Mời bạn đọc gửi tin bài về tòa soạn Báo Sông Mây', 'Đường dây nóng của Báo Sông Mây trực cả ngày'];
  const postAll = async (line: string, from: number) => {
    for (const [index, text] of [bridge, council, councilElsewhere, bridgeFollowUp].entries())
      await post(paper, { ...text, title: `${text.title} ${from + index}`, body: `${text.body} ${from}\n${line}` });
  };
  const memory = newMemory();
  const batchOf = async () => ((await loadHabits(db))[0]?.habit as { batch: number } | undefined)?.batch;
  await postAll(lines[0] ?? '', 1);
  await clusterDue(context, memory);
  const first = await batchOf();
  await postAll(lines[1] ?? '', 11);
  await clusterDue(context, memory);
  expect(await batchOf()).toBe(first);
  const later = newMemory();
  await post(paper, bridgeIndependent);
  await clusterDue(context, later);
  expect(withoutHabitualLines(habitOf(later, paper.id), `Đoạn riêng của bài này.\n${lines[1]}`)).toBe(
    'Đoạn riêng của bài này.',
  );
});

test('upkeep drops the months that matching no longer looks at, and only those', async () => {
  await sql`create table entry_sketch_2020_01 partition of entry_sketch for values from ('2020-01-01') to ('2020-02-01')`.execute(
    db,
  );
  const kept = () =>
    sql<{ n: number }>`select count(*)::int as n from pg_inherits where inhparent = 'entry_sketch'::regclass`.execute(
      db,
    );
  expect(await dropOldSketches(db)).toEqual(['entry_sketch_2020_01']);
  expect((await kept()).rows[0]?.n).toBeGreaterThanOrEqual(5);
  expect(await dropOldSketches(db)).toEqual([]);
});
