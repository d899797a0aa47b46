// A database and the machine → how the river stands, in figures and in judgement. EFFECT.
import { statfs } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { type Figures, listWatched, readFigures } from '../store/health.ts';
import { judge, type Verdict } from './judge.ts';

/** What the look needs of the tray. `dataDir` and `databaseUrl` tell whether the database lies on this machine's disk. */
export type LookContext = Pick<Context, 'db' | 'now'> & {
  config: Partial<Pick<Context['config'], 'databaseUrl' | 'dataDir' | 'alerts'>>;
};

/** How the river stands at this moment. */
export type Standing = { figures: Figures; verdict: Verdict };

const mostSources = 20_000;
const usualSilence = 30;

/** Gathers and judges; writes nothing. Reads what `readFigures` and `listWatched` say, and the disk of an embedded database. */
export async function lookAround(ctx: LookContext): Promise<Standing> {
  const startedAt = ctx.now().getTime();
  const figures = await readFigures(ctx.db);
  // Half of the way there and back is taken for the moment at which the database looked at its clock.
  const skewMs = (startedAt + ctx.now().getTime()) / 2 - figures.at.getTime();
  const sources = await listWatched(ctx.db, mostSources);
  const { databaseUrl, dataDir, alerts } = ctx.config;
  const silenceMinutes = alerts?.silenceMinutes ?? usualSilence;
  const disk = databaseUrl === null && dataDir !== undefined ? await freeDisk(dataDir) : null;
  return { figures, verdict: judge({ figures, sources, silenceMinutes, skewMs, disk }) };
}

async function freeDisk(path: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
  try {
    const disk = await statfs(path);
    return { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
  } catch {
    return null;
  }
}
