// What an operator's own tools see: readiness and its end, metrics, names of requests in the log.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { openMetrics } from '../src/metrics.ts';
import { openDb, poolState } from '../src/store/db.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { toGauges } from '../src/watch/gauges.ts';
import { lookAround } from '../src/watch/look.ts';
import { startSideDoor } from '../src/web/metrics-door.ts';
import { routeLabel } from '../src/web/route-label.ts';
import { startWeb } from '../src/web/server.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedDocument, seedEdition } from './support/seed.ts';
import { until } from './support/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const db = await freshDatabase();
await ensurePartitions(db);
await seedDocument(db, await seedEdition(db, { path: 'tin-moi' }), 'rss', { body: '<rss/>', etag: '"v1"' });
const token = 'mat-khau-rat-dai-1';
const base = {
  db,
  now: () => new Date(),
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};
const config = { host: '127.0.0.1', port: 0, publicUrl: 'https://tin.example', metrics: { token, listen: null } };
const metrics = openMetrics({
  river: async () => toGauges(await lookAround({ db, now: base.now, config: {} }), []),
  pool: () => poolState(db),
  elapsedMs: () => performance.now(),
});

async function startSite(more: Partial<Parameters<typeof startWeb>[0]['config']> = {}) {
  const web = await startWeb({ ...base, config: { ...config, ...more } }, { metrics });
  let ended: Promise<void> | null = null;
  const close = () => (ended ??= web.close());
  afterFile(close);
  return { url: web.url, close };
}

test('a process that ends is not ready first, goes on answering, and closes its port after that', async () => {
  const site = await startSite({ drainMs: 700 });
  const ready = () => fetch(`${site.url}/healthz/ready`);
  expect((await ready()).status).toBe(200);
  const closed = site.close();
  const draining = await ready();

  expect([draining.status, await draining.json()]).toEqual([503, { status: 'draining' }]);
  const feed = await fetch(`${site.url}/feeds/tin-moi.rss`);
  expect([feed.status, feed.headers.get('connection')]).toEqual([200, 'close']);
  expect((await fetch(`${site.url}/healthz/live`)).status).toBe(200);
  await closed;
  await expect(fetch(`${site.url}/healthz/live`)).rejects.toThrow('fetch failed');
});

