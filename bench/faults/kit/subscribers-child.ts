// Subscribers of our hub in a process of their own, each on a loopback address of its own: good ones, ones that never answer, ones that only fail.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serve } from './child.ts';

/** How a subscriber behaves once it is subscribed. */
export type SubscriberBehaviour = 'good' | 'never-answers' | 'always-500';

/** A distribution that arrived. `items` are the ids of its items. */
export type Arrival = { name: string; at: number; items: string[] };

const arrivals: Arrival[] = [];
const sockets = new Map<string, { open: Set<Socket>; most: number; posts: number }>();

function take(name: string, behaviour: SubscriberBehaviour, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const challenge = url.searchParams.get('hub.challenge');
  if (request.method === 'GET' && challenge !== null) return void response.end(challenge);
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const one = sockets.get(name);
    if (one !== undefined) one.posts += 1;
    if (behaviour === 'never-answers') return;
    if (behaviour === 'always-500') return void response.writeHead(500).end();
    const ids = [
      ...Buffer.concat(parts)
        .toString()
        .matchAll(/urn:uuid:[0-9a-f-]{36}/g),
    ].map((found) => found[0]);
    arrivals.push({ name, at: Date.now(), items: [...new Set(ids)] });
    response.writeHead(204).end();
  });
}

serve({
  open: async (given: {
    port: number;
    subscribers: { name: string; behaviour: SubscriberBehaviour; address: string }[];
  }) => {
    for (const { name, behaviour, address } of given.subscribers) {
      const kept = { open: new Set<Socket>(), most: 0, posts: 0 };
      sockets.set(name, kept);
      const server = createServer((request, response) => take(name, behaviour, request, response));
      server.requestTimeout = 0;
      server.on('connection', (socket) => {
        kept.open.add(socket);
        kept.most = Math.max(kept.most, kept.open.size);
        socket.on('error', () => undefined);
        socket.on('close', () => kept.open.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(given.port, address, resolve));
    }
  },
  arrivals: () => arrivals,
  sockets: () =>
    Object.fromEntries(
      [...sockets].map(([name, one]) => [name, { most: one.most, open: one.open.size, posts: one.posts }]),
    ),
});
