// `node bench/serve-subject.ts site|bare DATABASE_URL|FILE` → a server under load in a process of its own; speaks to its parent by messages.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createLog } from '../src/log.ts';
import { openDb } from '../src/store/db.ts';
import { startWeb } from '../src/web/server.ts';

/** What a subject tells its parent: its address once, then its CPU seconds so far whenever it is asked. */
export type SubjectMessage = { url: string } | { cpuSeconds: number };

function tell(message: SubjectMessage): void {
  process.send?.(message);
}

// The reference: the least that node:http can do to serve these bytes, and to compare one header.
function startBare(file: string): Promise<string> {
  const body = gzipSync(readFileSync(file));
  const headers = ['Content-Type', 'application/rss+xml; charset=utf-8', 'Content-Encoding', 'gzip', 'ETag', '"bare"'];
  const ok = [...headers, 'Content-Length', String(body.length)];
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] === '"bare"') response.writeHead(304, headers).end();
    else response.writeHead(200, ok).end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
    });
  });
}

async function startSite(databaseUrl: string): Promise<string> {
  const config = { host: '127.0.0.1', port: 0, publicUrl: 'https://tin.example' };
  const log = createLog({ level: 'warn', isTerminal: false, fd: 2 });
  const web = await startWeb({
    config,
    db: openDb(databaseUrl),
    now: () => new Date(),
    log,
    signal: new AbortController().signal,
  });
  return web.url;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit(0));

const [, , kind, source = ''] = process.argv;
tell({ url: await (kind === 'bare' ? startBare(source) : startSite(source)) });
