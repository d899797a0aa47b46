// Stories of the fixtures in a database of their own → what tests of related lists share: add, file, follow, change.
import { sql } from 'kysely';
import { beforeEach } from 'vitest';
import { resetIndex } from '../../src/store/term.ts';
import { listDue } from '../../src/story/relate-ahead.ts';
import { relateDue } from '../../src/story/relate.ts';
import { articleOf, articles, publishedAt } from '../fixtures/related-articles.ts';
import { freshDatabaseUrl, openTestDb } from './database.ts';
import { seedPublisher, seedStory } from './seed.ts';

export const url = await freshDatabaseUrl();
export const db = openTestDb(url);
const { signal } = new AbortController();
let clock = Date.now();
export const ctx = { db, signal, now: () => new Date(clock) };
/** Lets time pass for `ctx`. */
export const wait = (ms: number): void => void (clock += ms);
/** Keys of the fixtures by the ids of their stories. */
export const keys = new Map<number, string>();
const ids = new Map<string, number>();
let paper: Awaited<ReturnType<typeof seedPublisher>>;

export const everyKey = articles.map((article) => article.key);
export const idOf = (key: string) => ids.get(key) ?? 0;

/** Founds the story of a fixture; returns its id. */
export async function addStory(key: string, more: { url?: string } = {}): Promise<number> {
  const article = articleOf(key);
  const { id } = await seedStory(db, paper, {
    title: article.title,
    summary: article.lead,
    bodyHtml: `<p>${article.body}</p>`,
    publishedAt: publishedAt(article),
    ...more,
  });
  keys.set(id, key);
  ids.set(key, id);
  return id;
}

export async function addStories(wanted: readonly string[]): Promise<void> {
  for (const key of wanted) await addStory(key);
}

/** Files what came and makes the lists that are due; how many lists. */
export async function follow(): Promise<number> {
  await relateDue(ctx);
  return listDue(ctx);
}

/** A material change of a story, as SQL. */
export const changeStory = (key: string, change: string) =>
  sql`update story set change_id = nextval('story_change'), ${sql.raw(change)} where id = ${idOf(key)}`.execute(db);

/** Gives a story the words of another fixture. */
export async function rewrite(key: string, as: string): Promise<void> {
  const { body, title, lead } = articleOf(as);
  await sql`update entry set body_html = ${body} where id = (select lead_entry_id from story where id = ${idOf(key)})`.execute(
    db,
  );
  await sql`update story set change_id = nextval('story_change'), title = ${title}, summary = ${lead} where id = ${idOf(key)}`.execute(
    db,
  );
}

/** Places of a list in words: key and reason. */
export const saidBy = (places: readonly { relatedId: number; reason: string }[] | undefined) =>
  places?.map((place) => `${keys.get(place.relatedId)}: ${place.reason}`);

/** The paper of the stories. */
export const ownPaper = () => paper;

beforeEach(async () => {
  await sql`truncate source, publisher, entry, entry_key, cluster_due, story, story_entry, story_fit, story_place, related_list, related_due, related_pair restart identity cascade`.execute(
    db,
  );
  await resetIndex(db);
  keys.clear();
  ids.clear();
  paper = await seedPublisher(db);
  wait(120_000);
});
