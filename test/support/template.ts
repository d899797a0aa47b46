// A server → one migrated database to clone from, made once per state of the migrations.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { migrations } from '../../migrations/index.ts';
import { createLog } from '../../src/log.ts';
import { openDb } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { isAlive, urlOf } from './address.ts';

const folder = new URL('../../migrations/', import.meta.url);
const lockKey = 0x74696e74;

/** Name of a database that holds the schema of today's `migrations/` and no rows; makes it when there is none. */
export async function prepareTemplate(admin: pg.Client, serverUrl: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(new URL(file, folder)));
  const name = `tin_template_${hash.digest('hex').slice(0, 12)}`;
  await admin.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await makeTemplate(admin, serverUrl, name);
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [lockKey]);
  }
  return name;
}

/** Drops what runs left behind that were killed: databases are named after the process that made them. */
export async function dropDeadDatabases(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    "select datname from pg_database where datname ~ '^tin_test_[0-9]+_'",
  );
  for (const { datname } of rows) {
    if (!isAlive(Number(datname.split('_')[2]))) await admin.query(`drop database if exists ${datname} with (force)`);
  }
}

async function makeTemplate(admin: pg.Client, serverUrl: string, name: string): Promise<void> {
  const draft = `tin_test_${process.pid}_template`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft} template template0 encoding 'UTF8'`);
  const db = openDb(urlOf(serverUrl, draft), { max: 1 });
  try {
    await migrate(db, migrations, { log: createLog({ level: 'silent', isTerminal: false }) });
  } finally {
    await db.destroy();
  }
  await admin.query(`alter database ${draft} rename to ${name}`);
}
