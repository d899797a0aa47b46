// `tin status`: how the river stands, for people without a browser.
import { parseArgs } from 'node:util';
import { countDocuments } from '../store/document.ts';
import { countWaitingEntries } from '../store/cluster.ts';
import { newestStory } from '../store/story.ts';
import { sourceHealth, stateWords, withCommand, worstFirst } from '../source/health.ts';
import { listRemovals } from '../store/removal.ts';
import { countSources, secondsToNextSource } from '../store/source.ts';
import { listSourceHealth } from '../store/source-health.ts';
import { readTrial } from '../store/sample.ts';
import type { Io } from './io.ts';
import { hubLines, readHubStatus } from './status-hub.ts';
import { withContext } from './with-context.ts';

export const help = 'tin status [--json]   sources, queues, newest story, problems';

/** Prints the state; exit code 1 when more than half of the sources fail. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  return withContext(async ({ db, config, now }) => {
    const [sources, all, next, waiting, documents, newest, trial, removals, hub] = await Promise.all([
      countSources(db),
      listSourceHealth(db, 10_000),
      secondsToNextSource(db),
      countWaitingEntries(db),
      countDocuments(db),
      newestStory(db),
      readTrial(db),
      listRemovals(db, 100),
      readHubStatus(db),
    ]);
    const judged = all.map((row) => ({ ...row, health: sourceHealth(row, now()) }));
    const states = worstFirst
      .map((state) => ({ state, sources: judged.filter((row) => row.health.state === state).length }))
      .filter((one) => one.sources > 0);
    const failing = judged
      .filter((row) => row.health.state !== 'ok' && row.health.state !== 'quiet')
      .sort((a, b) => worstFirst.indexOf(a.health.state) - worstFirst.indexOf(b.health.state))
      .slice(0, 10);
    if (values.json)
      io.stdout.write(
        `${JSON.stringify({ sources, nextInSeconds: next, waiting, documents, newest, trial, states, removals: removals.length, hub, failing }, null, 2)}\n`,
      );
    else {
      const lines = [
        `Nguồn: ${sources.all} (${sources.due} đến hạn, ${sources.claimed} đang đọc, ${sources.failing} lỗi); lần đọc tới sau ${next === null ? '–' : `${Math.round(next)} s`}`,
        `Chờ ghép tin: ${waiting}. Bản tin: ${documents.all} (${documents.due} chờ dựng, ${documents.broken} hỏng)`,
        newest ? `Tin mới nhất: ${newest.title} (${newest.listedAt.toISOString()})` : 'Chưa có tin nào.',
        ...(trial?.state === 'on' ? ['Toà soạn thử đang mở: mọi tin đều là mẫu. Tắt: tin trial off'] : []),
        `Sức khoẻ nguồn: ${states.map((one) => `${one.sources} ${stateWords[one.state].vi}`).join(', ') || '–'}`,
        ...failing.map((row) => `${stateWords[row.health.state].vi}: ${row.url}: ${withCommand(row.health)}`),
        ...(removals.length > 0 ? [`${removals.length} bài đã bị gỡ ở báo, chờ biên tập: tin removals list`] : []),
        ...hubLines(hub),
        `Trang: ${config.publicUrl}/`,
      ];
      io.stdout.write(`${lines.join('\n')}\n`);
    }
    return sources.all > 0 && sources.failing * 2 > sources.all ? 1 : 0;
  });
}
