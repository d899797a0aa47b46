import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { freshDatabase } from './support/database.ts';
import { inlineReader } from '../src/source/reader.ts';
import { seedPublisher } from './support/seed.ts';
import { bridge, bridgeFollowUp, council, councilElsewhere } from './story-texts.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const now = new Date();
const config = loadConfig({ DATABASE_URL: 'postgres://unused/db' });
const context: Context = {
  config,
  db,
  http: createHttp({ guard: createGuard({}), userAgent: 'test' }),
  reader: inlineReader(),
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};

type Text = { title: string; lead: string; body: string };
type Paper = { id: number; sourceId: number };
let count = 0;

const html = (text: Text) =>
  text.body
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('');

type Facts = { publishedAt?: Date; seenAt?: Date; section?: string; province?: string };

// An entry as ingest writes it, sketched by clustering itself.
async function post(paper: Paper, text: Text, facts: Facts = {}): Promise<number> {
  count += 1;
  const seenAt = facts.seenAt ?? now;
  const made = await sql<{ id: number }>`
    with made as (
      insert into entry (seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, section, province,
        published_at, is_date_guess, changed_at, listed_at, hash)
      values (${seenAt}, ${paper.id}, ${paper.sourceId}, ${`https://bao.example/${count}`}, ${text.title}, ${text.lead}, ${html(text)}, '{}', '{}', '[]',
        ${facts.section ?? null}, ${facts.province ?? null}, ${facts.publishedAt ?? seenAt}, false, ${seenAt}, ${seenAt}, '')
      returning id, seen_at
    )
    insert into cluster_due (entry_id, seen_at) select id, seen_at from made returning entry_id as id`.execute(db);
  return made.rows[0]?.id ?? 0;
}

// The same entry with other words, as ingest updates it.
async function rewrite(entryId: number, text: Text): Promise<void> {
  await sql`
    with changed as (
      update entry set title = ${text.title}, summary = ${text.lead}, body_html = ${html(text)}, changed_at = ${now} where id = ${entryId} returning id, seen_at
    )
    insert into cluster_due (entry_id, seen_at) select id, seen_at from changed`.execute(db);
}

async function storyOf(entryId: number): Promise<number | undefined> {
  return (await db.selectFrom('story_entry').select('story_id').where('entry_id', '=', entryId).executeTakeFirst())
    ?.story_id;
}

beforeEach(async () => {
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
