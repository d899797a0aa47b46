// `node bench/serve-load.ts` + a Load by message → what a server does under keep-alive connections that ask again as soon as they are answered.
// Counts bytes instead of reading them: a client that parses what it gets is slower than the servers measured here.
import { connect } from 'node:net';
import { answerErrands } from './errand.ts';

/** What to ask for, over how many connections, for how long. */
export type Load = {
  url: string;
  path: string;
  headers: Record<string, string>;
  status: number;
  connections: number;
  seconds: number;
  /** Readers that keep up: an answer 200 is right as well, and its ETag is what is asked with from then on. */
  isFollowing?: boolean;
};

/** What came of it. Latencies in milliseconds; `wrong` counts answers of another status. */
export type LoadReport = {
  requests: number;
  seconds: number;
  bytes: number;
  p50Ms: number;
  p99Ms: number;
  wrong: number;
  /** Answers 200 to readers that follow. */
  changed: number;
};

type Tally = { latencies: number[]; bytes: number; wrong: number; changed: number; isOver: boolean };

function writeRequest(load: Load, etag?: string): Buffer {
  const lines = [
    `GET ${load.path} HTTP/1.1`,
    `Host: ${new URL(load.url).host}`,
    ...Object.entries(etag === undefined ? load.headers : { ...load.headers, 'If-None-Match': etag }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

// Bytes of the whole answer whose head starts this chunk. Heads here are below 2 KB and come in one piece.
function lengthOf(head: string): number {
  const end = head.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end))?.[1];
  return end + 4 + Number(length ?? 0);
}

function keepAsking(load: Load, expected: string, tally: Tally): Promise<void> {
  const { hostname, port } = new URL(load.url);
  return new Promise((resolve, reject) => {
    let request = writeRequest(load);
    let missing = 0;
    let askedAt = 0;
    const buffer = Buffer.allocUnsafe(256 * 1024);
    const ask = (): void => {
      askedAt = performance.now();
      socket.write(request);
    };
    const take = (size: number): boolean => {
      tally.bytes += size;
      if (missing === 0) {
        const head = buffer.toString('latin1', 0, Math.min(size, 2_048));
        if (!head.startsWith(expected)) {
          const etag =
            load.isFollowing && head.startsWith('HTTP/1.1 200 ') ? /\r\netag: ([^\r]+)/i.exec(head)?.[1] : undefined;
          if (etag === undefined) tally.wrong += 1;
          else {
            tally.changed += 1;
            request = writeRequest(load, etag);
          }
        }
        missing = lengthOf(head);
      }
      missing -= size;
      if (missing > 0) return true;
      missing = 0;
      if (tally.isOver) socket.destroy();
      else {
        tally.latencies.push(performance.now() - askedAt);
        ask();
      }
      return true;
    };
    const socket = connect({ host: hostname, port: Number(port), onread: { buffer, callback: take } }, ask);
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

async function run(load: Load): Promise<LoadReport> {
  const tally: Tally = { latencies: [], bytes: 0, wrong: 0, changed: 0, isOver: false };
  const startedAt = performance.now();
  const connections = Array.from({ length: load.connections }, () =>
    keepAsking(load, `HTTP/1.1 ${load.status} `, tally),
  );
  let seconds = 0;
  const timer = setTimeout(() => {
    tally.isOver = true;
    seconds = (performance.now() - startedAt) / 1000;
  }, load.seconds * 1000);
  await Promise.all(connections);
  clearTimeout(timer);
  const sorted = Float64Array.from(tally.latencies).sort();
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
  const { bytes, wrong, changed } = tally;
  return { requests: sorted.length, seconds, bytes, p50Ms: at(0.5), p99Ms: at(0.99), wrong, changed };
}

answerErrands(run);
