// 10,000 callbacks in one process: counts who was told, when, and whether what came was whole and signed. Speaks to `hub.ts` by IPC.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the receiver says: its port at first, then a report for every message it is sent; a report begins a new count. */
export type ReceiverMessage =
  | { port: number }
  | {
      callbacks: number;
      posts: number;
      bytes: number;
      lastAt: number;
      signed: number;
      wrong: number;
      cpuSeconds: number;
    };

const empty = () => ({ told: new Set<string>(), posts: 0, bytes: 0, lastAt: 0, signed: 0, wrong: 0 });
let count = empty();

// Every hundredth signature is computed again: all of them would take the machine's time from what is measured.
const placeOf = (path: string) => Number(path.slice(path.lastIndexOf('/') + 1));

function check(path: string, signature: string | undefined, parts: Buffer[]): void {
  const place = placeOf(path);
  const isExpected = path.startsWith('/cb/') && place % 2 === 0;
  if (isExpected !== (signature !== undefined)) count.wrong += 1;
  if (signature === undefined || place % 100 !== 0) return;
  const expected = createHmac('sha256', `secret ${place}`).update(Buffer.concat(parts)).digest('hex');
  if (signature === `sha256=${expected}`) count.signed += 1;
  else count.wrong += 1;
}

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const isChecked = placeOf(path) % 100 === 0;
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (isChecked) parts.push(part);
  });
  request.on('end', () => {
    if (bytes !== Number(request.headers['content-length'])) count.wrong += 1;
    check(path, request.headers['x-hub-signature'] as string | undefined, parts);
    if (!count.told.has(path)) {
      count.told.add(path);
      count.lastAt = Date.now();
    }
    count.posts += 1;
    count.bytes += bytes;
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;

process.on('message', (message) => {
  const { told, ...rest } = count;
  if (message === 'begin') count = empty();
  const { user, system } = process.cpuUsage();
  process.send?.({ callbacks: told.size, ...rest, cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '0.0.0.0', () => process.send?.({ port: (server.address() as AddressInfo).port }));
