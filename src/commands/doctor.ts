// `tin doctor`: looks at everything a deployment rests on, and says what to do about what is wrong. Changes nothing, calls nobody outside.
import { access, constants, statfs } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { migrations } from '../../migrations/index.ts';
import { version } from '../config.ts';
import { TinError } from '../errors.ts';
import { createGuard } from '../net/guard.ts';
import { resolveHost } from '../net/resolve.ts';
import type { Opened } from '../open.ts';
import { readFigures } from '../store/health.ts';
import { lastSampleAt, listSourceHosts, readServer } from '../store/server-facts.ts';
import { diagnose, type Facts, type Finding } from './doctor-judge.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = `tin doctor [--json]   checks database, schema, partitions, permissions, disk, clock, network, settings, and whether jobs work
Exit code 0: nothing fails (warnings may stand); 1: something does. Changes nothing and calls nobody but PostgreSQL and the name server.`;

const mostHosts = 5;
const signs = { ok: '✓', warn: '!', fail: '✗' } as const;

/** Prints findings, the failed ones with their remedies; exit code 1 when one fails. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const findings = await withContext(async (_context, opened) => diagnose(await gather(opened)), {
    shouldMigrate: false,
  }).catch(explain);
  if (values.json) io.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const finding of findings) io.stdout.write(line(finding));
  return findings.some((finding) => finding.state === 'fail') ? 1 : 0;
}

// What keeps the database from being asked at all is the finding.
function explain(error: unknown): Finding[] {
  if (!(error instanceof TinError) && !(error instanceof Error && 'code' in error)) throw error;
  const area = error instanceof TinError && error.code.startsWith('config') ? 'settings' : 'database';
  const remedy = error instanceof TinError ? error.remedy : undefined;
  const fallback = 'check DATABASE_URL (host, port, user, password, name) and that the server runs';
  return [
    {
      area,
      state: 'fail',
      said: error.message || String('code' in error ? error.code : ''),
      remedy: remedy ?? fallback,
    },
  ];
}

const line = ({ area, state, said, remedy }: Finding) =>
  `${signs[state]} ${area}: ${said}\n${remedy === undefined || state === 'ok' ? '' : `    → ${remedy}\n`}`;

async function gather({ context }: Opened): Promise<Facts> {
  const { config, db, now } = context;
  const startedAt = performance.now();
  const before = now().getTime();
  const server = await readServer(db);
  const skewMs = (before + now().getTime()) / 2 - server.now.getTime();
  const answerMs = performance.now() - startedAt;
  const isCurrent = server.migrations?.includes('0019-watch') === true;
  const figures = isCurrent ? await readFigures(db) : null;
  const guard = createGuard({ allowNetworks: config.allowPrivateNetworks });
  const names = server.migrations === null ? [] : await listSourceHosts(db, mostHosts);
  const isOurs = config.databaseUrl === null;
  return {
    config,
    runtime: `Tin Tỉnh ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    server,
    answerMs,
    skewMs,
    migrations: migrations.map((step) => step.name),
    monthsAhead: figures?.monthsAhead ?? null,
    disk: isOurs ? await room(config.dataDir) : null,
    isDataWritable:
      !isOurs ||
      (await access(config.dataDir, constants.W_OK).then(
        () => true,
        () => false,
      )),
    hosts: await Promise.all(names.map((name) => resolveHost(name, guard))),
    lastSampleAt: isCurrent ? await lastSampleAt(db) : null,
    sources: figures?.sources.all ?? 0,
    now: now(),
  };
}

async function room(path: string): Promise<Facts['disk']> {
  const disk = await statfs(path);
  return { path, freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
}
