// The hot statements and a big store → the plan of each, and what is wrong with it.
import { CompiledQuery, sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { parseSearch } from '../src/text/search.ts';
import { type HotStatement, hotStatements, type Sample } from './hot-statements.ts';

/** One statement's plan: the indexes it uses, the rows and pages it read, and faults in words (empty = none). */
export type Plan = { name: string; often: string; indexes: string[]; rows: number; pages: number; faults: string[] };

// Tables that grow with the news. What stands by itself in a page or two (papers, editions, documents) may be read through.
const growing =
  /^(?:entry|entry_key|entry_text|entry_sketch|poll|story|story_entry|story_fit|story_word|story_vector|term_posting|story_event|related_list)(?:_\d{4}_\d\d)?$/;
// A statement asks for hundreds of rows at most; findTwins and a search look through some thousands by design.
const mostRows = 20_000;
const mostPages = 20_000;

type Node = Record<string, unknown> & { Plans?: Node[] };

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of node.Plans ?? []) walk(child, visit);
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' ? value : 0);

/**
 * What a plan as of `explain (format json)` reads: names of its indexes, rows (with those thrown away), and scans of whole growing tables. Months
 * that are `empty` may be scanned.
 */
export function readPlan(
  plan: Node,
  empty: ReadonlySet<string> = new Set(),
): { indexes: Set<string>; rows: number; pages: number; scans: string[] } {
  const indexes = new Set<string>();
  const scans: string[] = [];
  let rows = 0;
  walk(plan, (node) => {
    const index = text(node['Index Name']);
    if (index !== '') indexes.add(index.replace(/_\d{4}_\d\d(?=_|$)/, ''));
    const table = text(node['Relation Name']);
    if (node['Node Type'] === 'Seq Scan' && growing.test(table) && !empty.has(table)) scans.push(table);
    if (table === '') return;
    rows +=
      (number(node['Actual Rows']) + number(node['Rows Removed by Filter'])) *
      Math.max(1, number(node['Actual Loops']));
  });
  return {
    indexes,
    rows: Math.round(rows),
    pages: number(plan['Shared Hit Blocks']) + number(plan['Shared Read Blocks']),
    scans,
  };
}

// PostgreSQL keeps the plan for any values when it seems no dearer than one for these values together with the price of planning
// (`choose_custom_plan` in plancache.c: 1,000 operators for each table and one).
const operatorCost = 0.0025;

/** Whether a connection that has asked a few times goes on with the plan for any values. */
export function isKept(generic: Node, own: Node): boolean {
  let tables = 1;
  walk(generic, (node) => {
    if (node['Relation Name'] !== undefined) tables += 1;
  });
  return number(generic['Total Cost']) < number(own['Total Cost']) + 1_000 * operatorCost * tables;
}

class Undo extends Error {}

