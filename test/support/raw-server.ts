// A server that writes bytes as it is told, proper HTTP or not; what it was asked is kept.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterFile } from './cleanup.ts';

/** Answers one request on its socket; `n` counts requests of that path from 1. */
export type Reply = (socket: Socket, request: string, n: number) => void;

export type RawServer = {
  port: number;
  origin: string;
  authority: string;
  /** Heads of requests with their bodies, in order of arrival. */
  requests: string[];
  reply(path: string, reply: Reply | string | Buffer): void;
};

/** Opens it on a free port of `address`; closed when the file ends. A string or bytes are written and the connection is ended. */
export async function openRawServer(address = '127.0.0.1'): Promise<RawServer> {
  const replies = new Map<string, Reply>();
  const counts = new Map<string, number>();
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let head = '';
    socket.on('data', (data) => {
      head += data.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (head.length < end + 4 + length) return;
      const request = head;
      head = '';
      requests.push(request);
      const path = request.split(' ')[1] ?? '';
      const n = (counts.get(path) ?? 0) + 1;
      counts.set(path, n);
      const reply = replies.get(path);
      if (reply) reply(socket, request, n);
      else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  afterFile(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const authority = `${address}:${port}`;
  return {
    port,
    authority,
    origin: `http://${authority}`,
    requests,
    reply: (path, reply) =>
      void replies.set(path, typeof reply === 'function' ? reply : (socket) => void socket.end(reply)),
  };
}

/** An HTTP/1.1 answer as text or bytes. */
export function answer(status: string, headers: Record<string, string>, body: string | Buffer = ''): Buffer {
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  const head = `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
