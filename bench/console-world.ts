// A database → one with as many stories, papers, sources, comments and lines of the log as asked for, made inside PostgreSQL in a minute or two.
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { relateDue } from '../src/story/relate.ts';
import { keyOf } from '../src/text/search-key.ts';
import { storyWords } from '../src/text/search.ts';
import { makeSources, papersOf } from './console-sources.ts';
import { openVocabulary } from './vocabulary.ts';

/** How large the world is. Every story has an entry; one in twenty has three more by other papers, one in five hundred is out of sight. */
export type WorldSize = { stories: number; sources: number };

const texts = 20_000;
const everySeconds = 26;
const filed = 20_000;
// One instant for all statements: an entry is found by its id and the moment it was seen.
const base = new Date(Date.now() - 60_000);
const provinces = sql`(array['01', '14', '38', '79', '96'])[1 + n % 5]`;

// The pool of texts that stories draw from; words as the search keeps them, without facets and days.
async function makeTexts(db: Db): Promise<void> {
  const { line } = openVocabulary(42);
  await sql`create unlogged table bench_text (id integer primary key, title text, summary text, body text, said text, plain text, keys integer[])`.execute(
    db,
  );
  for (let from = 0; from < texts; from += 1_000) {
    const rows = Array.from({ length: 1_000 }, (_, i) => {
      const [title, summary] = [line(12), line(32)];
      const words = storyWords({ title, summary, provinces: [], sections: [], publishers: [] });
      return { id: from + i, title, summary, body: `<p>${line(60)}</p><p>${line(60)}</p>`, ...words };
    });
    await sql`insert into bench_text select id, title, summary, body, said, plain, keys
      from json_to_recordset(${JSON.stringify(rows)}::json) as d(id integer, title text, summary text, body text, said text, plain text, keys integer[])`.execute(
      db,
    );
  }
}

async function makeMonths(db: Db, months: number): Promise<void> {
  await ensurePartitions(db);
  await sql`
    do $$ declare at date; begin
      for back in 2..${sql.lit(months)} loop
        at := date_trunc('month', now() at time zone 'UTC') - make_interval(months => back);
        execute format('create table if not exists entry_%s partition of entry for values from (%L) to (%L)', to_char(at, 'YYYY_MM'), at::timestamp at time zone 'UTC',
          (at + interval '1 month')::timestamp at time zone 'UTC');
      end loop;
    end $$`.execute(db);
}

const at = (n: ReturnType<typeof sql>, count: number) =>
  sql`(${base}::timestamptz - make_interval(secs => (${count} - ${n}) * ${everySeconds}))`;

async function makeStories(db: Db, { stories: count, sources }: WorldSize): Promise<void> {
  const papers = papersOf(sources);
  const when = at(sql`n`, count);
  // Copies have ids above all leads; c counts a story's copies.
  await sql`
    insert into entry (id, seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, section, province, published_at,
      is_date_guess, changed_at, listed_at, hash)
    overriding system value
    select case when c = 0 then n else ${count} + n * 3 + c end, ${when}, 1 + (n + c * 37) % ${papers}, 1 + (n + c * 37) % ${sources},
      'https://bao-' || 1 + (n + c * 37) % ${papers} || '.example/' || n, t.title, t.summary, t.body || case when c > 0 then '<p>Theo TTXVN</p>' else '' end,
      '{}', '{}', '[]', 'thoi-su', ${provinces}, ${when}, false, ${when}, ${when}, ''
    from generate_series(1, ${count}) n join bench_text t on t.id = n % ${texts}
    cross join lateral generate_series(0, case when n % 20 = 0 then 3 else 0 end) c`.execute(db);
  await sql`
    insert into story (id, status, title, summary, province, section, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
    overriding system value
    select n, case n % 1500 when 0 then 'held' when 500 then 'hidden' when 1000 then 'withdrawn' else 'live' end, t.title, t.summary, ${provinces}, 'thoi-su',
      ${when}, ${when}, ${when}, 1 + n % ${papers}, n, ${when}
    from generate_series(1, ${count}) n join bench_text t on t.id = n % ${texts}`.execute(db);
  await sql`select setval(pg_get_serial_sequence('story', 'id'), ${count}), setval(pg_get_serial_sequence('entry', 'id'), ${count * 5})`.execute(
    db,
  );
  await sql`
    insert into story_entry (entry_id, seen_at, story_id, evidence)
    select case when c = 0 then n else ${count} + n * 3 + c end, ${when}, n, case when c > 0 then
      '[{"from":0,"to":0,"evidence":{"kind":"same","ground":"copy","veto":null,"jaccard":0.93,"containment":0.97,"leads":[1,0.98],"halves":[1,1],"title":[0.9,1],"slots":[12,0,0],"news":0,"score":0.95,"isShort":false}}]'::jsonb end
    from generate_series(1, ${count}) n cross join lateral generate_series(0, case when n % 20 = 0 then 3 else 0 end) c`.execute(
    db,
  );
  await sql`
    insert into story_fit (kind, value, listed_at, story_id)
    select 'publisher', 'bao-' || 1 + (n + c * 37) % ${papers}, ${when}, n
    from generate_series(20, ${count}, 20) n cross join generate_series(0, 3) c`.execute(db);
  await sql`
    insert into story_event (kind, story_id, actor, reason, evidence)
    select case status when 'held' then 'hold' when 'hidden' then 'hide' else 'withdraw' end, id, 'bien-tap', 'Báo gỡ bài',
      '{"since":"2026-01-01T00:00:00Z","minutes":2,"seconds":0.4,"documents":9}' from story where status <> 'live'`.execute(
    db,
  );
}

