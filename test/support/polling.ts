// A paper on loopback, a database and a context → what tests of polling share: subscribe, read, and ask what came of it.
import { sql } from 'kysely';
import { beforeEach } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { createLog } from '../../src/log.ts';
import { createGuard } from '../../src/net/guard.ts';
import { createHttp } from '../../src/net/http.ts';
import { sourceHealth } from '../../src/source/health.ts';
import { ingestDue } from '../../src/source/ingest.ts';
import { inlineReader } from '../../src/source/reader.ts';
import { ensurePartitions } from '../../src/store/partition.ts';
import { ensurePublisher } from '../../src/store/publisher.ts';
import { addSource, makeSourcesDue } from '../../src/store/source.ts';
import { listSourceHealth } from '../../src/store/source-health.ts';
import { freshDatabase } from './database.ts';
import { type Item, openPaper } from './paper.ts';

export const db = await freshDatabase();
await ensurePartitions(db);
export const paper = await openPaper();
export const now = new Date(Math.floor(Date.now() / 1000) * 1000);
export const openHttp = () =>
  createHttp({ userAgent: 'test/1', guard: createGuard({ allowAuthorities: new Set([paper.authority]) }) });
export const ctx: Context = {
  config: loadConfig({ PUBLIC_URL: 'https://tin.example', HOST_SPACING: '0' }),
  db,
  http: openHttp(),
  reader: inlineReader(),
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};
export const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const body = (n: number) =>
  `<p>Tin số ${n}: đoàn công tác kiểm tra tiến độ thi công kè chống sạt lở bờ sông và động viên công nhân.</p>`;
/** The n-th article: published n hours ago, with address, id and text of its own. */
export const article = (n: number, fields: Partial<Item> = {}): Item => ({
  title: `Bài số ${n}`,
  link: `${paper.origin}/thoi-su/bai-so-${n}-10${n}.html`,
  guid: `bai-${n}`,
  date: hoursAgo(n),
  body: body(n),
  ...fields,
});
/** Articles `from` to `to`, newest first. */
export const articles = (from: number, to: number, fields: (n: number) => Partial<Item> = () => ({})) =>
  Array.from({ length: to - from + 1 }, (_, index) => article(from + index, fields(from + index)));

beforeEach(async () => {
  await sql`truncate host, source, publisher, poll, entry, entry_key, cluster_due, story, story_entry, removal, gap, held_poll restart identity cascade`.execute(
    db,
  );
  paper.requests.length = 0;
});

/** Makes sources of these paths, all of one publisher. */
export async function subscribe(...paths: string[]): Promise<void> {
  const publisher = await ensurePublisher(db, {
    slug: 'bao-thu',
    name: 'Báo thử',
    siteUrl: 'https://bao.example/',
    province: '14',
  });
  for (const path of paths)
    await addSource(db, { publisherId: publisher.id, url: paper.origin + path, title: null, section: null });
}

/** Reads all sources now. */
export async function read(): Promise<{ created: number; changed: number; failed: number }> {
  await makeSourcesDue(db);
  const { created, changed, failed } = await ingestDue(ctx);
  return { created, changed, failed };
}
/** An interval of days. */
export const days = (count: number) => sql`make_interval(days => ${count})`;
export const entries = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from entry`.execute(db)).rows[0]?.n;
export const lastPoll = async () =>
  await db.selectFrom('poll').select(['outcome', 'note', 'status']).orderBy('id', 'desc').limit(1).executeTakeFirst();
export const health = async () => (await listSourceHealth(db, 10)).map((row) => sourceHealth(row, ctx.now()).state);
