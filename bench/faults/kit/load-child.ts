// Readers in a process of their own: so many requests a second, or so many connections that ask again when they are answered.
import { Agent, request } from 'node:http';
import { serve } from './child.ts';

/** What readers ask for. In `path`, {n} is another number each time and {m} one of twenty. `weight` is the share among all; `isConditional` repeats the last ETag. */
export type Wanted = { path: string; kind: string; weight: number; isConditional?: boolean };

/** Either `perSecond` (requests begin at their time, whatever became of those before) or `connections` without pause between two. */
export type Readers = { url: string; wanted: Wanted[]; perSecond?: number; connections?: number; pauseMs?: number };

/** Of one kind of request: answers by status, those with Age, failures by name, times in milliseconds. */
export type Tally = {
  statuses: Record<string, number>;
  aged: number;
  withoutRetry: number;
  failures: Record<string, number>;
  times: number[];
};

const agent = new Agent({ keepAlive: true, maxSockets: 4_000 });
const tallies = new Map<string, Tally>();
const etags = new Map<string, string>();
let isOn = false;
let running: Promise<void>[] = [];

function tallyOf(kind: string): Tally {
  const known = tallies.get(kind) ?? { statuses: {}, aged: 0, withoutRetry: 0, failures: {}, times: [] };
  tallies.set(kind, known);
  return known;
}

function ask(url: string, wanted: Wanted, count: number, by: Agent = agent): Promise<void> {
  const path = wanted.path.replaceAll('{n}', String(count)).replaceAll('{m}', String(count % 20));
  const etag = wanted.isConditional === true ? etags.get(path) : undefined;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const { failures } = tallyOf(wanted.kind);
      failures[error.code ?? error.message] = (failures[error.code ?? error.message] ?? 0) + 1;
      resolve();
    };
    const headers = { 'accept-encoding': 'gzip', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
    const sent = request(`${url}${path}`, { agent: by, timeout: 15_000, headers }, (answer) => {
      answer.on('data', () => undefined);
      answer.on('error', fail);
      answer.on('end', () => {
        const tally = tallyOf(wanted.kind);
        const status = String(answer.statusCode ?? 0);
        tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
        if (answer.headers.age !== undefined) tally.aged += 1;
        if (status === '503' && answer.headers['retry-after'] === undefined) tally.withoutRetry += 1;
        if (answer.headers.etag !== undefined) etags.set(path, answer.headers.etag);
        tally.times.push(performance.now() - startedAt);
        resolve();
      });
    });
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('hung'), { code: 'HUNG' })));
    sent.on('error', fail);
    sent.end();
  });
}

// Turns in the order of weights, so that every run asks the same.
function* inTurn(wanted: Wanted[]): Generator<Wanted> {
  const credit = wanted.map(() => 0);
  const all = wanted.reduce((sum, one) => sum + one.weight, 0);
  for (;;) {
    for (const [index, one] of wanted.entries()) credit[index] = (credit[index] ?? 0) + one.weight;
    const best = credit.indexOf(Math.max(...credit));
    credit[best] = (credit[best] ?? 0) - all;
    const chosen = wanted[best];
    if (chosen !== undefined) yield chosen;
  }
}

async function atRate(readers: Readers, perSecond: number): Promise<void> {
  const open = new Set<Promise<void>>();
  const turns = inTurn(readers.wanted);
  const startedAt = performance.now();
  for (let count = 0; isOn; ) {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; count < due; count++) {
      const wanted = turns.next().value as Wanted;
      const asking: Promise<void> = ask(readers.url, wanted, count).finally(() => open.delete(asking));
      open.add(asking);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(open);
}

async function overOne(readers: Readers, turns: Generator<Wanted>, number: number): Promise<void> {
  // A pool would hand few connections from one to the next: each has its own, and keeps it.
  const own = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = number; isOn; count += 10_000) {
    await ask(readers.url, turns.next().value as Wanted, count, own);
    if (readers.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, readers.pauseMs));
  }
  own.destroy();
}

serve({
  start: (readers: Readers) => {
    isOn = true;
    const turns = inTurn(readers.wanted);
    running =
      readers.perSecond === undefined
        ? Array.from({ length: readers.connections ?? 1 }, (_, number) => overOne(readers, turns, number))
        : [atRate(readers, readers.perSecond)];
  },
  // What came since the last time.
  take: () => {
    const taken = Object.fromEntries(tallies);
    tallies.clear();
    return taken;
  },
  stop: async () => {
    isOn = false;
    await Promise.all(running);
    const taken = Object.fromEntries(tallies);
    tallies.clear();
    return taken;
  },
});
