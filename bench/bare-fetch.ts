// Addresses on standard input (JSON) → what the machine can do at best: the same bytes fetched and unpacked and nothing else, as JSON. A process of its own:
// what it leaves in memory shall not count as the app's.
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { ownCpuSeconds } from './ingest-cpu.ts';

/** Seconds by the clock and of processor. */
export type BareFetch = { wallSeconds: number; cpu: number };

const queue = JSON.parse(await text(process.stdin)) as string[];
const agent = new Agent({ connections: 2 });
const cpu = ownCpuSeconds();
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      const answer = await request(url, { dispatcher: agent, headers: { 'accept-encoding': 'gzip' } });
      gunzipSync(Buffer.from(await answer.body.arrayBuffer()));
    }
  }),
);
const fetched: BareFetch = { wallSeconds: (performance.now() - startedAt) / 1_000, cpu: ownCpuSeconds() - cpu };
await agent.close();
process.stdout.write(JSON.stringify(fetched));
