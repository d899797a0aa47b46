// A size → a database with the index of terms of that many invented stories, words distributed as in the news.
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import type { Log } from '../src/log.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import { findPostings } from '../src/store/term.ts';
import { askedTerms, mostShared } from '../src/story/posting.ts';
import { indexedTerms, maxCandidates } from '../src/story/related.ts';
import { packVector, type TermVector } from '../src/story/vector.ts';

const vectorTerms = 128;
const idBytes = 6;
const mostPerTerm = 128;

// Terms as news has them: the rank of a term is log-uniform, so some stand in every tenth story and most in a handful; and every
// second of the rarer ones is a word of its days, which stories of other days do not have.
const vocabulary = 3_000_000;
const lasting = 2_000;
const dayStories = 5_000;
const logVocabulary = Math.log(vocabulary);
let state = 1;
const startAt = (story: number) => {
  state = Math.imul(story + 1, 0x9e3779b1) >>> 0;
};
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
}
function drawTerm(story: number): number {
  const rank = Math.floor(Math.exp(random() * logVocabulary));
  const days = rank > lasting && random() < 0.5 ? Math.floor(story / dayStories) : 0;
  return Math.imul(rank + days * vocabulary, 0x9e3779b1) | 0;
}

/** The vector of an invented story. The heaviest terms are the rarest: what is drawn first of 32 is filed. */
export function drawVector(story: number): TermVector {
  startAt(story);
  const terms = Int32Array.from(new Set(Array.from({ length: vectorTerms }, () => drawTerm(story))));
  return { terms, weights: Float32Array.from(terms, (_, i) => 0.42 / Math.sqrt(i + 1)) };
}

// Postings in passes over parts of the terms, so that 5 M stories fit into memory; the key is built afterwards.
async function fillPostings(db: Db, size: number): Promise<void> {
  const passes = Math.max(1, Math.ceil(size / 500_000));
  for (let pass = 0; pass < passes; pass++) {
    const drawn = new Float64Array(Math.ceil((size * indexedTerms * 1.1) / passes) + 1_000);
    let count = 0;
    for (let story = 1; story <= size; story++) {
      startAt(story);
      for (let i = 0; i < indexedTerms; i++) {
        const term = drawTerm(story);
        if ((term >>> 0) % passes === pass && count < drawn.length) drawn[count++] = (term >>> 0) * 8_388_608 + story;
      }
    }
    const sorted = drawn.subarray(0, count).sort();
    const terms: number[] = [];
    const stories: Buffer[] = [];
    const flush = async () => {
      await sql`insert into term_posting select * from unnest(${terms}::integer[], ${stories}::bytea[])`.execute(db);
      terms.length = 0;
      stories.length = 0;
    };
    for (let from = 0; from < sorted.length; ) {
      const term = Math.floor((sorted[from] ?? 0) / 8_388_608);
      let to = from;
      while (to < sorted.length && Math.floor((sorted[to] ?? 0) / 8_388_608) === term) to++;
      const first = Math.max(from, to - mostPerTerm);
      const bytes = Buffer.allocUnsafe((to - first) * idBytes);
      for (let i = first; i < to; i++) bytes.writeUIntLE((sorted[i] ?? 0) % 8_388_608, (i - first) * idBytes, idBytes);
      terms.push(term | 0);
      stories.push(bytes);
      from = to;
      if (terms.length === 20_000) await flush();
    }
    if (terms.length > 0) await flush();
  }
}

/** The number of the story that the question `i` of `questions` asks for: the newest and stories of all ages in turns. */
export function askedStory(size: number, i: number): number {
  return i % 2 === 0 ? size - i : Math.ceil(size * ((i * 0.618) % 1));
}

// Whoever is compared in a measured question has its own vector; the others have bytes of the same length, which nobody reads.
async function fillVectors(db: Db, size: number, questions: number): Promise<void> {
  const met = new Set<number>();
  for (let i = 0; i < questions; i++) {
    const id = askedStory(size, i);
    const vector = drawVector(id);
    met.add(id);
    for (const other of mostShared({ id, vector }, await findPostings(db, askedTerms(vector)), maxCandidates))
      met.add(other);
  }
  const ids = [...met];
  await sql`create table met (story_id bigint primary key, vector bytea not null)`.execute(db);
  for (let from = 0; from < ids.length; from += 2_000) {
    const some = ids.slice(from, from + 2_000);
    await sql`insert into met select * from unnest(${some}::bigint[], ${some.map((id) => packVector(drawVector(id)))}::bytea[])`.execute(
      db,
    );
  }
  await sql`insert into story_vector (story_id, basis, vector, published_at)
    select s, 0, coalesce(m.vector, decode(repeat(md5(s::text), 48), 'hex')), now() - (${size} - s) * interval '20 seconds'
    from generate_series(1::bigint, ${size}::bigint) s left join met m on m.story_id = s order by s`.execute(db);
  await sql`drop table met`.execute(db);
}

/** Fills the index of terms of a database, which has one connection, for stories 1 to `size` and `questions` of `askedStory`. */
export async function fillIndex(db: Db, size: number, questions: number): Promise<void> {
  await sql`alter table term_posting drop constraint term_posting_pkey`.execute(db);
  await fillPostings(db, size);
  await sql`set maintenance_work_mem = '512MB'`.execute(db);
  await sql`alter table term_posting add primary key (term)`.execute(db);
  await fillVectors(db, size, questions);
  for (const table of ['term_posting', 'story_vector']) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db);
}

/** Makes a database of `size` stories on the server of `url`, ready for `questions` of `askedStory`. The pool has one connection. */
export async function openRelatedStore(url: string, size: number, questions: number, log: Log): Promise<Db> {
  const admin = openDb(url, { max: 1 });
  await sql`create database ${sql.id(`bench_${size}`)}`.execute(admin);
  await admin.destroy();
  const address = new URL(url);
  address.pathname = `/bench_${size}`;
  const db = openDb(address.href, { max: 1, applicationName: 'bench', statementTimeoutMs: 0 });
  await migrate(db, migrations, { log });
  await fillIndex(db, size, questions);
  return db;
}

/** Gives every tenth story a list, and lets every hundredth wait for its own. */
export async function fillLists(db: Db, size: number): Promise<void> {
  await sql`insert into related_list (story_id, basis, places)
    select s, 0, jsonb_build_array(jsonb_build_object('relatedId', greatest(1, s - 1), 'score', 0.5, 'reason', 'event', 'subject', null))
    from generate_series(1::bigint, ${size}::bigint, 10) as s`.execute(db);
  await sql`insert into related_due select * from generate_series(1::bigint, ${size}::bigint, 100) on conflict do nothing`.execute(
    db,
  );
  for (const table of ['related_list', 'related_due']) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db);
}
