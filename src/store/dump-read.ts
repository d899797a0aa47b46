// An export → an empty database filled with it, every table proven by counts and hashes; all of it or nothing.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { StoreError } from '../errors.ts';
import {
  endMark,
  type Manifest,
  plainSettings,
  quoted,
  readMigrations,
  readTables,
  rowsOf,
  type TableProof,
} from './dump.ts';
import { type LineReader, openLineReader } from './dump-lines.ts';
import { openProver, proving } from './dump-proof.ts';
import { copyOut, type OnTable } from './dump-write.ts';

const mostLineBytes = 4_000_000;

/** Brings an empty database to exactly these migrations. Given by the caller, who knows all of them. */
export type MigrateTo = (names: readonly string[]) => Promise<void>;

// What migrations and a first start without sources write by themselves: not in the way of an import, which brings its own.
const seeded = new Set([
  'setting',
  'related_state',
  'comment_word',
  'host',
  'edition',
  'document',
  'purge',
  'invite',
  'alert',
  'alert_notice',
  'health_sample',
]);

/**
 * Fills the empty database at `url` from an export. The schema is made as the export has it (`migrateTo`), then everything is copied in one
 * transaction, read back and compared; whatever does not agree leaves the database as empty as it was. Memory stays bounded by the longest row.
 * Throws StoreError: `store.export_damaged`, `store.export_unknown`, `store.not_empty`, `store.schema_differs`.
 */
export async function readDump(
  url: string,
  file: Readable,
  migrateTo: MigrateTo,
  onTable: OnTable,
): Promise<{ manifest: Manifest; proofs: Record<string, TableProof> }> {
  const client = new pg.Client({ connectionString: url, application_name: 'tin import' });
  const unpacked = file.pipe(createGunzip());
  file.on('error', (error) => unpacked.destroy(error));
  // Whoever reads it hears of it; until then nobody does.
  unpacked.on('error', () => undefined);
  try {
    await client.connect();
    const lines = openLineReader(unpacked);
    const manifest = readHead(await lines.line(mostLineBytes).catch(damaged));
    await client.query(plainSettings);
    await checkTarget(client, manifest);
    await migrateTo(manifest.migrations);
    await client.query('begin');
    await makeRoom(client, manifest);
    const proofs: Record<string, TableProof> = {};
    for (const [index, table] of manifest.tables.entries()) {
      onTable(table.name, index, manifest.tables.length);
      proofs[table.name] = await fill(client, lines, table);
    }
    const last = parse(await lines.line(mostLineBytes).catch(damaged));
    if (last['complete'] !== true) throw broken('its end is missing');
    for (const { name, last: value, isCalled } of manifest.sequences)
      await client.query('select setval($1::regclass, $2::bigint, $3)', [quoted(name), value, isCalled]);
    await client.query('commit');
    await client.query('analyze');
    onTable('', manifest.tables.length, manifest.tables.length);
    return { manifest, proofs };
  } finally {
    unpacked.destroy();
    // Ending the connection rolls back what was not committed.
    await client.end().catch(() => undefined);
  }
}

function readHead(line: string | null): Manifest {
  const head = parse(line);
  if (head['format'] !== 'tin-tinh-export' || head['version'] !== 1)
    throw new StoreError('store.export_unknown', 'this file is no export of ours, or one of a newer program', {
      remedy: 'give a file that "tin export" wrote, to a program of the same or a later version',
    });
  return head as unknown as Manifest;
}

async function checkTarget(client: pg.Client, manifest: Manifest): Promise<void> {
  const there = await readMigrations(client);
  if (there === null) return;
  if ([...there].sort().join(' ') !== [...manifest.migrations].sort().join(' '))
    throw new StoreError('store.schema_differs', 'the database has another schema than the export', {
      remedy:
        'import into a new, empty database: its schema is made as the export needs it and brought up to date afterwards',
    });
  for (const { name } of await readTables(client)) {
    if (seeded.has(name)) continue;
    const [row] = await rowsOf<{ isFull: boolean }>(client, `select exists (select from ${quoted(name)}) as "isFull"`);
    if (row?.isFull === true)
      throw new StoreError('store.not_empty', `the database is not empty: table ${name} holds rows`, {
        remedy: 'import into a new database (create database …), or a new DATA_DIR',
      });
  }
}

// Under the locks of the truncation nobody writes beside us; partitions of the export's months are made where they are missing.
async function makeRoom(client: pg.Client, manifest: Manifest): Promise<void> {
  const tables = await readTables(client);
  const known = new Map(tables.map((table) => [table.name, table.columns.join(' ')]));
  for (const { name, columns } of manifest.tables)
    if (known.get(name)?.split(' ').sort().join(' ') !== [...columns].sort().join(' '))
      throw new StoreError('store.schema_differs', `table ${name} has other columns than in the export`);
  await client.query(`truncate ${tables.map((table) => quoted(table.name)).join(', ')}`);
  for (const { name, of, bound, options } of manifest.partitions) {
    // Everything here comes out of a file: names are quoted, a bound is taken only in the one form that ours have.
    const dates = /^FOR VALUES FROM \('([\d :+.-]+)'\) TO \('([\d :+.-]+)'\)$/.exec(bound);
    const isPlain = options.every((option) => /^[a-z_]+=[\w.]+$/.test(option));
    if (dates === null || !known.has(of) || !isPlain) throw broken(`partition ${name} cannot be made`);
    const storage = options.length === 0 ? '' : ` with (${options.join(', ')})`;
    const [found] = await rowsOf<{ isThere: boolean }>(client, 'select to_regclass($1) is not null as "isThere"', [
      quoted(name),
    ]);
    if (found?.isThere !== true)
      await client.query(
        `create table ${quoted(name)} partition of ${quoted(of)} for values from ('${dates[1]}') to ('${dates[2]}')${storage}`,
      );
  }
}

async function fill(client: pg.Client, lines: LineReader, table: Manifest['tables'][number]): Promise<TableProof> {
  const { name, columns } = table;
  if (parse(await lines.line(mostLineBytes).catch(damaged))['table'] !== name) throw broken(`table ${name} is missing`);
  const coming = openProver();
  const rows = Readable.from(lines.rows(endMark), { objectMode: false });
  try {
    await pipeline(
      rows,
      proving(coming),
      client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`)),
    );
  } catch (error) {
    throw broken(`table ${name}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const said = parse(await lines.line(mostLineBytes).catch(damaged));
  const proof = coming.proof();
  const isWhole = said['rows'] === proof.rows && said['sha256'] === proof.sha256 && said['sum'] === proof.sum;
  if (said['end'] !== name || !isWhole) throw broken(`table ${name} is not what was exported`);
  // Read back from the database itself: what it stored is what came.
  const stored = openProver();
  for await (const bytes of client.query(copyTo(copyOut(table)))) stored.take(bytes as Buffer);
  const kept = stored.proof();
  if (kept.rows !== proof.rows || kept.sum !== proof.sum)
    throw broken(`table ${name}: ${kept.rows} rows were stored of ${proof.rows}, or others`);
  return proof;
}

function parse(line: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (cause) {
    throw broken('a line of it cannot be read', cause);
  }
}

function damaged(cause: unknown): never {
  throw broken(cause instanceof Error ? cause.message : String(cause), cause);
}

function broken(what: string, cause?: unknown): StoreError {
  return new StoreError('store.export_damaged', `the export is damaged: ${what}`, {
    remedy: 'nothing was imported; use another copy of the file',
    cause,
  });
}
