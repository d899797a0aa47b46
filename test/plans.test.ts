// The busiest statements read few rows by their indexes, whatever the store holds.
import { expect, it } from 'vitest';
import { fillBigStore } from '../bench/big-store.ts';
import { checkPlans, isKept, pretendRows, readPlan } from '../bench/plan-check.ts';
import { fillIndex, fillLists } from '../bench/related-store.ts';
import { openDb } from '../src/store/db.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabaseUrl } from './support/database.ts';

const size = 6_000;

it('no busy statement reads a growing table from end to end when it holds a million entries', async () => {
  const said: { statement: string; parameters: readonly unknown[] }[] = [];
  const db = openDb(await freshDatabaseUrl(), {
    max: 1,
    onQuery: (statement, parameters) => said.push({ statement, parameters }),
  });
  afterFile(async () => await db.destroy());
  await ensurePartitions(db);
  await fillBigStore(db, size, { bodyChars: 300 });
  await fillIndex(db, size, 1);
  await fillLists(db, size);
  await pretendRows(db, size, 1_000_000);

  const plans = await checkPlans(db, said);
  expect(plans.length).toBeGreaterThanOrEqual(20);
  expect(plans.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
}, 60_000);

it('a plan that scans a growing table is told', () => {
  const scan = { 'Node Type': 'Seq Scan', 'Relation Name': 'entry_2026_11', 'Actual Rows': 5, 'Actual Loops': 2 };
  const plan = { 'Node Type': 'Limit', Plans: [scan, { 'Node Type': 'Seq Scan', 'Relation Name': 'publisher' }] };
  expect(readPlan(plan)).toEqual({ indexes: new Set(), rows: 10, pages: 0, scans: ['entry_2026_11'] });
});

it('a plan for any values counts when a connection would keep it', () => {
  const own = { 'Node Type': 'Index Scan', 'Relation Name': 'story', 'Total Cost': 100 };
  expect([104, 106].map((cost) => isKept({ ...own, 'Total Cost': cost }, own))).toEqual([true, false]);
});
