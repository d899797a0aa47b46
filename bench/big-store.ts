// A size → a database that holds that many entries, each a story of its own, as two years of papers would have left it.
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { provinces } from '../src/text/place.ts';
import { keyOf } from '../src/text/search-key.ts';
import { storyWords } from '../src/text/search.ts';
import { sections } from '../src/text/section.ts';
import { packSketch, sketchOf } from '../src/text/sketch.ts';
import { openVocabulary } from './vocabulary.ts';

/** `bodyChars` is the length of a body's HTML; papers write some 2,500. `onProgress` hears of the entries stored so far. */
export type BigStoreOptions = { bodyChars?: number; onProgress?: (stored: number) => void };

const publishers = 200;
const templates = 512;
// 20,000 articles in six days, as the papers of all provinces write.
const secondsApart = 26;
const windowDays = 15;
const chunk = 100_000;

const { line } = openVocabulary(7);

type Template = { title: string; summary: string; body: string; words: ReturnType<typeof storyWords>; sketch: Buffer };

function makeTemplate(bodyChars: number): Template {
  const title = line(12);
  const summary = line(30);
  let body = '';
  while (body.length < bodyChars) body += `<p>${line(60)}</p>`;
  const words = storyWords({ title, summary, provinces: [], sections: [], publishers: [] });
  return { title, summary, body, words, sketch: packSketch(sketchOf({ title, summary, html: body })) };
}

// Months as far back as the oldest entry; what `ensurePartitions` makes is there already.
async function makeMonths(db: Db, size: number): Promise<void> {
  const months = Math.ceil((size * secondsApart) / (28 * 86_400)) + 1;
  for (let back = 2; back <= months; back++) {
    const bounds = await sql<{ name: string; from: string; to: string }>`
      select to_char(m, 'YYYY_MM') as name, to_char(m, 'YYYY-MM-DD') as from, to_char(m + interval '1 month', 'YYYY-MM-DD') as to
      from (select date_trunc('month', now() at time zone 'utc') - make_interval(months => ${back}::integer) as m) as month`.execute(
      db,
    );
    const [bound] = bounds.rows;
    if (bound === undefined) continue;
    for (const table of ['entry', 'entry_sketch'])
      await sql`create table if not exists ${sql.id(`${table}_${bound.name}`)} partition of ${sql.id(table)}
        for values from (${sql.lit(`${bound.from}T00:00:00Z`)}) to (${sql.lit(`${bound.to}T00:00:00Z`)}) with (toast_tuple_target = 8160)`.execute(
        db,
      );
  }
}

async function makeTemplates(db: Db, bodyChars: number): Promise<void> {
  await sql`create table template (n integer primary key, title text, summary text, body text, said text, plain text, keys integer[], sketch bytea)`.execute(
    db,
  );
  for (let n = 0; n < templates; n++) {
    const one = makeTemplate(bodyChars);
    await sql`insert into template values (${n}, ${one.title}, ${one.summary}, ${one.body}, ${one.words.said}, ${one.words.plain}, ${one.words.keys}::integer[], ${one.sketch})`.execute(
      db,
    );
  }
  await sql`create table bench_place (n integer primary key, province text, section text, keys integer[])`.execute(db);
  for (let n = 0; n < provinces.length; n++) {
    const [province, section] = [provinces[n]?.code ?? '', sections[n % sections.length]?.slug ?? ''];
    const keys = [keyOf(`@t${province}`), keyOf(`@c${section}`)];
    await sql`insert into bench_place values (${n}, ${province}, ${section}, ${keys}::integer[])`.execute(db);
  }
}

async function makePublishers(db: Db): Promise<void> {
  await sql`insert into publisher (slug, name, site_url, province, rights_show, rights_images)
    select 'bao-' || n, 'Báo ' || n, 'https://bao-' || n || '.example', (select province from bench_place where bench_place.n = g.n % ${provinces.length}::integer), 'full', true
    from generate_series(0, ${publishers - 1}::integer) as g(n)`.execute(db);
  await sql`insert into source (publisher_id, url, host, title, next_fetch_at)
    select id, site_url || '/rss', slug || '.example', name, now() + interval '10 years' from publisher where slug like 'bao-%'`.execute(
    db,
  );
}