async function makeSearch(db: Db, { stories: count, sources }: WorldSize): Promise<void> {
  const papers = papersOf(sources);
  const facets = [
    '@t01',
    '@t14',
    '@t38',
    '@t79',
    '@t96',
    '@cthoi-su',
    ...Array.from({ length: papers }, (_, i) => `@bbao-${i + 1}`),
  ];
  await sql`create unlogged table bench_facet as select * from unnest(${facets}::text[], ${facets.map(keyOf)}::integer[]) as f(word, key)`.execute(
    db,
  );
  await sql`drop index story_word_keys`.execute(db);
  await sql`
    insert into story_word (story_id, listed_at, said, plain, keys)
    select s.id, s.listed_at, t.said || p.word || ' @cthoi-su ' || b.word || ' ', t.plain,
      (extract(epoch from s.listed_at) / 1382400)::integer || array[p.key, ${keyOf('@cthoi-su')}::integer, b.key] || t.keys
    from story s join bench_text t on t.id = s.id % ${texts} join bench_facet p on p.word = '@t' || s.province
      join bench_facet b on b.word = '@bbao-' || 1 + s.id % ${papers} where s.status = 'live'`.execute(db);
  await sql`create index story_word_keys on story_word using gin (keys)`.execute(db);
  await sql`insert into setting (key, value) select 'word.change_id', to_jsonb(max(change_id)) from story on conflict (key) do update set value = excluded.value`.execute(
    db,
  );
  // The latest are in the index of related stories as well.
  await sql`update related_state set filed = (select change_id from story where id = ${Math.max(1, count - filed)})`.execute(
    db,
  );
  await relateDue({ db, signal: new AbortController().signal });
}

// 200,000 comments on the newest tenth of a million stories, 20,000 of them waiting; a log of 100,000 lines.
async function makePeople(db: Db, { stories }: WorldSize): Promise<void> {
  await sql`
    insert into comment (story_id, name, body, state, reasons, has_proof, address_key, text_hash, created_at, shown_at)
    select ${stories} - n % least(20000, ${stories} / 10), 'Lò Thị Mai', t.title, case when n % 10 = 0 then 'held' when n % 10 = 1 then 'rejected' else 'shown' end,
      case when n % 10 = 0 then '{links,plain}'::text[] else '{}' end, true, decode(md5((n % 5000)::text), 'hex'), decode(md5(n::text), 'hex'),
      now() - make_interval(secs => 200000 - n), now()
    from generate_series(1, 200000) n join bench_text t on t.id = n % ${texts}`.execute(db);
  await sql`
    insert into comment_story (story_id, shown, latest_at) select story_id, count(*) filter (where state = 'shown'), now() from comment group by story_id`.execute(
    db,
  );
  await sql`
    insert into comment_decision (actor, action, comments, at)
    select 'duyet', 'approve', jsonb_build_array(jsonb_build_object('id', n, 'from', 'held')), now() - make_interval(mins => 5000 - n) from generate_series(1, 5000) n`.execute(
    db,
  );
  await sql`
    insert into audit (actor, action, target, detail, words, at)
    select 'bien-tap', 'story.hide', n::text, '{}', 'bien-tap story.hide story hide ' || n, now() - make_interval(secs => 100000 - n) from generate_series(1, 100000) n`.execute(
    db,
  );
}

/** Fills a migrated, empty database. Takes one to three minutes for a million stories. Touches most tables; leaves `bench_text` behind. */
export async function makeConsoleWorld(db: Db, size: WorldSize): Promise<void> {
  const { stories, sources } = size;
  await makeTexts(db);
  await makeMonths(db, 2 + Math.ceil((stories * everySeconds) / (30 * 86_400)));
  await makeSources(db, sources);
  await makeStories(db, size);
  await makeSearch(db, size);
  await makePeople(db, size);
  await sql`vacuum analyze`.execute(db);
}
