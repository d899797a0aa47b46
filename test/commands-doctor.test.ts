// tin doctor: what it finds in a deployment, and what it says to do.
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createGuard } from '../src/net/guard.ts';
import { resolveHost } from '../src/net/resolve.ts';
import { diagnose, type Facts } from '../src/commands/doctor-judge.ts';
import { lastSampleAt, listSourceHosts, readServer } from '../src/store/server-facts.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher } from './support/seed.ts';

const now = new Date('2026-11-28T10:00:00Z');
const good: Facts = {
  config: loadConfig({
    PUBLIC_URL: 'https://tin.example.vn',
    SMTP_URL: 'smtp://mail.example.vn',
    ALERT_TO: 'a@example.vn',
  }),
  runtime: 'Tin Tỉnh',
  server: {
    version: '18.4',
    versionNumber: 180_004,
    encoding: 'UTF8',
    now,
    extensions: ['plpgsql'],
    mayCreate: true,
    mayTemporary: true,
    isReplica: false,
    fsync: 'on',
    used: 5,
    most: 50,
    databaseBytes: 1e9,
    migrations: ['0001', '0002'],
  },
  answerMs: 3,
  skewMs: 100,
  migrations: ['0001', '0002'],
  monthsAhead: 3,
  disk: { path: '/data', freeBytes: 1e11, totalBytes: 2e11 },
  isDataWritable: true,
  hosts: [{ host: 'bao.example', addresses: ['93.184.216.34'], closed: [], reason: null }],
  lastSampleAt: new Date(now.getTime() - 120_000),
  sources: 60,
  now,
};
const lost = { host: 'mat.example', addresses: [], closed: [], reason: 'ENOTFOUND' };
const inner = { host: 'trong.example', addresses: ['10.0.0.1'], closed: ['10.0.0.1'], reason: null };

test('a deployment in order gives findings that are all well', () => {
  expect(diagnose(good).filter((finding) => finding.state !== 'ok')).toEqual([]);
  expect(new Set(diagnose(good).map((finding) => finding.area))).toEqual(
    new Set([
      'program',
      'database',
      'extensions',
      'permissions',
      'schema',
      'partitions',
      'disk',
      'clock',
      'network',
      'settings',
      'jobs',
    ]),
  );
});

test.each([
  ['an old server', { server: { ...good.server, versionNumber: 140_010 } }, 'fail database'],
  ['another encoding', { server: { ...good.server, encoding: 'SQL_ASCII' } }, 'fail database'],
  ['a replica', { server: { ...good.server, isReplica: true } }, 'fail database'],
  ['a slow way to it', { answerMs: 300 }, 'warn database'],
  ['few connections left', { server: { ...good.server, used: 45 } }, 'warn database'],
  ['no right to make tables', { server: { ...good.server, mayCreate: false } }, 'fail permissions'],
  ['a newer schema', { server: { ...good.server, migrations: ['0001', '0002', '0003'] } }, 'fail schema'],
  ['an older schema', { server: { ...good.server, migrations: ['0001'] } }, 'warn schema'],
  ['one month ahead', { monthsAhead: 1 }, 'warn partitions'],
  ['no month ahead', { monthsAhead: 0 }, 'fail partitions'],
  ['a full disk', { disk: { path: '/', freeBytes: 5e8, totalBytes: 1e12 } }, 'fail disk'],
  ['a folder of somebody else', { isDataWritable: false }, 'fail disk'],
  ['a clock that is off', { skewMs: -45_000 }, 'fail clock'],
  ['a clock that is a little off', { skewMs: 3_000 }, 'warn clock'],
  ['no DNS', { hosts: [lost] }, 'fail network'],
  ['one name gone', { hosts: [...good.hosts, lost] }, 'warn network'],
  ['a name that leads inside', { hosts: [...good.hosts, inner] }, 'warn network'],
  ['no job process', { lastSampleAt: new Date(now.getTime() - 3_600_000) }, 'fail jobs'],
  ['no sources', { sources: 0 }, 'warn jobs'],
  ['no address for readers', { config: { ...good.config, publicUrl: 'http://127.0.0.1:8080' } }, 'warn settings'],
  ['nobody to tell', { config: { ...good.config, alerts: { ...good.config.alerts, smtpUrl: null } } }, 'warn settings'],
] satisfies [string, Partial<Facts>, string][])('%s is found, with what to do', (_name, fields, expected) => {
  const found = diagnose({ ...good, ...fields }).filter((finding) => finding.state !== 'ok');

  expect(found.map((finding) => `${finding.state} ${finding.area}`)).toEqual([expected]);
  expect(found[0]?.remedy).toMatch(/\w{3}/);
});

test('the facts come from the database itself', async () => {
  const db = await freshDatabase();
  await seedPublisher(db, { slug: 'bao-kiem-tra' });
  const server = await readServer(db);

  expect(server).toMatchObject({ encoding: 'UTF8', mayCreate: true, mayTemporary: true, isReplica: false });
  expect(Math.abs(server.now.getTime() - Date.now())).toBeLessThan(60_000);
  expect(server.migrations).toContain('0019-watch');
  expect(await listSourceHosts(db, 5)).toEqual(['bao-kiem-tra.example']);
  expect(await lastSampleAt(db)).toBeNull();
});

test('a name is looked up and judged by the guard, and nothing is called', async () => {
  expect(await resolveHost('localhost', createGuard())).toMatchObject({
    closed: expect.arrayContaining(['127.0.0.1']),
  });
  expect(await resolveHost('localhost', createGuard({ allowNetworks: ['127.0.0.0/8', '::1/128'] }))).toMatchObject({
    closed: [],
  });
  expect(await resolveHost('khong-co.invalid', createGuard())).toMatchObject({
    addresses: [],
    reason: expect.stringMatching(/^E/),
  });
});
