// `node bench/ask-each.ts` + a Round by message → how long a reader waits for each address, one after the other. A process of its own: what the client
// does is not counted to the program that answers, and the program's work behind an answer is not the client's wait.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { answerErrands } from './errand.ts';

/** Addresses to ask for in order, and how many milliseconds lie between an answer and the next question. */
export type Round = { urls: string[]; pauseMs: number };

/** Milliseconds from question to the last byte, in the order of the addresses. */
export type Waits = { ms: number[] };

async function waitFor(url: string): Promise<number> {
  const startedAt = performance.now();
  const { statusCode, body } = await request(url, { headers: { 'accept-encoding': 'gzip' } });
  await body.dump({ limit: Number.MAX_SAFE_INTEGER });
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
  return performance.now() - startedAt;
}

async function run({ urls, pauseMs }: Round): Promise<Waits> {
  const ms: number[] = [];
  for (const url of urls) {
    ms.push(await waitFor(url));
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return { ms };
}

answerErrands(run);
