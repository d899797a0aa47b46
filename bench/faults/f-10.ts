// F-10: the disk under PostgreSQL fills, first under its data, then under its log of changes; reading goes on, and writing again by itself.
import { cpSync, lchownSync, mkdirSync, rmSync, statSync, symlinkSync, writeSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, troubles } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { system, whyNotIsolated } from './kit/isolation.ts';
import { breaches, compare, hurry, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';

// Fills a file system to the last byte.
function fillUp(file: string): void {
  const fd = openSync(file, 'w');
  for (let size = 1 << 20; size >= 4_096; size >>= 1)
    try {
      for (;;) writeSync(fd, Buffer.alloc(size));
    } catch {
      // No space for so much: try half.
    }
  closeSync(fd);
}

async function run(room: Room) {
  const seconds = room.size === 'full' ? 180 : 45;
  const disk = join(room.folder, 'disk');
  const wal = join(room.folder, 'wal');
  for (const [folder, size] of [
    [disk, '400m'],
    [wal, '160m'],
  ] as const) {
    mkdirSync(folder);
    system('mount', '-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', folder);
    room.after(() => system('umount', folder));
  }
  const settings = { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '32MB', checkpoint_timeout: '30s' };
  const cluster = await openCluster(room, { port: room.port, folder: disk, settings });
  // The log of changes lies on a disk of its own.
  await cluster.stop();
  const own = join(cluster.data, 'pg_wal');
  const { uid, gid } = statSync(cluster.data);
  cpSync(own, join(wal, 'pg_wal'), { recursive: true, preserveTimestamps: true });
  system('chown', '-R', `${uid}:${gid}`, join(wal, 'pg_wal'));
  system('chmod', '700', join(wal, 'pg_wal'));
  rmSync(own, { recursive: true });
  symlinkSync(join(wal, 'pg_wal'), own);
  lchownSync(own, uid, gid);
  await cluster.start();
  const papers = await openPapers(room, { sources: 20, start: 10, behaviour: { rate: 0.5, window: 1_500 } });
  await prepare(room, cluster, papers.feeds);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  hurry(room, cluster, 1_000);
  const warm = ['/feeds/tin-moi.rss', '/', '/feeds'];
  for (const path of warm) await until(`a warm ${path}`, 60_000, async () => (await fetch(site + path)).status === 200);
  const measured: Record<string, unknown> = {};
  const conditions: Record<string, boolean> = {};
  for (const [name, folder] of [
    ['data', disk],
    ['log of changes', wal],
  ] as const) {
    const ballast = join(folder, 'ballast');
    fillUp(ballast);
    const from = app.lines().length;
    const wanted = Math.max(seconds, 30);
    const endAt = performance.now() + wanted * 1_000;
    let reads = 0;
    let served = 0;
    while (performance.now() < endAt) {
      for (const path of warm) {
        reads += 1;
        const answer = await fetch(site + path, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
        if (answer?.status === 200) served += 1;
      }
      await pause(500);
    }
    const lines = troubles(app.lines().slice(from));
    const full = lines.filter((line) => line['code'] === 'store.disk_full').length;
    rmSync(ballast);
    // A server that could not write its log of changes ends itself; whoever watches over it starts it again.
    const isGone = await cluster.query('select 1').then(
      () => false,
      () => true,
    );
    if (isGone) await cluster.start().catch((error: unknown) => room.say(String(error)));
    const startedAt = performance.now();
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await until(
      'a new article after the disk was freed',
      60_000,
      async () => (await cluster.number(`select count(*) from poll where id > ${last} and outcome = 'new'`)) > 0,
    ).catch(() => undefined);
    const resumed = (performance.now() - startedAt) / 1_000;
    const minutes = Math.ceil(wanted / 60);
    measured[name] = {
      seconds: wanted,
      lines: lines.length,
      aboutTheDisk: full,
      others: [...new Set(lines.map((line) => `${String(line['code'] ?? '')} ${String(line['msg'])}`))].slice(0, 6),
      reads,
      served,
      serverEnded: isGone,
      resumedAfter: resumed,
    };
    conditions[`${name}: the program lives`] = app.exit() === null;
    conditions[`${name}: reading goes on`] = served / reads >= 0.99;
    conditions[`${name}: it was full`] = full > 0 || isGone || lines.some((line) => line['code'] === 'store.away');
    conditions[`${name}: a line a minute and not one for each item`] = lines.length <= minutes * 4;
    conditions[`${name}: reads papers again by itself within 60 s`] = resumed < 60;
    room.say(
      `${name}: ${lines.length} lines, ${full} about the disk, ${served} of ${reads} reads, resumed after ${resumed.toFixed(1)} s${isGone ? ' (the server had ended)' : ''}`,
    );
  }
  await papers.set({ isFrozen: true });
  await settle(cluster, papers, 90);
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources']);
  return judge(
    { ...measured, ...found, breaches: broken },
    {
      ...conditions,
      'nothing lost or doubled': found.lost === 0 && found.duplicated === 0,
      'no invariant broken': Object.keys(broken).length === 0,
    },
  );
}

/** See docs/reliability.md. */
export const f10: Experiment = {
  id: 'F-10',
  title: 'the disk under PostgreSQL is full: data, then log of changes',
  pass: 'no crash loop, one clear line a minute, reading goes on, ingest resumes by itself, lost = 0, duplicated = 0',
  seeds: 1,
  isIsolated: true,
  skip: whyNotIsolated,
  run,
};
