// What an operator is handed: compose file, image, unit and proxy example are readable and agree with the program.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../src/config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const known = new Set([...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map((match) => match[1]));

const { tasks } = (await import(new URL('../scripts/tasks.mjs', import.meta.url).href)) as {
  tasks: Record<string, { flags?: string[]; steps: string[][] }>;
};

type Service = {
  image?: string;
  environment: Record<string, string>;
  read_only?: boolean;
  cap_drop?: string[];
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  stop_grace_period?: string;
};
const compose = parse(read('compose.yaml'), { merge: true, strict: true }) as { services: Record<string, Service> };

test('compose starts PostgreSQL 18, the site and the timetable, without rights they do not need', () => {
  const { postgres, web, jobs, ...others } = compose.services;

  expect(others).toEqual({});
  expect(postgres?.image).toBe('postgres:18');
  expect([web?.environment['ROLE'], jobs?.environment['ROLE']]).toEqual(['web', 'jobs']);
  for (const service of [web, jobs])
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      depends_on: { postgres: { condition: 'service_healthy' } },
      stop_grace_period: '20s',
    });
  expect([postgres?.ports, jobs?.ports]).toEqual([undefined, undefined]);
  expect(web?.ports?.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
});

test('every setting that compose hands over is one of the program, and its defaults are taken', () => {
  for (const service of [compose.services['web'], compose.services['jobs']]) {
    const given = Object.entries(service?.environment ?? {}).filter(([name]) => name !== 'HEALTH_PORT');
    for (const [name] of given) expect(known, name).toContain(name);
    const filled = given.map(([name, value]) => [
      name,
      value
        .replace(/\$\{POSTGRES_PASSWORD[^}]*\}/, 'mat-khau')
        .replace(/\$\{PUBLIC_URL[^}]*\}/, 'https://tin.example.vn')
        .replace(/\$\{[A-Z_]+:-([^}]*)\}/, '$1'),
    ]);
    const config = loadConfig(Object.fromEntries(filled));
    expect(config).toMatchObject({
      databaseUrl: 'postgres://tin:mat-khau@postgres:5432/tin',
      drainMs: 5_000,
      keepMonths: null,
    });
  }
});

test('the image holds what the program reads, runs as somebody else than root, and starts what npm start does', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const copied = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
  const ignored = new Set(
    read('.dockerignore')
      .split('\n')
      .filter((line) => line !== ''),
  );

  for (const path of copied) {
    expect(existsSync(`${root}${path}`), path).toBe(true);
    expect(ignored, path).not.toContain(path);
  }
  expect(copied).toEqual(
    expect.arrayContaining(['bin', 'jobs', 'migrations', 'sources', 'src', 'package.json', 'package-lock.json']),
  );
  const last = lines.filter((line) => line.startsWith('USER'));
  expect(last).toEqual(['USER node']);
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]') as string[];
  expect(command).toEqual(['node', ...(tasks['start']?.flags ?? []), ...(tasks['start']?.steps.flat() ?? [])]);
  expect(lines.filter((line) => line.startsWith('FROM')).every((line) => /node:26-[a-z-]+/.test(line))).toBe(true);
});

test.skipIf(!existsSync('/usr/bin/systemd-analyze'))('systemd finds nothing wrong with the unit', () => {
  const done = spawnSync('systemd-analyze', ['verify', `${root}deploy/tin-tinh.service`], { encoding: 'utf8' });
  // A machine without npm in /usr/bin or without this user says so; neither is the unit's fault.
  const said = `${done.stdout}${done.stderr}`
    .split('\n')
    .filter(
      (line) => line.includes('tin-tinh.service') && !/npm is not executable|Failed to (?:resolve|create)/.test(line),
    );
  expect(said).toEqual([]);
});

test('the unit restarts the program, gives it time to end, and keeps its data in one folder', () => {
  const unit = read('deploy/tin-tinh.service');
  for (const line of [
    'Restart=always',
    'TimeoutStopSec=30',
    'StateDirectory=tin-tinh',
    'ProtectSystem=strict',
    'User=tin-tinh',
  ])
    expect(unit.split('\n')).toContain(line);
  expect(unit).toContain('DATA_DIR=/var/lib/tin-tinh');
});

test('the proxy example closes what it opens and keeps nothing that is for one person', () => {
  const text = read('deploy/nginx.conf').replace(/#.*$/gm, '');
  let depth = 0;
  for (const sign of text.match(/(?<!\$)[{}]/g) ?? []) {
    depth += sign === '{' ? 1 : -1;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
  for (const line of text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== ''))
    expect(line).toMatch(/[;{}]$/);
  const pattern = new RegExp(/location ~ (\S+) \{/.exec(text)?.[1] ?? '^$');
  for (const path of ['/quan-tri', '/quan-tri/suc-khoe', '/api/v1/stories', '/k/abc/x.rss', '/hub', '/metrics'])
    expect(path).toMatch(pattern);
  for (const path of ['/', '/feeds/tin-moi.rss', '/tin/1-k', '/kinh-te']) expect(path).not.toMatch(pattern);
});
