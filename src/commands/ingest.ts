// `tin ingest`: the whole river once, from due sources to documents.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Context } from '../context.ts';
import { keepEditions } from '../edition/keep.ts';
import { publishDue } from '../edition/publish.ts';
import { ConfigError } from '../errors.ts';
import { type ArticleCount, readArticlesDue } from '../source/article.ts';
import { ingestDue } from '../source/ingest.ts';
import { countPages, secondsToNextPage } from '../store/article.ts';
import { ensurePartitions } from '../store/partition.ts';
import { readTrial } from '../store/sample.ts';
import { countSources, makeSourcesDue } from '../store/source.ts';
import { clusterDue } from '../story/cluster.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { withContext } from './with-context.ts';

export const help =
  'tin ingest --once [--all] [--concurrency N]   read every due source once (--all: every source), cluster and publish';

/** Runs the stages one after the other and prints what they did; exit code 1 when every poll failed. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { once: { type: 'boolean' }, all: { type: 'boolean' }, concurrency: { type: 'string', default: '16' } },
  });
  if (!values.once)
    throw new ConfigError('cli.ingest', 'tin ingest runs once and ends', {
      remedy: 'write `tin ingest --once`; `npm start` goes on for ever',
    });
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 256)
    throw new ConfigError('cli.ingest', `--concurrency ${values.concurrency} is not a number from 1 to 256`);
  return withContext(async (ctx, opened) => {
    const trial = await readTrial(ctx.db);
    if (trial?.state === 'on') opened.ownAuthorities.add(`127.0.0.1:${trial.port}`);
    await ensurePartitions(ctx.db);
    await keepEditions(ctx);
    if (values.all) await makeSourcesDue(ctx.db);
    const { due } = await countSources(ctx.db);
    const bar = startProgress(io, 'Đọc nguồn');
    const count = await ingestDue(ctx, {
      concurrency,
      isPatient: true,
      onPoll: (now) => bar.set(now.polls, Math.max(due, now.polls), `${now.created} tin mới, ${now.failed} lỗi`),
    });
    bar.stop();
    const pages = await readPages(ctx, io);
    await clusterDue(ctx);
    const published = await publishDue(ctx);
    io.stdout.write(
      `Đã đọc ${count.polls} nguồn (${count.failed} lỗi): ${count.items} mục, ${count.created} tin mới, ${count.changed} tin sửa. ` +
        (pages.read > 0 ? `Đã đọc ${pages.read} trang bài. ` : '') +
        `Đã xuất bản ${published.rendered} bản tin${published.failed > 0 ? `, ${published.failed} hỏng` : ''}.\n`,
    );
    return count.polls > 0 && count.failed === count.polls ? 1 : 0;
  });
}

// Pages wait for their host some seconds at a time; a person who asked for everything waits with them, up to ten minutes.
async function readPages(ctx: Context, io: Io): Promise<ArticleCount> {
  const total: ArticleCount = { read: 0, stored: 0, left: 0 };
  const { waiting } = await countPages(ctx.db);
  if (waiting === 0) return total;
  const bar = startProgress(io, 'Đọc trang bài');
  const endAt = performance.now() + 600_000;
  for (;;) {
    const done = await readArticlesDue(ctx);
    for (const name of ['read', 'stored', 'left'] as const) total[name] += done[name];
    bar.set(total.read + total.left, waiting);
    const seconds = await secondsToNextPage(ctx.db);
    // What waits longer than this failed, and is tried again by the running house.
    if (seconds === null || seconds > 30 || performance.now() > endAt || ctx.signal.aborted) break;
    await pause(Math.max(200, seconds * 1_000), undefined, { signal: ctx.signal }).catch(() => undefined);
  }
  bar.stop();
  return total;
}