test('metrics are for whoever shows the token, and not there without one', async () => {
  const site = await startSite();
  const ask = (authorization?: string) =>
    fetch(`${site.url}/metrics`, { headers: authorization ? { authorization } : {} });

  expect([(await ask()).status, (await ask('Bearer sai-mat-khau-roi-nhe')).status]).toEqual([401, 401]);
  const right = await ask(`Bearer ${token}`);
  expect([right.status, right.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const none = await startSite({ metrics: { token: null, listen: null } });
  expect((await fetch(`${none.url}/metrics`, { headers: { authorization: 'Bearer ' } })).status).toBe(404);
});

test('answers are counted by route, status and origin, whatever addresses are asked for', async () => {
  const site = await startSite();
  for (let turn = 0; turn < 3; turn++) await (await fetch(`${site.url}/feeds/tin-moi.rss?x=${turn}`)).text();
  for (let turn = 0; turn < 50; turn++) await (await fetch(`${site.url}/khong-co-${turn}/a/b`)).text();
  // An answer is counted when its bytes are out.
  const body = await until(async () => {
    const text = (await metrics.text()).body;
    return /route="other",status="404",from="routes"\} 50/.test(text) && text;
  });

  expect(body).toMatch(/tin_http_requests_total\{route="\/feeds\/\*",status="200",from="memory"\} \d+/);
  expect(body).not.toContain('khong-co');
  const series = body.split('\n').filter((line) => line.startsWith('tin_http_requests_total'));
  expect(series.length).toBeLessThan(15);
  for (const name of [
    'tin_queue_waiting{queue="cluster"} 0',
    'tin_database_up 1',
    'tin_sources{state="broken"} 0',
    'tin_pool_connections{state="total"}',
  ])
    expect(body).toContain(name);
  expect(body).toMatch(/nodejs_eventloop_lag_seconds \d/);
});

test('metrics are given without the database, and say that it is away', async () => {
  const away = openDb('postgres://nobody@127.0.0.1:1/nothing');
  const lone = openMetrics({
    river: async () => toGauges(await lookAround({ db: away, now: base.now, config: {} }), []),
    pool: () => poolState(away),
    elapsedMs: () => performance.now(),
  });
  lone.ran('ingest', true, 0.2, { polls: 3, created: 2, note: 'x' });
  const { body } = await lone.text();
  await away.destroy();

  expect(body).toContain('tin_database_up 0');
  expect(body).toContain('tin_job_items_total{job="ingest",what="created"} 2');
  expect(body).toContain('tin_job_runs_total{job="ingest",outcome="done"} 1');
  expect(body).not.toContain('what="note"');
});

test('a listener of its own gives metrics and health in any role, and nothing else', async () => {
  const ending = new AbortController();
  const door = await startSideDoor({ db, signal: ending.signal }, metrics, { host: '127.0.0.1', port: 0 });
  afterFile(door.close);
  const ask = async (path: string, method = 'GET') => (await fetch(`${door.url}${path}`, { method })).status;

  expect([await ask('/metrics'), await ask('/healthz/live'), await ask('/healthz/ready')]).toEqual([200, 200, 200]);
  expect([await ask('/'), await ask('/quan-tri'), await ask('/metrics', 'POST')]).toEqual([404, 404, 405]);
  ending.abort();
  expect([await ask('/healthz/ready'), await ask('/healthz/live')]).toEqual([503, 200]);
});

test('every answer from the routes has a name, the one a proxy gave where there is one', async () => {
  const site = await startSite();
  const nameOf = async (given?: string) =>
    (
      await fetch(`${site.url}/khong-co`, { headers: given === undefined ? {} : { 'x-request-id': given } })
    ).headers.get('x-request-id');

  expect(await nameOf('proxy-12345678')).toBe('proxy-12345678');
  expect(await nameOf('<script>')).toMatch(/^[0-9a-f]{16}$/);
  expect(await nameOf()).not.toBe(await nameOf());
});

test('fields around a piece of work stand in every line logged within it', async () => {
  const script = `
    import { createLog, withLogFields } from './src/log.ts';
    const log = createLog({ level: 'info', isTerminal: false });
    await withLogFields({ requestId: 'a' }, () => withLogFields({ pollId: 'b' }, async () => {
      await new Promise(setImmediate);
      log.info('within');
    }));
    log.info('outside');`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  const lines = run.stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));

  expect(lines.map(({ msg, requestId, pollId }) => [msg, requestId, pollId])).toEqual([
    ['within', 'a', 'b'],
    ['outside', undefined, undefined],
  ]);
});

test.each([
  ['/', '/'],
  ['/feeds/tinh/son-la/tin-moi.rss?x=1', '/feeds/*'],
  ['/tin/123-slug', '/tin/:id'],
  ['/tin/123/tin-lien-quan.rss', '/tin/:id/*'],
  ['/quan-tri', '/quan-tri'],
  ['/quan-tri/nguon/12?a', '/quan-tri/nguon'],
  ['/quan-tri/anything', '/quan-tri/*'],
  ['/api/v1/stories/3', '/api/v1/stories/*'],
  ['/api/v2/x', '/api/*'],
  ['/healthz/ready', '/healthz/ready'],
  ['/sitemap-tin-3.xml', '/sitemap-tin'],
  ['http://evil.example/feeds', 'other'],
  ['*', 'other'],
  ['', 'other'],
  ['/wp-admin/setup.php', 'other'],
])('%s is counted as %s', (target, label) => {
  expect(routeLabel(target)).toBe(label);
});
