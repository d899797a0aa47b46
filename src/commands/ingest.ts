// `tin ingest`: the whole river once, from due sources to documents.
import { parseArgs } from 'node:util';
import { keepEditions } from '../edition/keep.ts';
import { publishDue } from '../edition/publish.ts';
import { ConfigError } from '../errors.ts';
import { ingestDue } from '../source/ingest.ts';
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
    await clusterDue(ctx);
    const published = await publishDue(ctx);
    io.stdout.write(
      `Đã đọc ${count.polls} nguồn (${count.failed} lỗi): ${count.items} mục, ${count.created} tin mới, ${count.changed} tin sửa. ` +
        `Đã xuất bản ${published.rendered} bản tin${published.failed > 0 ? `, ${published.failed} hỏng` : ''}.\n`,
    );
    return count.polls > 0 && count.failed === count.polls ? 1 : 0;
  });
}
