// A big store → the plans of its busiest statements, checked; `npm run check:plans [-- --size 1000000] [--write]` keeps them in docs/plans.md.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { saveFigures } from './bench-figures.ts';
import { fillBigStore } from './big-store.ts';
import { checkPlans, type Plan } from './plan-check.ts';
import { fillIndex, fillLists } from './related-store.ts';

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1000000' }, write: { type: 'boolean', default: false } },
});
const size = Number(values.size);
const page = 'docs/plans.md';
const begin = '<!-- plans -->';

function toTable(plans: readonly Plan[]): string {
  const rows = plans.map(
    (plan) =>
      `| ${plan.name} | ${plan.often} | ${plan.indexes.map((index) => `\`${index}\``).join(', ') || '–'} | ${plan.rows} | ${plan.pages} |`,
  );
  return ['| statement | when | indexes | rows | pages |', '|---|---|---|---|---|', ...rows].join('\n');
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-plans-'));
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log, settings: { fsync: 'off', max_wal_size: '512MB' } });
const said: { statement: string; parameters: readonly unknown[] }[] = [];
const db = openDb(embedded.url, {
  max: 1,
  applicationName: 'plans',
  statementTimeoutMs: 0,
  onQuery: (statement, parameters) => said.push({ statement, parameters }),
});
try {
  await migrate(db, migrations, { log });
  await ensurePartitions(db);
  await fillBigStore(db, size, { onProgress: (stored) => console.error(`${stored} of ${size} entries`) });
  await fillIndex(db, size, 1);
  await fillLists(db, size);
  said.length = 0;
  const plans = await checkPlans(db, said);
  console.table(
    plans.map(({ indexes, faults, ...plan }) => ({ ...plan, indexes: indexes.join(' '), faults: faults.join('; ') })),
  );
  saveFigures('plans', { size, plans });
  if (values.write) {
    const head = readFileSync(page, 'utf8').split(begin)[0] ?? '';
    writeFileSync(
      page,
      `${head}${begin}\n\n${size.toLocaleString('en')} entries, PostgreSQL 18:\n\n${toTable(plans)}\n`,
    );
  }
  const faulty = plans.filter((plan) => plan.faults.length > 0);
  for (const plan of faulty) console.log(`${plan.name}: ${plan.faults.join('; ')}`);
  process.exitCode = faulty.length > 0 ? 1 : 0;
} finally {
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
