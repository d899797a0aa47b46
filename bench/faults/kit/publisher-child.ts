// Papers of the outside world in a process of their own: one loopback address a source, items that come as time passes, and a log of who asked when.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openVocabulary } from '../../vocabulary.ts';
import { serve } from './child.ts';

/** How the papers behave. `rate`: new items a second and paper; `window`: items of a document; `mode`: what a request gets. */
export type Behaviour = {
  rate: number;
  window: number;
  latencyMs: number;
  mode: 'ok' | 'empty' | '503' | 'hang' | 'reset' | 'slow' | 'broken';
  /** Share of the papers that are broken whatever the mode, in rotating ways. */
  brokenShare: number;
  /** No new items any more. */
  isFrozen: boolean;
};

/** One request: source, when, for how long, status. `ms` is null while it is answered. */
export type Hit = { source: number; at: number; ms: number | null; status: number; isConditional: boolean };

const behaviour: Behaviour = { rate: 0, window: 50, latencyMs: 20, mode: 'ok', brokenShare: 0, isFrozen: false };
// Times of publication of each paper's items, oldest first; paper 1 is the first.
const items: number[][] = [];
let port = 0;
let movedAt = Date.now();
let hits: Hit[] = [];

const { words: syllables } = openVocabulary(1);

// Words of an article follow from its number alone, and no two articles share more than chance gives.
function words(seed: string, many: number): string {
  let text = '';
  for (let block = 0; text.split(' ').length < many; block++) {
    const bytes = createHash('sha512').update(`${seed}/${block}`).digest();
    for (let at = 0; at + 1 < bytes.length; at += 2)
      text += `${syllables[bytes.readUInt16LE(at) % syllables.length] ?? ''} `;
  }
  return text.trim().split(' ').slice(0, many).join(' ');
}

let network = '127.77';
const addressOf = (source: number) => `${network}.${source >> 8}.${source & 255}`;

/** Address of the n-th item of a source. */
const itemUrl = (source: number, n: number) => `http://${addressOf(source)}:${port}/bai/${n}.html`;

function advance(): void {
  const now = Date.now();
  if (!behaviour.isFrozen)
    for (const list of items) {
      const due = Math.floor(((now - movedAt) / 1_000) * behaviour.rate);
      for (let n = 0; n < due; n++) list.push(now);
    }
  // The rest of a fraction is kept for the next time.
  const step = behaviour.rate > 0 ? 1_000 / behaviour.rate : Number.POSITIVE_INFINITY;
  const passed =
    behaviour.isFrozen || step === Number.POSITIVE_INFINITY ? now - movedAt : Math.floor((now - movedAt) / step) * step;
  movedAt += passed;
}

function feedOf(source: number): string {
  const list = items[source - 1] ?? [];
  let text = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo số ${source}</title><link>http://${addressOf(source)}:${port}/</link><description>Báo thử</description>`;
  for (let n = list.length; n >= 1 && n > list.length - behaviour.window; n--) {
    const seed = `${source}-${n}`;
    const at = new Date(list[n - 1] ?? 0).toUTCString();
    text += `<item><title>${words(`t${seed}`, 11)} ${n}</title><link>${itemUrl(source, n)}</link><guid isPermaLink="false">${seed}</guid><pubDate>${at}</pubDate><description>${words(`b${seed}`, 60)}</description></item>`;
  }
  return `${text}</channel></rss>`;
}

// Ways in which real papers break, one after the other.
function breakOff(source: number, response: ServerResponse): number {
  const way = source % 5;
  if (way === 0) response.socket?.destroy();
  else if (way === 1) response.writeHead(500).end('lỗi');
  else if (way === 2)
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<html><body>${'<p>bảo trì'.repeat(2_000)}`);
  else if (way === 3)
    response
      .writeHead(200, { 'content-type': 'application/rss+xml', 'content-encoding': 'gzip' })
      .end('không phải gzip');
  else
    response
      .writeHead(200, { 'content-type': 'application/rss+xml', 'content-length': '5000' })
      .write('<rss><channel><item><title>nửa');
  return way === 1 ? 500 : 200;
}

async function answer(source: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isConditional = request.headers['if-none-match'] !== undefined;
  const hit: Hit = { source, at: Date.now(), ms: null, status: 200, isConditional };
  hits.push(hit);
  response.on('close', () => {
    hit.ms = Date.now() - hit.at;
  });
  await new Promise((resolve) => setTimeout(resolve, behaviour.latencyMs));
  const { mode } = behaviour;
  if (mode === 'hang') return;
  if (mode === 'reset') return void request.socket.destroy();
  if (mode === '503') {
    hit.status = 503;
    return void response.writeHead(503).end('bận');
  }
  if (mode === 'broken' || source <= behaviour.brokenShare * items.length) {
    hit.status = breakOff(source, response);
    return;
  }
  advance();
  const body =
    mode === 'empty'
      ? `<?xml version="1.0"?><rss version="2.0"><channel><title>Báo số ${source}</title><link>http://${addressOf(source)}:${port}/</link><description/></channel></rss>`
      : feedOf(source);
  const etag = `"${createHash('sha1').update(body).digest('hex').slice(0, 16)}"`;
  if (request.headers['if-none-match'] === etag) {
    hit.status = 304;
    return void response.writeHead(304, { etag }).end();
  }
  response.writeHead(200, { 'content-type': 'application/rss+xml; charset=utf-8', etag });
  if (mode !== 'slow') return void response.end(body);
  for (let part = 0; part < 20; part++) {
    response.write(body.slice((part * body.length) / 20, ((part + 1) * body.length) / 20));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  response.end();
}

serve({
  // Opens papers 1 to `sources`, each with `start` items dated over the last hours.
  open: async (given: {
    sources: number;
    start: number;
    port: number;
    network: string;
    behaviour: Partial<Behaviour>;
  }) => {
    Object.assign(behaviour, given.behaviour);
    port = given.port;
    network = given.network;
    movedAt = Date.now();
    for (let source = 1; source <= given.sources; source++)
      items.push(Array.from({ length: given.start }, (_, n) => movedAt - (given.start - n) * 60_000));
    for (let source = 1; source <= given.sources; source++) {
      const server = createServer((request, response) => {
        if (request.url?.startsWith('/feed.xml')) void answer(source, request, response);
        else response.writeHead(404).end();
      });
      server.keepAliveTimeout = 3_000;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(given.port, addressOf(source), resolve);
      });
    }
    return Array.from({ length: given.sources }, (_, index) => `http://${addressOf(index + 1)}:${given.port}/feed.xml`);
  },
  set: (given: Partial<Behaviour>) => {
    advance();
    Object.assign(behaviour, given);
  },
  burst: (many: number) => {
    advance();
    for (const list of items) for (let n = 0; n < many; n++) list.push(Date.now());
  },
  // Addresses of all items published, by source.
  truth: () => {
    advance();
    return items.flatMap((list, source) => list.map((_, index) => itemUrl(source + 1, index + 1)));
  },
  hits: () => hits,
  forget: () => {
    hits = [];
  },
});
