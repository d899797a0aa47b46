// A test file → a real database of its own, cloned from the migrated template and dropped afterwards.
import pg from 'pg';
import { inject } from 'vitest';
import { type Db, openDb } from '../../src/store/db.ts';
import { urlOf } from './address.ts';
import { afterFile } from './cleanup.ts';

let count = 0;

/** A migrated database without rows, as a pool of at most `max` connections; closed and dropped when the file ends. */
export async function freshDatabase(options: { max?: number } = {}): Promise<Db> {
  return openTestDb(await freshDatabaseUrl(), options);
}

/** The address of a migrated database without rows, for tests that open several pools or processes on it. */
export async function freshDatabaseUrl(): Promise<string> {
  return await createDatabase(`template ${inject('template')}`);
}

/** The address of a database without any table of ours. */
export async function emptyDatabaseUrl(): Promise<string> {
  return await createDatabase("template template0 encoding 'UTF8'");
}

/** A pool on a test database that is closed when the file ends. */
export function openTestDb(url: string, options: { max?: number } = {}): Db {
  const db = openDb(url, { max: options.max ?? 5, applicationName: 'tin-tinh test' });
  afterFile(async () => await db.destroy());
  return db;
}

async function createDatabase(from: string): Promise<string> {
  count += 1;
  const name = `tin_test_${process.pid}_${count}`;
  await administer(`create database ${name} ${from}`);
  afterFile(async () => await administer(`drop database if exists ${name} with (force)`));
  return urlOf(inject('serverUrl'), name);
}

async function administer(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('serverUrl'), application_name: 'tin-tinh test set-up' });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
