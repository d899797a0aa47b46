// A database of ours → what of it goes into an export: tables in the order in which they can be filled again, sequences, partitions.
import type pg from 'pg';
import { StoreError } from '../errors.ts';

/** The first line of an export. `migrations` is the schema it needs, `tables` the order of its parts. */
export type Manifest = {
  format: 'tin-tinh-export';
  version: 1;
  madeAt: string;
  postgres: string;
  migrations: string[];
  tables: { name: string; columns: string[] }[];
  sequences: { name: string; last: string; isCalled: boolean }[];
  /** As `pg_get_expr` writes a partition's bound. */
  partitions: { name: string; of: string; bound: string; options: string[] }[];
};

/** What proves a table: how many rows, the SHA-256 of their bytes in order, and the sum of their hashes, which no order changes. */
export type TableProof = { rows: number; sha256: string; sum: string };

/** A dumped row never ends like this, as COPY doubles backslashes. */
export const endMark = '\\.';

/** Settings under which the same row has the same text in every PostgreSQL since 15. */
export const plainSettings = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set statement_timeout = 0; set lock_timeout = '60s'`;

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Rows of a query as objects. */
export async function rowsOf<T extends object>(
  client: pg.Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  return (await client.query<T>(text, [...values])).rows;
}

/** The migrations a database has taken; null when it holds no schema of ours. */
export async function readMigrations(client: pg.Client): Promise<string[] | null> {
  const [found] = await rowsOf<{ isThere: boolean }>(
    client,
    `select to_regclass('schema_migration') is not null as "isThere"`,
  );
  if (found?.isThere !== true) return null;
  return (await rowsOf<{ name: string }>(client, 'select name from schema_migration order by applied_at, name')).map(
    (row) => row.name,
  );
}

/** The whole description of a database, within the caller's transaction. Throws StoreError `store.no_schema`. */
export async function readManifest(client: pg.Client, madeAt: Date): Promise<Manifest> {
  const migrations = await readMigrations(client);
  if (migrations === null)
    throw new StoreError('store.no_schema', 'this database holds nothing of ours', {
      remedy: 'point DATABASE_URL or DATA_DIR at the database to export',
    });
  const [server] = await rowsOf<{ version: string }>(client, `select current_setting('server_version') as version`);
  const sequences = await rowsOf<{ name: string }>(
    client,
    `select c.relname as name from pg_class c where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace order by 1`,
  );
  const states: Manifest['sequences'] = [];
  for (const { name } of sequences) {
    const [state] = await rowsOf<{ last: string; isCalled: boolean }>(
      client,
      `select last_value::text as last, is_called as "isCalled" from ${quoted(name)}`,
    );
    if (state !== undefined) states.push({ name, ...state });
  }
  return {
    format: 'tin-tinh-export',
    version: 1,
    madeAt: madeAt.toISOString(),
    postgres: server?.version ?? '',
    migrations,
    tables: await readTables(client),
    sequences: states,
    partitions: await rowsOf(
      client,
      `select c.relname as name, p.relname as of, pg_get_expr(c.relpartbound, c.oid) as bound, coalesce(c.reloptions, '{}') as options
       from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
       where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 1`,
    ),
  };
}

/** All tables but partitions and the list of migrations, those that others point at first; generated columns make themselves. */
export async function readTables(client: pg.Client): Promise<Manifest['tables']> {
  const tables = await rowsOf<{ name: string; columns: string[]; needs: string[] }>(
    client,
    `select c.relname as name,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       coalesce((select array_agg(distinct t.relname::text) from pg_constraint f join pg_class t on t.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and t.oid <> c.oid), '{}') as needs
     from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migration'
       and c.relnamespace = current_schema()::regnamespace order by 1`,
  );
  const done = new Set<string>();
  const ordered: Manifest['tables'] = [];
  while (ordered.length < tables.length) {
    const ready = tables.filter((table) => !done.has(table.name) && table.needs.every((name) => done.has(name)));
    if (ready.length === 0) throw new StoreError('store.key_ring', 'tables point at each other in a ring');
    for (const { name, columns } of ready) {
      done.add(name);
      ordered.push({ name, columns });
    }
  }
  return ordered;
}
