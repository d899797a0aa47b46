// The schema can be spread over machines: keys hold what their tables are spread by, and no reference crosses from one group to another.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { freshDatabase } from './support/database.ts';

// The distribution of docs/scaling.md. What is in none of the groups is small or belongs to the desk and lives on the coordinator.
const spread: Record<string, { group: string; by: string }> = {
  entry: { group: 'publisher', by: 'publisher_id' },
  entry_key: { group: 'publisher', by: 'publisher_id' },
  entry_sketch: { group: 'publisher', by: 'publisher_id' },
  article_due: { group: 'publisher', by: 'publisher_id' },
  poll: { group: 'source', by: 'source_id' },
  story: { group: 'story', by: 'id' },
  story_fit: { group: 'story', by: 'story_id' },
  story_search: { group: 'story', by: 'story_id' },
  story_word: { group: 'story', by: 'story_id' },
  story_vector: { group: 'story', by: 'story_id' },
  story_place: { group: 'story', by: 'story_id' },
  story_event: { group: 'story', by: 'story_id' },
  story_revision: { group: 'story', by: 'story_id' },
  story_correction: { group: 'story', by: 'story_id' },
  story_tombstone: { group: 'story', by: 'story_id' },
  story_headline: { group: 'story', by: 'story_id' },
  related_list: { group: 'story', by: 'story_id' },
  related_due: { group: 'story', by: 'story_id' },
  rights_due: { group: 'story', by: 'story_id' },
  story_entry: { group: 'entry', by: 'entry_id' },
  story_pin: { group: 'entry', by: 'entry_id' },
  entry_text: { group: 'text', by: 'hash' },
  term_posting: { group: 'term', by: 'term' },
};
// On every machine whole: what all of these are joined with.
const reference = ['publisher', 'source', 'edition', 'setting'];

const db = await freshDatabase();

it('every key of a table that is spread holds the column it is spread by', async () => {
  const keys = await sql<{ table: string; index: string; columns: string[] }>`
    select c.relname as table, i.relname as index, array(
      select a.attname::text from unnest(x.indkey) as k(n) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.n) as columns
    from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
    where x.indisunique and not c.relispartition and c.relnamespace = 'public'::regnamespace`.execute(db);
  const lacking = keys.rows.filter(({ table, columns }) => {
    const by = spread[table]?.by;
    return by !== undefined && !columns.includes(by);
  });
  expect(lacking).toEqual([]);
});

it('no foreign key leads from a table that is spread to another group, nor from a whole table to one that is spread', async () => {
  const keys = await sql<{ from: string; to: string }>`
    select f.relname as from, t.relname as to from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and not f.relispartition and f.relnamespace = 'public'::regnamespace`.execute(db);
  const crossing = keys.rows.filter(({ from, to }) => {
    const target = spread[to];
    if (target === undefined) return spread[from] !== undefined && !reference.includes(to);
    return spread[from]?.group !== target.group;
  });
  expect(crossing).toEqual([]);
});

it('every table of the map is there', async () => {
  const tables = await sql<{ name: string }>`
    select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`.execute(
    db,
  );
  const there = new Set(tables.rows.map((row) => row.name));
  expect([...Object.keys(spread), ...reference].filter((table) => !there.has(table))).toEqual([]);
});
