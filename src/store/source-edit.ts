// A person's change to a source → the row changed, and what it was before and is now, for the audit log and for undoing it.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { hostName } from './host.ts';

/** What of a source people may change. `title`: the name they gave it, null = as its feed says; `minutes`: its own pace, null = none; `province` is its paper's, and so that of all its sources. */
export type SourceFields = {
  title: string | null;
  section: string | null;
  url: string;
  province: string | null;
  isPaused: boolean;
  minutes: number | null;
  kind: string;
  /** SourceRules as JSON. */
  rules: unknown;
  readPages: 'never' | 'needed' | 'always';
};

/** The changed fields alone, as they were and as they are. */
export type SourceChange = { before: Partial<SourceFields>; after: Partial<SourceFields> };

/**
 * Why nothing was changed: there is no such source, another has the address, (undoing) it was changed again since, or it is being read, and what
 * that poll learns of the old address or rules would be written over the new ones.
 */
export type EditProblem = 'missing' | 'taken' | 'moved_on' | 'busy';

type Row = SourceFields & { publisherId: number; isReading: boolean };

// Objects as PostgreSQL gives them back have their names in an order of its own.
function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a ?? null)) === JSON.stringify(sorted(b ?? null));
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

/** What people may change of a source, locked for the transaction; null when there is none. */
export async function readFields(db: Db, id: number): Promise<SourceFields | null> {
  return (await rowOf(db, id, false))?.fields ?? null;
}

async function rowOf(
  db: Db,
  id: number,
  isLocked: boolean,
): Promise<{ fields: SourceFields; publisherId: number; isReading: boolean } | null> {
  const { rows } = await sql<Row>`
    select s.own_title as title, s.section, s.url, p.province, s.is_paused as "isPaused", s.poll_minutes as minutes, s.kind, s.rules, s.read_pages as "readPages",
      s.publisher_id as "publisherId", coalesce(s.claimed_until >= now(), false) as "isReading"
    from source s join publisher p on p.id = s.publisher_id where s.id = ${id} ${isLocked ? sql`for update of s` : sql``}`.execute(
    db,
  );
  if (rows[0] === undefined) return null;
  const { publisherId, isReading, ...fields } = rows[0];
  return { fields, publisherId, isReading };
}

/**
 * Changes a source; fields that are as wanted already are left alone, and a change of nothing is `{ before: {}, after: {} }`. A new address, kind
 * or rule makes the next poll read the whole document anew, and due at once; so does going on after a pause. With `expected` nothing is changed
 * unless these fields still are so. Call it in the transaction of its audit line. Touches source, publisher.province, edits.
 */
export async function editSource(
  db: Db,
  id: number,
  wanted: Partial<SourceFields>,
  expected: Partial<SourceFields> = {},
): Promise<SourceChange | EditProblem> {
  const row = await rowOf(db, id, true);
  if (row === null) return 'missing';
  const now: Record<string, unknown> = row.fields;
  if (Object.entries(expected).some(([name, value]) => !sameValue(now[name], value))) return 'moved_on';
  const names = Object.keys(wanted).filter((name) => !sameValue(now[name], Reflect.get(wanted, name)));
  const pick = (from: object) => Object.fromEntries(names.map((name) => [name, Reflect.get(from, name) ?? null]));
  const change: SourceChange = { before: pick(row.fields), after: pick(wanted) };
  if (names.length === 0) return change;
  const { title, section, url, province, isPaused, minutes, kind, rules, readPages } = change.after;
  if (url !== undefined) {
    const other = await sql`select 1 from source where url = ${url} and id <> ${id}`.execute(db);
    if (other.rows.length > 0) return 'taken';
  }
  const isReadAnew = url !== undefined || kind !== undefined || 'rules' in change.after;
  // The row is locked, so that no poll begins now; one under way has its lease.
  if (isReadAnew && row.isReading) return 'busy';
  if (province !== undefined)
    await db.updateTable('publisher').set({ province }).where('id', '=', row.publisherId).execute();
  const isDue = isReadAnew || isPaused === false;
  const set = {
    ...(title === undefined ? {} : { own_title: title }),
    ...(section === undefined ? {} : { section }),
    ...(kind === undefined ? {} : { kind }),
    ...('rules' in change.after ? { rules: rules === null ? null : JSON.stringify(rules) } : {}),
    ...(readPages === undefined ? {} : { read_pages: readPages }),
    ...(isPaused === undefined ? {} : { is_paused: isPaused }),
    ...(minutes === undefined ? {} : { poll_minutes: minutes }),
    ...(url === undefined
      ? {}
      : { url, host: hostName(url), moved_to: null, moved_since: null, blocked_by: null, false_304s: 0 }),
    ...(isReadAnew
      ? { etag: null, last_modified: null, validator_url: null, body_hash: null, item_marks: null, answer_at: null }
      : {}),
    ...(isDue ? { gone_since: null, next_fetch_at: sql<Date>`now()`, next_reason: 'asked' } : {}),
    ...(minutes === undefined || minutes === null || isDue
      ? {}
      : {
          next_fetch_at: sql<Date>`least(next_fetch_at, now() + make_interval(mins => ${minutes}))`,
          next_reason: 'agreed',
        }),
  };
  if (Object.keys(set).length > 0) await db.updateTable('source').set(set).where('id', '=', id).execute();
  if (isDue) await sql`select pg_notify('source_due', '')`.execute(db);
  return change;
}

/** Makes a source due now, though not a paused one; false when there is none to read. */
export async function readNow(db: Db, id: number): Promise<boolean> {
  const done =
    await sql`update source set next_fetch_at = now(), next_reason = 'asked' where id = ${id} and not is_paused`.execute(
      db,
    );
  if ((done.numAffectedRows ?? 0n) === 0n) return false;
  await sql`select pg_notify('source_due', '')`.execute(db);
  return true;
}

/** Removes a source for good and keeps what it brought; answers what it was, null when there is none. Touches source and what hangs on it. */
export async function deleteSource(
  db: Db,
  id: number,
): Promise<(SourceFields & { id: number; publisherId: number }) | null> {
  const row = await rowOf(db, id, true);
  if (row === null) return null;
  await db.deleteFrom('source').where('id', '=', id).execute();
  return { id, publisherId: row.publisherId, ...row.fields };
}
