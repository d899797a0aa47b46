// Notices of what was taken back → gone from this process's memory within about a second.
import type { Db } from '../store/db.ts';
import { lastPurge, purgesAfter } from '../store/purge.ts';
import type { WebContext } from './feeds.ts';
import type { Rendition } from './rendition.ts';
import type { Shelf } from './shelf.ts';

const everyMs = 1_000;
// Numbers of notices may become visible out of order: those of transactions that were slow to end are looked for again.
const overlap = 100;

// A document names a story by its uid, a page by its address.
function isAbout(story: { id: number; uid: string }): (rendition: Rendition) => boolean {
  const names = [
    `urn:uuid:${story.uid.toLowerCase()}`,
    ...['-', '"', '/', '<', '?'].map((end) => `/tin/${story.id}${end}`),
  ];
  return (rendition) => names.some((name) => rendition.parts.body.includes(name));
}

/**
 * Follows the notices of `store/purge` once a second until `stop` is called, on the server that answers reads: what is loaded after a notice
 * was seen there is newer than what was taken back. While the database is away nothing can be taken back; what
 * was before is caught up with afterwards. Reads purge.
 */
export function followPurges(ctx: Pick<WebContext, 'log'>, current: () => Db, shelf: Shelf): { stop: () => void } {
  let seen: number | null = null;
  let done = new Set<number>();
  let isAsking = false;

  async function ask(): Promise<void> {
    if (seen === null) {
      // What came before the first look may stand in what was loaded meanwhile.
      seen = await lastPurge(current());
      shelf.purge((rendition) => rendition.parts.isCompressible !== false);
    }
    for (const purge of await purgesAfter(current(), Math.max(0, seen - overlap))) {
      if (done.has(purge.id)) continue;
      const forgotten = shelf.purge(purge.story === null ? () => true : isAbout(purge.story));
      done.add(purge.id);
      seen = Math.max(seen, purge.id);
      if (forgotten > 0) ctx.log.info({ story: purge.story?.id ?? 'all', forgotten }, 'web.purged');
    }
    const least = seen - overlap * 2;
    if (done.size > overlap * 4) done = new Set([...done].filter((id) => id > least));
  }

  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
