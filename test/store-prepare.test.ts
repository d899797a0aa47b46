import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase({ max: 1 });

async function prepared(like: string): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from pg_prepared_statements where statement like ${like}`.execute(db);
  return found.rows[0]?.n ?? 0;
}

test('a statement is planned once from its second time on, whatever came once before it', async () => {
  for (let i = 0; i < 700; i++) await sql`select ${i}::int as ${sql.ref(`once_${i}`)}`.execute(db);
  expect(await prepared('%once\\_%')).toBe(0);
  for (let i = 0; i < 3; i++) await sql`select ${i}::int as again_and_again`.execute(db);
  expect(await prepared('%again\\_and\\_again%')).toBe(1);
});

test('a statement without parameters takes no name', async () => {
  for (let i = 0; i < 3; i++) await sql`select 1 as as_it_is`.execute(db);
  expect(await prepared('%as\\_it\\_is%')).toBe(0);
});
