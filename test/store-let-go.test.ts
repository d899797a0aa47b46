import { getHeapSpaceStatistics } from 'node:v8';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase({ max: 1 });

const oldSpaceMb = () =>
  getHeapSpaceStatistics().reduce(
    (sum, space) => sum + (space.space_name === 'old_space' ? space.space_used_size : 0),
    0,
  ) / 1_048_576;

test('rows that nobody uses any more do not outlive small collections', async () => {
  // Not one text: nine rows of letters that take two bytes in memory, as articles do.
  const read = () => sql`select n, repeat('đường ', 1000) as words from generate_series(1, ${9}::int) n`.execute(db);
  for (let i = 0; i < 50; i++) await read();
  const before = oldSpaceMb();
  let most = 0;
  // 60 MB of rows.
  for (let i = 0; i < 600; i++) {
    await read();
    most = Math.max(most, oldSpaceMb() - before);
  }
  expect(most).toBeLessThan(6);
});

test('an error tells where its statement was sent from', async () => {
  async function sendWrongStatement(): Promise<void> {
    await sql`select from nowhere_at_all`.execute(db);
  }
  const error = await sendWrongStatement().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: '42P01' });
  expect((error as Error).stack).toMatch('sendWrongStatement');
});
