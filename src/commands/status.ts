// `tin status`: how the river stands, for people without a browser.
import { parseArgs } from 'node:util';
import { countDocuments } from '../store/document.ts';
import { countWaitingEntries } from '../store/cluster.ts';
import { newestStory } from '../store/story.ts';
import { countSources, listSources, secondsToNextSource } from '../store/source.ts';
import { readTrial } from '../store/sample.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = 'tin status [--json]   sources, queues, newest story, problems';

/** Prints the state; exit code 1 when more than half of the sources fail. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  return withContext(async ({ db, config }) => {
    const [sources, sick, next, waiting, documents, newest, trial] = await Promise.all([
      countSources(db),
      listSources(db, 10),
      secondsToNextSource(db),
      countWaitingEntries(db),
      countDocuments(db),
      newestStory(db),
      readTrial(db),
    ]);
    const failing = sick.filter((row) => row.failures > 0);
    if (values.json)
      io.stdout.write(
        `${JSON.stringify({ sources, nextInSeconds: next, waiting, documents, newest, trial, failing }, null, 2)}\n`,
      );
    else {
      const lines = [
        `Nguồn: ${sources.all} (${sources.due} đến hạn, ${sources.claimed} đang đọc, ${sources.failing} lỗi); lần đọc tới sau ${next === null ? '–' : `${Math.round(next)} s`}`,
        `Chờ ghép tin: ${waiting}. Bản tin: ${documents.all} (${documents.due} chờ dựng, ${documents.broken} hỏng)`,
        newest ? `Tin mới nhất: ${newest.title} (${newest.listedAt.toISOString()})` : 'Chưa có tin nào.',
        ...(trial?.state === 'on' ? ['Toà soạn thử đang mở: mọi tin đều là mẫu. Tắt: tin trial off'] : []),
        ...failing.map((row) => `Lỗi ×${row.failures}: ${row.url}: ${row.lastError ?? ''}`),
        `Trang: ${config.publicUrl}/`,
      ];
      io.stdout.write(`${lines.join('\n')}\n`);
    }
    return sources.all > 0 && sources.failing * 2 > sources.all ? 1 : 0;
  });
}
