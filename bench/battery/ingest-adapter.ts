// A hostile address → what the real river makes of it: sources, ingest, clustering and a published document on real PostgreSQL.
// Loaded by the battery's runner, one process a case. BATTERY_SERVER is a PostgreSQL, BATTERY_TEMPLATE a migrated database on it.
import { setFlagsFromString } from 'node:v8';
import pg from 'pg';
import { sql } from 'kysely';
import type { Context } from '../../src/context.ts';
import { keepEditions } from '../../src/edition/keep.ts';
import { publishDue } from '../../src/edition/publish.ts';
import { type Opened, openContext } from '../../src/open.ts';
import { ingestDue } from '../../src/source/ingest.ts';
import { parseOpml } from '../../src/source/opml.ts';
import { publisherOf } from '../../src/source/register.ts';
import { readDocument } from '../../src/store/document.ts';
import { ensurePartitions } from '../../src/store/partition.ts';
import { ensurePublisher } from '../../src/store/publisher.ts';
import { addSource, makeSourcesDue } from '../../src/store/source.ts';
import { clusterDue } from '../../src/story/cluster.ts';
import { escapeHtml } from '../../src/text/markup.ts';

// As `npm start` runs; the battery's own flags bound the old generation only.
setFlagsFromString('--max-semi-space-size=8');

const name = 'tin_battery_case';
const stopping = new AbortController();
let opened: Opened;
let ctx: Context;
let requestHeaders: Record<string, string> = {};
const sources = new Map<string, number>();

type Item = { id: string; titleHtml: string; link: string; contentHtml: string; published: string };
type Outcome = 'ingested' | 'rejected' | 'retry-later';
type Step = { headers?: Record<string, string>; source: string };

function urlOf(database: string): string {
  const url = new URL(process.env['BATTERY_SERVER'] ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

/** A database of this case's own, and the process as an operator's environment opens it. */
export async function open(): Promise<void> {
  const admin = new pg.Client({ connectionString: urlOf('postgres') });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name} template ${process.env['BATTERY_TEMPLATE'] ?? ''} strategy file_copy`);
  await admin.end();
  opened = await openContext({
    // The runner polls faster than any schedule would: without the pause between requests.
    env: { DATABASE_URL: urlOf(name), LOG_LEVEL: 'silent', HOST_SPACING: '0', PUBLIC_URL: 'https://tin.example.vn' },
    signal: stopping.signal,
    applicationName: 'battery',
    maxConnections: 4,
  });
  const { http } = opened.context;
  // Sources of ours carry no credentials; the battery asks what would become of them.
  ctx = {
    ...opened.context,
    http: { ...http, get: (request) => http.get({ ...request, headers: { ...request.headers, ...requestHeaders } }) },
  };
  await ensurePartitions(ctx.db);
  await keepEditions(ctx);
}

async function itemsWhere(condition: ReturnType<typeof sql>): Promise<Item[]> {
  const { rows } = await sql<{ id: string; title: string; url: string | null; body: string; at: Date }>`
    select id::text, title, url, body_html as body, published_at as at from entry where ${condition} order by id limit 20000`.execute(
    ctx.db,
  );
  return rows.map((row) => ({
    id: row.id,
    titleHtml: escapeHtml(row.title),
    link: row.url ?? '',
    contentHtml: row.body,
    published: row.at.toISOString(),
  }));
}

async function sourceOf(url: string, key: string): Promise<number> {
  const known = sources.get(key);
  if (known !== undefined) return known;
  // Each source is a paper of its own, as sources of different sites are.
  const publisher = await ensurePublisher(ctx.db, {
    ...publisherOf({ feedUrl: url, siteUrl: null, name: key }),
    slug: `bao-${sources.size + 1}`,
    rights: { show: 'full', excerptChars: 300, images: true },
  });
  await addSource(ctx.db, { publisherId: publisher.id, url, title: null, section: null });
  const { rows } = await sql<{ id: string }>`select id::text from source where url = ${url}`.execute(ctx.db);
  const id = Number(rows[0]?.id ?? 0);
  sources.set(key, id);
  return id;
}

async function importOpmlFrom(url: string): Promise<{ outcome: Outcome; items: Item[] }> {
  const answer = await ctx.http.get({ url });
  const { subscriptions, isCut } = parseOpml(answer.body);
  // The import takes a list whole or not at all.
  if (isCut) return { outcome: 'rejected', items: [] };
  return {
    outcome: 'ingested',
    items: subscriptions.map((row, index) => ({
      id: String(index),
      titleHtml: escapeHtml(row.title ?? ''),
      link: row.xmlUrl ?? '',
      contentHtml: '',
      published: '',
    })),
  };
}

/** One poll of one source by the verb that polls them all. */
export async function ingest(url: string, step: Step): Promise<{ outcome: Outcome; items: Item[]; error?: string }> {
  requestHeaders = step.headers ?? {};
  if (step.source.startsWith('opml')) return importOpmlFrom(url);
  const id = await sourceOf(url, step.source);
  await sql`update source set next_fetch_at = now() + interval '1 day' where id <> ${id}`.execute(ctx.db);
  // The time has come: hosts have rested, also those that asked for it.
  await sql`delete from host`.execute(ctx.db);
  if (sources.size === 1) await makeSourcesDue(ctx.db);
  else await sql`update source set next_fetch_at = now() where id = ${id} and not is_paused`.execute(ctx.db);
  await ingestDue(ctx);
  const { rows } = await sql<{ outcome: string; note: string | null; status: number | null }>`
    select outcome, note, status from poll where source_id = ${id} order by id desc limit 1`.execute(ctx.db);
  const last = rows[0];
  const note = last?.note ?? '';
  const items = await itemsWhere(sql`source_id = ${id}`);
  if (last === undefined || last.outcome === 'failed' || last.outcome === 'held')
    return { outcome: isForGood(note) ? 'rejected' : 'retry-later', items: [], error: note };
  return { outcome: 'ingested', items };
}

const isForGood = (note: string) =>
  /^net\.(too_large|headers_too_large|private_address|scheme|userinfo|port)|not_a_feed|answered 4(?!29)/.test(note);

/** All that the store holds but the control feed. */
export async function stored(): Promise<Item[]> {
  return itemsWhere(sql`source_id is distinct from ${sources.get('control') ?? 0}`);
}

/** Seconds until the next poll of a source; null when it is paused. */
export async function nextPoll(key: string): Promise<number | null> {
  const { rows } = await sql<{ isPaused: boolean; seconds: number }>`
    select is_paused as "isPaused", extract(epoch from next_fetch_at - now())::float8 as seconds from source where id = ${sources.get(key) ?? 0}`.execute(
    ctx.db,
  );
  return rows[0] === undefined || rows[0].isPaused ? null : rows[0].seconds;
}

/** The feed that a subscriber gets of all this. */
export async function render(): Promise<string | null> {
  await clusterDue(ctx);
  await sql`update document set due_at = now() where due_at is not null`.execute(ctx.db);
  await publishDue(ctx);
  const document = await readDocument(ctx.db, 'tin-moi', 'rss');
  return document?.body?.toString() ?? null;
}

/** Tells the runner that lists of sources are read as well. */
export const importOpml = true;
