// A test's wishes → a server of the outside world that is called back: what it was sent, and what it answers.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterFile } from './cleanup.ts';

/** One request as it arrived. Header names are lower-case. */
export type Received = {
  method: string;
  /** Path with its query, byte for byte. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
};

/** What to answer; `hang` never answers, `drop` closes the connection. */
export type Reaction = { status?: number; body?: string; headers?: Record<string, string> } | 'hang' | 'drop';

/** A running receiver. `react` may be replaced at any time. */
export type Receiver = {
  url: string;
  requests: Received[];
  react: (request: Received) => Reaction | Promise<Reaction>;
};

/** Answers to verifications of intent as an agreeable subscriber gives them, and 200 to everything else. */
export function agree(request: Received): Reaction {
  return { status: 200, body: request.query.get('hub.challenge') ?? '' };
}

/** Opens a receiver on loopback that agrees to everything; closed when the test file ends. */
export async function openReceiver(host = '127.0.0.1'): Promise<Receiver> {
  const receiver: Receiver = { url: '', requests: [], react: agree };

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const path = incoming.url ?? '/';
    const received: Received = {
      method: incoming.method ?? '',
      path,
      query: new URL(path, 'http://receiver.example').searchParams,
      headers: incoming.headers,
      body: Buffer.concat(parts),
    };
    receiver.requests.push(received);
    const reaction = await receiver.react(received);
    if (reaction === 'hang') return;
    if (reaction === 'drop') {
      incoming.socket.destroy();
      return;
    }
    response.writeHead(reaction.status ?? 200, reaction.headers).end(reaction.body ?? '');
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  afterFile(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  receiver.url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return receiver;
}
