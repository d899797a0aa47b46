// Articles of tests → entry rows as ingest writes them, waiting for clustering.
import { sql } from 'kysely';
import type { Db } from '../../src/store/db.ts';

export type Text = { title: string; lead: string; body: string };
export type Paper = { id: number; sourceId: number };

type Facts = { publishedAt?: Date; seenAt?: Date; section?: string; province?: string };

const html = (text: Text) =>
  text.body
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('');

/** Writers of one test's entries; `now` stands in where no date is given. */
export function entriesOf(db: Db, now: Date) {
  let count = 0;

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

  return { post, rewrite };
}
