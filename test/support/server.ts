// The start of a test run → a PostgreSQL to make databases in: TEST_DATABASE_URL, or an embedded one kept for the next run.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createLog } from '../../src/log.ts';
import { type Embedded, startEmbedded } from '../../src/store/embedded.ts';
import { dropDeadDatabases, prepareTemplate } from './template.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a server on which this user may create databases. */
    serverUrl: string;
    /** Name of the migrated database that every fresh one is cloned from. */
    template: string;
  }
}

/** Vitest's global set-up: runs once before all files; the function it returns runs once after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const embedded = given ? null : await startTestServer();
  const serverUrl = given ?? embedded?.url ?? '';
  const admin = new pg.Client({ connectionString: serverUrl, application_name: 'tin-tinh test set-up' });
  await admin.connect();
  try {
    await dropDeadDatabases(admin);
    project.provide('serverUrl', serverUrl);
    project.provide('template', await prepareTemplate(admin, serverUrl));
  } finally {
    await admin.end();
  }
  return async () => await embedded?.stop();
}

// Kept between runs, one per checkout and user: making a cluster costs a second, and nothing in it is worth its syncs.
async function startTestServer(): Promise<Embedded> {
  const checkout = createHash('sha256')
    .update(fileURLToPath(import.meta.url))
    .digest('hex')
    .slice(0, 8);
  const dataDir = join(tmpdir(), `tin-tinh-test-${process.getuid?.() ?? 0}-${checkout}`);
  const log = createLog({ level: 'error', isTerminal: process.stdout.isTTY });
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
  try {
    return await startEmbedded({ dataDir, log, settings });
  } catch {
    // Without syncs a crash of the machine may have broken it; it holds nothing but leftovers.
    rmSync(dataDir, { recursive: true, force: true });
    return await startEmbedded({ dataDir, log, settings });
  }
}
