// Articles of the corpus → what it costs to file a story under its terms: processor time a step, of this process and of PostgreSQL.
import { existsSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { resetIndex } from '../src/store/term.ts';
import { countDocument, newFrequencies } from '../src/story/frequency.ts';
import { packPostings } from '../src/story/posting.ts';
import { basisOf, relateDue, termsOfStory } from '../src/story/relate.ts';
import { packVector, vectorOf } from '../src/story/vector.ts';
import { plainText } from '../src/text/markup.ts';
import { findPlaces } from '../src/text/place-find.ts';
import { postmasterOf } from './bench-cpu.ts';
import { treeCpuSeconds } from './ingest-cpu.ts';

type Article = { title: string; summary: string; bodyHtml: string };

const corpus = '../shared/corpus/vi/related-docs.jsonl';
const rounds = 4;

/** The articles of the corpus beside the project; null when it is absent. */
export function corpusArticles(): Article[] | null {
  if (!existsSync(corpus)) return null;
  const lines = readFileSync(corpus, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const doc = JSON.parse(line) as { title: string; lead?: string; body: string };
    return { title: plainText(doc.title), summary: plainText(doc.lead ?? ''), bodyHtml: doc.body.slice(0, 16_000) };
  });
}

const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function time<T>(count: number, work: (i: number) => T): { each: number; made: T[] } {
  const run = () => Array.from({ length: count }, (_, i) => work(i));
  run();
  const startedAt = cpuUs();
  let made: T[] = [];
  for (let round = 0; round < rounds; round++) made = run();
  return { each: (cpuUs() - startedAt) / rounds / count, made };
}

/** Microseconds of processor each pure step of filing takes; `loop` is a bare loop over the characters of the same texts. */
export function measureSteps(articles: readonly Article[]): Record<string, number> {
  const stories = articles.map((article, id) => ({ ...article, id, province: '14', firstAt: new Date(0) }));
  const count = stories.length;
  const at = (i: number) =>
    stories[i] ?? stories[0] ?? { id: 0, title: '', summary: '', bodyHtml: '', province: null, firstAt: new Date(0) };
  const frequencies = newFrequencies();
  const loop = time(count, (i) => {
    const { bodyHtml } = at(i);
    let sum = 0;
    for (let k = 0; k < bodyHtml.length; k++) sum = (sum * 31 + bodyHtml.charCodeAt(k)) | 0;
    return sum;
  });
  const basis = time(count, (i) => basisOf(at(i)));
  const plain = time(count, (i) => plainText(at(i).bodyHtml));
  const places = time(count, (i) => findPlaces(at(i).title, at(i).summary, '14'));
  const terms = time(count, (i) => termsOfStory(at(i)));
  const counting = time(count, (i) => countDocument(frequencies, terms.made[i]?.terms ?? []));
  const nothing = { terms: new Int32Array(), counts: new Float32Array() };
  const vectors = time(count, (i) => vectorOf(terms.made[i] ?? nothing, frequencies));
  const packed = time(count, (i) =>
    packVector(vectors.made[i] ?? { terms: new Int32Array(), weights: new Float32Array() }),
  );
  const startedAt = cpuUs();
  for (let round = 0; round < rounds; round++) packPostings(vectors.made.map((vector, id) => ({ id, vector })));
  return {
    loop: loop.each,
    basis: basis.each,
    plain: plain.each,
    places: places.each,
    terms: terms.each - plain.each - places.each,
    count: counting.each,
    vector: vectors.each,
    pack: packed.each,
    postings: (cpuUs() - startedAt) / rounds / count,
  };
}

/** Stores the articles as live stories; fails in a database that holds any. */
export async function storeArticles(db: Db, articles: readonly Article[], copies: number): Promise<number> {
  await sql`insert into publisher (slug, name, site_url, province) values ('bench', 'Bench', 'https://bench.example', '14')`.execute(
    db,
  );
  const rows = JSON.stringify(articles);
  const made = await sql<{ n: number }>`
    with articles as (select row_number() over () as n, a.* from json_to_recordset(${rows}::json) as a(title text, summary text, "bodyHtml" text)),
    entries as (
      insert into entry (seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, published_at, is_date_guess, changed_at, listed_at, hash)
      select now(), 1, 1, 'https://bench.example/' || c || '/' || n, title, summary, "bodyHtml", '{}', '{}', '[]', now(), false, now(), now(), '\\x00'
      from articles, generate_series(1, ${copies}::integer) as c order by c, n
      returning id, seen_at, title, summary
    ), stories as (
      insert into story (title, summary, province, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
      select title, summary, '14', seen_at, seen_at, seen_at, 1, id, seen_at from entries returning id
    ) select count(*)::integer as n from stories`.execute(db);
  return made.rows[0]?.n ?? 0;
}

/** Files all stories of a database anew; microseconds of processor a story, of all of PostgreSQL's processes. */
export async function measureFiling(db: Db, stories: number): Promise<{ app: number; postgres: number }> {
  await resetIndex(db);
  await sql`checkpoint`.execute(db);
  const postmaster = await postmasterOf(db);
  const server = treeCpuSeconds(postmaster);
  const own = cpuUs();
  const signal = new AbortController().signal;
  // The first call sees an import and stands back.
  for (let filed = 0, tries = 0; filed < stories && tries < 5; tries++) filed += await relateDue({ db, signal });
  return { app: (cpuUs() - own) / stories, postgres: ((treeCpuSeconds(postmaster) - server) * 1e6) / stories };
}