// Whatever is written in it is taken back.
async function inUndone<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  let made: { value: T } | null = null;
  try {
    await db.transaction().execute(async (trx) => {
      made = { value: await work(trx) };
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  if (made === null) throw new TypeError('nothing was made');
  return (made as { value: T }).value;
}

type Said = { statement: string; parameters: readonly unknown[] };

async function explain(trx: Db, { statement, parameters }: Said): Promise<{ own: Node; generic: Node | null }> {
  type Row = { 'QUERY PLAN': { Plan: Node }[] };
  const run = async (options: string, values: readonly unknown[]) => {
    const result = await trx.executeQuery<Row>(
      CompiledQuery.raw(`explain (${options}, format json) ${statement}`, [...values]),
    );
    return result.rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
  };
  const own = await run('analyze, buffers, timing off', parameters);
  // Connections keep one plan for all values when it seems no worse: it must not scan either.
  await sql`savepoint generic`.execute(trx);
  try {
    return { own, generic: parameters.length === 0 ? null : await run('generic_plan', []) };
  } catch {
    // A value of unknown type cannot be planned without it; nor would a connection.
    await sql`rollback to savepoint generic`.execute(trx);
    return { own, generic: null };
  }
}

const isQuestion = ({ statement }: Said) =>
  /^\s*(?:select|with|insert|update|delete)\b/i.test(statement) && !/advisory/.test(statement);

async function planOf(
  db: Db,
  said: Said[],
  hot: HotStatement,
  sample: Sample,
  empty: ReadonlySet<string>,
): Promise<Plan> {
  const plan: Plan = { name: hot.name, often: hot.often, indexes: [], rows: 0, pages: 0, faults: [] };
  said.length = 0;
  // Asked from its own transaction where it opens one; else inside ours.
  await inUndone(db, (trx) =>
    hot.ask(
      Object.assign(trx, { transaction: () => ({ execute: (work: (one: Db) => unknown) => work(trx) }) }),
      sample,
    ),
  );
  const asked = said.filter(isQuestion);
  if (asked.length === 0) plan.faults.push('asked nothing');
  const indexes = new Set<string>();
  // In one transaction, as they were asked: one may leave a setting for the next.
  const explained = await inUndone(db, async (trx) => {
    const found: { own: Node; generic: Node | null }[] = [];
    for (const one of asked) found.push(await explain(trx, one));
    return found;
  });
  for (const { own, generic } of explained) {
    const read = readPlan(own, empty);
    for (const index of read.indexes) indexes.add(index);
    plan.rows += read.rows;
    plan.pages += read.pages;
    for (const table of read.scans) plan.faults.push(`reads all of ${table}`);
    for (const table of generic !== null && isKept(generic, own) ? readPlan(generic, empty).scans : [])
      plan.faults.push(`reads all of ${table} with the plan for any values`);
  }
  if (plan.rows > mostRows) plan.faults.push(`looks at ${plan.rows} rows`);
  if (plan.pages > mostPages) plan.faults.push(`looks at ${plan.pages} pages`);
  return { ...plan, indexes: [...indexes].toSorted() };
}

async function takeSample(db: Db): Promise<Sample> {
  const found = await sql<Omit<Sample, 'search'> & { said: string }>`
    select e.id, e.seen_at as "seenAt", e.publisher_id as "publisherId", e.source_id as "sourceId", p.slug, e.province, e.section, s.change_id as "changeId", e.id as batch,
      array(select key from entry_key k where k.publisher_id = e.publisher_id and k.entry_id = e.id) as keys,
      t.said
    from story s join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at join publisher p on p.id = e.publisher_id
    join story_word t on t.story_id = s.id order by s.id desc offset 100 limit 1`.execute(db);
  const [row] = found.rows;
  if (row === undefined) throw new TypeError('the store is empty');
  const [first = 'tin', , , second = 'bản'] = row.said.trim().split(' ');
  const search = parseSearch(`${first} ${second}`);
  if (search === null) throw new TypeError('a story without words');
  return { ...row, search };
}

/**
 * Asks every hot statement of a store and explains what was asked. `said` is the list that the pool of `db` puts its statements into (see
 * `DbOptions.onQuery`). Writes are rolled back.
 */
export async function checkPlans(db: Db, said: Said[]): Promise<Plan[]> {
  const sample = await takeSample(db);
  const found = await sql<{ name: string }>`
    select relname as name from pg_class where relispartition and relkind = 'r' and pg_relation_size(oid) = 0`.execute(
    db,
  );
  const empty = new Set(found.rows.map((row) => row.name));
  const plans: Plan[] = [];
  for (const hot of hotStatements) plans.push(await planOf(db, said, hot, sample, empty));
  return plans;
}

/**
 * Lets the planner believe that the filled tables hold `rows` entries where they hold `size`: it multiplies a table's pages by the rows a page, as
 * noted at its last analysis. What it knows of values stays as measured. Until the next analysis of a table. Touches pg_class.
 */
export async function pretendRows(db: Db, size: number, rows: number): Promise<void> {
  await sql`update pg_class set reltuples = reltuples * ${rows / size}::float8
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and reltuples > 0
      and oid in (select c.oid from pg_class c left join pg_index x on x.indexrelid = c.oid left join pg_class t on t.oid = x.indrelid
        where coalesce(t.relname, c.relname) ~ '^(entry|story|term_posting|related_list|poll)')`.execute(db);
}
