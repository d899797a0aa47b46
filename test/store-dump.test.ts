// Export and import over real servers: everything arrives, proven; what is damaged or not empty is refused and leaves nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { openDb } from '../src/store/db.ts';
import { openLineReader } from '../src/store/dump-lines.ts';
import { openProver } from '../src/store/dump-proof.ts';
import { readDump } from '../src/store/dump-read.ts';
import { type Dumped, writeDump } from '../src/store/dump-write.ts';
import { findFreePort } from '../src/store/embedded-server.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { afterFile } from './support/cleanup.ts';
import { emptyDatabaseUrl, freshDatabaseUrl, openTestDb } from './support/database.ts';
import { seedDocument, seedEdition, seedPublisher, seedStory } from './support/seed.ts';

const quiet = { log: { info: () => undefined } };
const awkward = 'Dấu \\ và \t và xuống\ndòng, \\. một mình,\n\\.\n NULL \\N, "ngoặc", 🙂 và dấu rời: Hoà';

async function dump(url: string): Promise<{ bytes: Buffer; dumped: Dumped }> {
  const out = new PassThrough();
  const parts: Buffer[] = [];
  out.on('data', (part: Buffer) => parts.push(part));
  const dumped = await writeDump(url, out, new Date('2026-11-28T00:00:00Z'), () => undefined);
  return { bytes: Buffer.concat(parts), dumped };
}

// Pieces of an odd size, so that rows and marks are cut anywhere.
async function restore(url: string, bytes: Buffer, names = migrations.map((step) => step.name)) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1_013) }, (_, index) =>
    bytes.subarray(index * 1_013, (index + 1) * 1_013),
  );
  const db = openDb(url, { max: 1 });
  const migrateTo = async (wanted: readonly string[]) => {
    await migrate(
      db,
      migrations.filter((step) => wanted.includes(step.name) && names.includes(step.name)),
      quiet,
    );
  };
  try {
    return await readDump(url, Readable.from(pieces), migrateTo, () => undefined);
  } finally {
    await db.destroy();
  }
}

let sourceUrl: string;
let whole: { bytes: Buffer; dumped: Dumped };

beforeAll(async () => {
  sourceUrl = await freshDatabaseUrl();
  const db = openTestDb(sourceUrl);
  await ensurePartitions(db);
  await sql`create table entry_2019_05 partition of entry for values from ('2019-05-01') to ('2019-06-01') with (toast_tuple_target = 8160)`.execute(
    db,
  );
  const paper = await seedPublisher(db, { name: awkward });
  for (let count = 0; count < 40; count++)
    await seedStory(db, paper, {
      title: `${awkward} ${count}`,
      bodyHtml: `<p>${'chữ '.repeat(count * 40)}</p>`,
      province: '14',
    });
  await sql`insert into entry (seen_at, publisher_id, source_id, title, summary, body_html, authors, categories, media, published_at, is_date_guess, changed_at, listed_at, hash)
    values ('2019-05-07', ${paper.id}, ${paper.sourceId}, ${awkward}, '', '', '{"a,b","c\\"d"}', '{}', '[]', '2019-05-07', false, now(), now(), '\\x00ff0a5c')`.execute(
    db,
  );
  await seedDocument(db, await seedEdition(db, { path: 'tin-moi' }), 'rss', {
    body: awkward.repeat(300),
    etag: '"v1"',
  });
  whole = await dump(sourceUrl);
});

test('an export imported into an empty database is the same database, down to the next ids', async () => {
  const targetUrl = await emptyDatabaseUrl();
  const { proofs } = await restore(targetUrl, whole.bytes);
  const again = await dump(targetUrl);
  const [before, after] = [whole.dumped, again.dumped];

  expect(before.proofs['entry']?.rows).toBe(41);
  expect(before.proofs['story']?.rows).toBe(40);
  expect(proofs).toEqual(before.proofs);
  // The order of rows within a table is nobody's promise; their number and their sum are.
  const sums = ({ proofs: all }: Dumped) => Object.entries(all).map(([name, { rows, sum }]) => [name, rows, sum]);
  expect(sums(after)).toEqual(sums(before));
  expect(after.manifest.sequences).toEqual(before.manifest.sequences);
  expect(after.manifest.partitions).toEqual(before.manifest.partitions);
  const db = openTestDb(targetUrl);
  const old = await sql<{
    title: string;
    hash: Buffer;
  }>`select title, hash from entry where seen_at < '2020-01-01'`.execute(db);
  expect(old.rows).toEqual([{ title: awkward, hash: Buffer.from([0, 255, 10, 92]) }]);
});

test('a migrated database that a first start left is filled too, and one that holds a story is refused untouched', async () => {
  const started = await freshDatabaseUrl();
  await ensurePartitions(openTestDb(started));
  await restore(started, whole.bytes);
  expect((await dump(started)).dumped.proofs['story']?.rows).toBe(40);

  await expect(restore(started, whole.bytes)).rejects.toMatchObject({ code: 'store.not_empty' });
  expect((await dump(started)).dumped.proofs['story']?.rows).toBe(40);
});

