// A number of articles → as many articles of the feed world's generator, the same ones each time.
import { spawn } from 'node:child_process';
import { readFeed } from '../src/source/kinds/index.ts';
import { plainText } from '../src/text/markup.ts';

export type WorldArticle = { title: string; lead: string; body: string; at: Date | null };

const itemsPerFeed = 50;
const port = 18_655;

/**
 * Starts the feed world beside the project on 127.0.0.1, reads its feeds one by one, stops it. `epoch` is the clock of its
 * newest articles. Throws when the world does not come up.
 */
export async function* worldArticles(count: number, epoch: Date): AsyncGenerator<WorldArticle> {
  const feeds = Math.ceil(count / itemsPerFeed);
  const options = {
    port,
    perhost: 0,
    feeds,
    items: itemsPerFeed,
    dup: 0,
    rss: 1,
    atom: 0,
    gzip: 0,
    prewarm: 0,
    cachemb: 1,
    epoch: epoch.getTime() / 1000,
  };
  const world = spawn(
    process.execPath,
    ['../shared/world/world.mjs', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      world.stdout.once('data', () => resolve());
      world.once('error', reject);
      world.once('exit', (code) => reject(new Error(`the feed world ended with ${code}`)));
    });
    let sent = 0;
    for (let feed = 0; feed < feeds; feed++) {
      const response = await fetch(`http://127.0.0.1:${port}/rss/${feed}.xml`);
      const { items } = readFeed(new Uint8Array(await response.arrayBuffer()), { now: epoch });
      for (const item of items) {
        if (sent++ >= count) return;
        yield {
          title: item.title ?? '',
          lead: plainText(item.summaryHtml ?? ''),
          body: plainText(item.contentHtml ?? ''),
          at: item.publishedAt,
        };
      }
    }
  } finally {
    world.kill();
  }
}
