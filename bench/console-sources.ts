// A migrated, empty database → papers and sources in every state, two weeks of their polls, and kept answers of one of them.
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { countPollDays } from '../src/store/poll-day.ts';
import { keepAnswer, packAnswer } from '../src/store/source-answer.ts';

const provinces = ['01', '14', '38', '48', '79', '92'];

/** How many papers that many sources belong to: paper p has the slug `bao-p` and the id p. */
export const papersOf = (sources: number) => Math.ceil(sources / 2);

/** Writes them. Partitions must be there. Touches publisher, source, poll, the counts by day and source_answer. */
export async function makeSources(db: Db, sources: number): Promise<void> {
  await sql`insert into publisher (slug, name, site_url, province, rights_show)
    select 'bao-' || n, 'Báo tỉnh số ' || n, 'https://bao-' || n || '.example/', (${provinces}::text[])[n % 6 + 1], 'full'
    from generate_series(1, ${papersOf(sources)}::int) n`.execute(db);
  await sql`
    insert into source (publisher_id, kind, url, host, title, section, is_paused, failures, failing_since, last_error, last_status, last_attempt_at,
      last_success_at, newest_at, turnover_seconds, took_ms, gone_since, blocked_by, next_fetch_at, next_reason)
    select (n + 1) / 2, (array['syndication', 'syndication', 'syndication', 'listing'])[n % 4 + 1], 'https://bao-' || (n + 1) / 2 || '.example/rss/' || n,
      'bao-' || (n + 1) / 2 || '.example', case n % 2 when 0 then 'Thời sự' else null end, case n % 3 when 0 then 'thoi-su' else null end, n % 41 = 0,
      case when n % 17 = 0 then 3 + n % 9 when n % 29 = 0 then 1 else 0 end, case when n % 17 = 0 then now() - interval '3 days' end,
      case when n % 17 = 0 then 'source.status: bao answered 404' when n % 29 = 0 then 'net.timeout: no answer within 20 s' end,
      case when n % 17 = 0 then 404 when n % 29 = 0 then null else 200 end, now() - interval '9 minutes', now() - interval '20 minutes',
      case when n % 13 = 0 then now() - interval '6 days' else now() - interval '40 minutes' end, 86400, 400 + n % 900, null,
      case when n % 53 = 0 then 'cloudflare' end, now() + make_interval(mins => n % 60), (array['rhythm', 'fresh', 'ttl', 'quiet'])[n % 4 + 1]
    from generate_series(1, ${sources}::int) n`.execute(db);
  await sql`
    insert into poll (source_id, started_at, took_ms, outcome, status, bytes, items, created, changed, skipped, lag_seconds, note)
    select s, at, 200 + (s * 7 + h) % 900, case when s % 17 = 0 and h < 72 then 'failed' when brought > 0 then 'new' else 'same_body' end,
      case when s % 17 = 0 and h < 72 then 404 else 200 end, 40000, case when brought > 0 then 30 else 0 end, brought, brought / 3, 0,
      case when brought > 0 then 300 + (s * 13 + h * 7) % 5000 end, case when s % 17 = 0 and h < 72 then 'source.status: bao answered 404' end
    from generate_series(0, 24 * 14 - 1) h, generate_series(1, ${sources}::int) s, lateral (select now() - make_interval(hours => h, mins => s % 60) as at) t,
      lateral (select greatest(0, (s + h * 5) % 9 - 5) as brought) b`.execute(db);
  const page = Buffer.from(
    `<rss version="2.0"><channel><title>Báo</title>${'<item><title>Tin</title></item>'.repeat(2_000)}</channel></rss>`,
  );
  for (const kind of ['good', 'bad'] as const) {
    const kept = await packAnswer({
      kind,
      url: 'https://bao-9.example/rss/17',
      status: kind === 'good' ? 200 : 404,
      hops: [],
      headers: { 'content-type': 'text/xml' },
      body: page,
      note: null,
    });
    await keepAnswer(db, 17, kept);
  }
}

/** How long counting two weeks of polls takes, and today's again; in words. */
export async function tellPollCount(db: Db): Promise<string> {
  const began = performance.now();
  const days = await countPollDays(db);
  const first = performance.now() - began;
  const again = performance.now();
  await countPollDays(db);
  return `Counting two weeks of polls: ${Math.round(first)} ms (${days} rows), today's again: ${Math.round(performance.now() - again)} ms`;
}
