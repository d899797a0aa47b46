// The feed world as a process beside a bench: its feeds, and their publishers and sources as rows.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'undici';
import { parseOpml } from '../src/source/opml.ts';
import { publisherOf } from '../src/source/register.ts';
import type { Db } from '../src/store/db.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';

/** A running feed world; `ask` speaks to its controls (`tick?n=1&k=2`, `opml`). */
export type FeedWorld = { ask: (path: string) => Promise<Buffer>; stop: () => void };

/** Starts the world of `script` on loopback. Ends with this process at the latest. */
export async function startFeedWorld(options: {
  script: string;
  feeds: string;
  items: string;
  port: string;
  more?: string[];
}): Promise<FeedWorld> {
  const { script, feeds, items, port, more = [] } = options;
  if (!existsSync(script)) throw new Error(`the feed world is not at ${script}: give its path with --world`);
  const given = [script, '--feeds', feeds, '--items', items, '--port', port, ...more];
  const child: ChildProcess = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the feed world ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), ended]);
  child.stdout?.resume();
  const ask = async (path: string) => {
    const { body } = await request(`http://127.0.0.1:${port}/_ctl/${path}`);
    return Buffer.from(await body.arrayBuffer());
  };
  return { ask, stop: () => child.kill() };
}

/** Adds feeds of the world, all or those from `from` to `to` (not included), as sources of publishers with full rights; returns how many. */
export async function addFeedWorld(db: Db, world: FeedWorld, from = 0, to?: number): Promise<number> {
  let count = 0;
  const { subscriptions } = parseOpml(new Uint8Array(await world.ask('opml')));
  for (const row of subscriptions.slice(from, to)) {
    if (row.xmlUrl === null) continue;
    const found = publisherOf({ feedUrl: row.xmlUrl, siteUrl: row.htmlUrl, name: row.title });
    const rights = { show: 'full' as const, excerptChars: 300, images: true };
    const publisher = await ensurePublisher(db, { ...found, rights });
    await addSource(db, { publisherId: publisher.id, url: row.xmlUrl, title: row.title, section: null });
    count += 1;
  }
  return count;
}
