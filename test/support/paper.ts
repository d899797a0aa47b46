// A paper of the outside world: a loopback server whose feeds a test changes as it goes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { afterFile } from './cleanup.ts';

export type Item = { title: string; link: string; guid?: string; date?: Date; body?: string; category?: string };

/** Answers of one path: a document, or a status with headers. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: string };

export type Paper = {
  origin: string;
  authority: string;
  reply: (path: string, reply: Reply) => void;
  requests: { path: string; headers: Record<string, unknown> }[];
};

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** An RSS 2.0 document as a careful paper writes it. */
export function rss(items: readonly Item[]): string {
  const list = items.map(
    (item) =>
      `<item><title>${escape(item.title)}</title><link>${escape(item.link)}</link>${item.guid === undefined ? '' : `<guid isPermaLink="false">${escape(item.guid)}</guid>`}` +
      `${item.date ? `<pubDate>${item.date.toUTCString()}</pubDate>` : ''}${item.category ? `<category>${escape(item.category)}</category>` : ''}` +
      `<description>${escape(item.body ?? `<p>Sapo của ${item.title}.</p>`)}</description></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Báo thử</title><link>https://bao.example/</link><description>Báo</description>${list.join('')}</channel></rss>`;
}

/** Opens the server; documents get an ETag and answer 304, as real papers' do. Closed when the test file ends. */
export async function openPaper(): Promise<Paper> {
  const replies = new Map<string, Reply>();
  const requests: Paper['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers });
    const reply = replies.get(path);
    if (!reply) return void response.writeHead(404).end();
    const etag = `"${createHash('sha1')
      .update(reply.body ?? '')
      .digest('hex')}"`;
    if (reply.status === undefined && request.headers['if-none-match'] === etag)
      return void response.writeHead(304, { etag }).end();
    response
      .writeHead(reply.status ?? 200, { 'content-type': 'application/rss+xml', etag, ...reply.headers })
      .end(reply.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterFile(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin: `http://${authority}`, authority, requests, reply: (path, reply) => replies.set(path, reply) };
}