// Entries `from` + 1 to `to`; the rows of one entry carry its number everywhere.
async function fillChunk(db: Db, from: number, to: number, size: number, newestAt: Date): Promise<void> {
  const seenAt = sql`(${newestAt}::timestamptz - make_interval(secs => (${size}::bigint - s) * ${secondsApart}))::timestamptz(3)`;
  const base = sql`
    select s as id, ${seenAt} as seen_at, p.id as publisher_id, s % 977 as spread, b.province, b.section, b.keys as place_keys, t.*
    from generate_series(${from + 1}::bigint, ${to}::bigint) as s
    join publisher p on p.slug = 'bao-' || ((s * 7919) % ${publishers}::integer)
    join bench_place b on b.n = (s * 31) % ${provinces.length}::integer
    join template t on t.n = (s * 101) % ${templates}::integer`;
  await sql`
    insert into entry (id, seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, section, province,
      published_at, is_date_guess, changed_at, listed_at, hash)
    select id, seen_at, publisher_id, publisher_id, 'https://bao.example/' || id, title || ' ' || id, summary, body, '{}', '{}', '[]', section, province,
      seen_at, false, seen_at, seen_at, decode(md5(id::text), 'hex')
    from (${base}) as r order by id`.execute(db);
  await sql`
    insert into story (id, title, summary, province, section, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
    overriding system value
    select id, title || ' ' || id, summary, province, section, seen_at, seen_at, seen_at, publisher_id, id, seen_at from (${base}) as r order by id`.execute(
    db,
  );
  await sql`insert into story_entry (entry_id, seen_at, story_id) select id, seen_at, id from (${base}) as r order by id`.execute(
    db,
  );
  await sql`insert into story_fit (kind, value, listed_at, story_id)
    select f.kind, f.value, seen_at, id from (${base}) as r cross join lateral
      (values ('province', r.province), ('section', r.section), ('publisher', 'bao-' || (r.id * 7919) % ${publishers}::integer)) as f(kind, value) order by id`.execute(
    db,
  );
  await sql`insert into entry_key (publisher_id, key, entry_id, seen_at)
    select publisher_id, kind || substr(encode(sha256((kind || id)::bytea), 'base64'), 1, 22), id, seen_at
    from (${base}) as r cross join (values ('u:'), ('g:')) as k(kind) order by id`.execute(db);
  await sql`insert into entry_text (hash, entry_id) select hashint8extended(id, 7) >> 11, id from (${base}) as r order by id`.execute(
    db,
  );
  // Each story's own word has a number of its own.
  await sql`insert into story_word (story_id, listed_at, said, plain, keys)
    select id, seen_at, said || 'số' || id || ' @t' || province || ' @c' || section || ' @b' || publisher_id || ' ', plain || 'so' || id || ' ',
      (extract(epoch from seen_at) / 1382400)::integer || place_keys || (-id)::integer || keys
    from (${base}) as r order by id`.execute(db);
  // What is older than the window of matching was dropped by upkeep. Hashes of a template's marks are moved on by the entry's number.
  await sql`insert into entry_sketch (batch, entry_id, seen_at, publisher_id, sketch)
    select id, id, seen_at, publisher_id, overlay(overlay(sketch placing decode(md5(id::text), 'hex') from 1)
      placing substr(decode(md5(id || 'a') || md5(id || 'b') || md5(id || 'c') || md5(id || 'd'), 'hex'), 1, least(64, length(sketch) - 18)) from 19)
    from (${base}) as r where seen_at > now() - make_interval(days => ${windowDays}) order by id`.execute(db);
}

async function setCounters(db: Db, size: number): Promise<void> {
  await sql`select setval('entry_id', ${size}), setval(pg_get_serial_sequence('story', 'id'), ${size}), setval('sketch_batch', ${size})`.execute(
    db,
  );
  const last = await sql<{ changeId: number }>`select max(change_id) as "changeId" from story`.execute(db);
  const changeId = last.rows[0]?.changeId ?? 0;
  await sql`update related_state set filed = ${changeId}`.execute(db);
  await sql`insert into setting (key, value) values ('word.change_id', ${changeId}::text::jsonb) on conflict (key) do update set value = excluded.value`.execute(
    db,
  );
}

/**
 * Fills a migrated database without rows, months made, with `size` entries by 200 papers, 26 seconds apart up to now, each the only one of its story;
 * all that follows stories is up to them, but for the index of terms and the lists of editions. Touches every table of the river.
 */
export async function fillBigStore(db: Db, size: number, options: BigStoreOptions = {}): Promise<void> {
  await makeMonths(db, size);
  await makeTemplates(db, options.bodyChars ?? 2_400);
  await makePublishers(db);
  const rebuilt = [
    ['story_fit_latest', 'create index story_fit_latest on story_fit (kind, value, listed_at desc, story_id desc)'],
    ['entry_text_hash', 'create index entry_text_hash on entry_text (hash)'],
    ['story_word_keys', 'create index story_word_keys on story_word using gin (keys)'],
  ] as const;
  for (const [index] of rebuilt) await sql`drop index ${sql.id(index)}`.execute(db);
  await sql`alter table entry_key drop constraint entry_key_pkey`.execute(db);
  // One for all statements: an entry's moment is part of its key.
  const newestAt = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  for (let from = 0; from < size; from += chunk) {
    await fillChunk(db, from, Math.min(size, from + chunk), size, newestAt);
    options.onProgress?.(Math.min(size, from + chunk));
  }
  await db.connection().execute(async (one) => {
    await sql`set maintenance_work_mem = '512MB'`.execute(one);
    await sql`alter table entry_key add primary key (publisher_id, key)`.execute(one);
    for (const [, statement] of rebuilt) await sql.raw(statement).execute(one);
  });
  await setCounters(db, size);
  await sql`drop table template, bench_place`.execute(db);
  await sql`vacuum (analyze)`.execute(db);
}
