// A database of ours → one compressed stream with everything in it: the manifest, then each table as COPY text with its proof.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { endMark, type Manifest, plainSettings, quoted, readManifest, type TableProof } from './dump.ts';
import { openProver } from './dump-proof.ts';

/** What was written. */
export type Dumped = { manifest: Manifest; proofs: Record<string, TableProof> };

/** Told before each table and at its end. */
export type OnTable = (table: string, done: number, of: number) => void;

/**
 * Writes the whole database at `url` to `out` as it was at one moment, while others go on writing to it. Memory stays bounded: a row is the
 * largest thing held. Ends `out`. Throws what the server or the stream throws, and StoreError `store.no_schema`.
 */
export async function writeDump(url: string, out: Writable, madeAt: Date, onTable: OnTable): Promise<Dumped> {
  const client = new pg.Client({ connectionString: url, application_name: 'tin export' });
  const gzip = createGzip({ level: 4, chunkSize: 256 * 1_024 });
  const written = pipeline(gzip, out);
  // Awaited below; a failure of the file also ends the reading.
  written.catch(() => undefined);
  try {
    await client.connect();
    await client.query(plainSettings);
    await client.query('begin isolation level repeatable read read only');
    const manifest = await readManifest(client, madeAt);
    await say(gzip, manifest);
    const proofs: Record<string, TableProof> = {};
    for (const [index, table] of manifest.tables.entries()) {
      onTable(table.name, index, manifest.tables.length);
      await say(gzip, { table: table.name });
      const prover = openProver();
      for await (const bytes of client.query(copyTo(copyOut(table)))) {
        prover.take(bytes as Buffer);
        await push(gzip, bytes as Buffer);
      }
      await push(gzip, `${endMark}\n`);
      const proof = prover.proof();
      proofs[table.name] = proof;
      await say(gzip, { end: table.name, ...proof });
    }
    await say(gzip, { complete: true, tables: manifest.tables.length });
    await client.query('commit');
    gzip.end();
    await written;
    onTable('', manifest.tables.length, manifest.tables.length);
    return { manifest, proofs };
  } catch (error) {
    gzip.destroy();
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The statement that gives a table's rows as text; a partitioned one gives those of all its parts. */
export const copyOut = (table: { name: string; columns: readonly string[] }) =>
  `copy (select ${table.columns.map(quoted).join(', ')} from ${quoted(table.name)}) to stdout`;

const say = (gzip: Gzip, line: object) => push(gzip, `${JSON.stringify(line)}\n`);

async function push(gzip: Gzip, bytes: Buffer | string): Promise<void> {
  if (gzip.destroyed) throw gzip.errored ?? new Error('the export was cut off');
  if (!gzip.write(bytes)) await once(gzip, 'drain');
}