test('a damaged file is refused whatever is wrong with it, and nothing of it stays', async () => {
  const targetUrl = await freshDatabaseUrl();
  const target = openTestDb(targetUrl);
  const spoilt: Record<string, Buffer> = {
    'cut off': whole.bytes.subarray(0, Math.floor(whole.bytes.length * 0.7)),
    'without a row': edit(whole.bytes, (text) => text.replace(/\n\d+\t[^\n]*chữ chữ[^\n]*/, '')),
    'with another letter': edit(whole.bytes, (text) => text.replace('chữ chữ chữ', 'chữ chư chữ')),
    'without its end': edit(whole.bytes, (text) => text.replace(/\{"complete".*\n$/, '')),
    'of another program': gzipSync('{"hello":1}\n'),
    'not compressed': Buffer.from('xin chào'),
    'with SQL in it': edit(whole.bytes, (text) =>
      text.replace("VALUES FROM ('2019-05-01", "VALUES FROM (now()); drop ('2019-05-01"),
    ),
  };
  for (const [what, bytes] of Object.entries(spoilt)) {
    await expect(restore(targetUrl, bytes), what).rejects.toMatchObject({
      code: expect.stringMatching(/^store\.export_/),
    });
    expect(await target.selectFrom('publisher').select('id').execute(), what).toEqual([]);
  }
});

function edit(bytes: Buffer, change: (text: string) => string): Buffer {
  const text = gunzipSync(bytes).toString('utf8');
  const changed = change(text);
  if (changed === text) throw new Error('nothing was spoilt');
  return gzipSync(changed);
}

test('an export of an older schema is imported as it was and brought up to date afterwards', async () => {
  const former = migrations.slice(0, -1);
  const oldUrl = await emptyDatabaseUrl();
  const old = openTestDb(oldUrl);
  await migrate(old, former, quiet);
  await seedPublisher(old, { name: 'Báo cũ' });
  const { bytes, dumped } = await dump(oldUrl);
  expect(dumped.manifest.migrations).toHaveLength(former.length);

  const targetUrl = await emptyDatabaseUrl();
  await restore(targetUrl, bytes);
  const db = openTestDb(targetUrl);
  expect(await migrate(db, migrations, quiet)).toEqual([migrations.at(-1)?.name]);
  expect(await db.selectFrom('publisher').select('name').execute()).toEqual([{ name: 'Báo cũ' }]);
  await expect(restore(targetUrl, bytes)).rejects.toMatchObject({ code: 'store.schema_differs' });
});

test('rows and marks are found wherever pieces are cut', async () => {
  const text = 'head\na\\\\.\nb\n\\.\nend\n\\.\nlast\n';
  for (let size = 1; size < 12; size++) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      Buffer.from(text.slice(at * size, (at + 1) * size)),
    );
    const lines = openLineReader(Readable.from(pieces));
    const all = async () => {
      const parts: Buffer[] = [];
      for await (const part of lines.rows('\\.')) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    expect([
      await lines.line(99),
      await all(),
      await lines.line(99),
      await all(),
      await lines.line(99),
      await lines.line(99),
    ]).toEqual(['head', 'a\\\\.\nb\n', 'end', '', 'last', null]);
  }
  const [whole1, cut] = [openProver(), openProver()];
  whole1.take(Buffer.from('một\nhai\n'));
  for (const byte of Buffer.from('hai\nmột\n')) cut.take(Buffer.from([byte]));
  expect([cut.proof().rows, cut.proof().sum]).toEqual([2, whole1.proof().sum]);
});

const old = '/usr/lib/postgresql/15/bin';

describe.skipIf(!existsSync(join(old, 'initdb')))('with a PostgreSQL 15 of one’s own', () => {
  test('the embedded 18 moves to it and back, and nothing changes on the way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tin-pg15-'));
    const isRoot = process.getuid?.() === 0;
    // PostgreSQL refuses to run as root.
    const as = isRoot ? { uid: Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })) } : {};
    if (as.uid !== undefined) chownSync(folder, as.uid, as.uid);
    const run = (name: string, args: string[]) => {
      const done = spawnSync(join(old, name), args, {
        ...as,
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (done.status !== 0) throw new Error(`${name}: ${done.stderr}`);
    };
    const data = join(folder, 'data');
    const port = await findFreePort();
    run('initdb', ['-D', data, '-U', 'tin', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']);
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
    run('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start']);
    afterFile(async () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    });
    const ownUrl = `postgres://tin@127.0.0.1:${port}/postgres`;
    await restore(ownUrl, whole.bytes);
    const there = await dump(ownUrl);
    const backUrl = await emptyDatabaseUrl();
    await restore(backUrl, there.bytes);
    const back = await dump(backUrl);
    const sums = (dumped: Dumped) => Object.entries(dumped.proofs).map(([name, { rows, sum }]) => [name, rows, sum]);

    expect(there.dumped.manifest.postgres).toMatch(/^15\./);
    expect(sums(there.dumped)).toEqual(sums(whole.dumped));
    expect(sums(back.dumped)).toEqual(sums(whole.dumped));
  });
});
