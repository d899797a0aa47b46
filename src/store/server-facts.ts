// A database → what an operator must know of it before anything goes wrong: version, rights, schema, clock, room.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** Facts of the server and of this user's rights on it. `migrations` null: no schema of ours yet. */
export type ServerFacts = {
  version: string;
  versionNumber: number;
  encoding: string;
  now: Date;
  extensions: string[];
  mayCreate: boolean;
  mayTemporary: boolean;
  isReplica: boolean;
  fsync: string;
  used: number;
  most: number;
  databaseBytes: number;
  migrations: string[] | null;
};

/** Asks the server. Reads the catalogue and schema_migration. */
export async function readServer(db: Db): Promise<ServerFacts> {
  const { rows } = await sql<Omit<ServerFacts, 'migrations'> & { hasSchema: boolean }>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
      current_setting('server_encoding') as encoding, clock_timestamp() as now,
      array(select extname::text from pg_extension order by 1) as extensions,
      has_schema_privilege(current_schema(), 'create') as "mayCreate", has_database_privilege(current_database(), 'temporary') as "mayTemporary",
      pg_is_in_recovery() as "isReplica", current_setting('fsync') as fsync,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used, current_setting('max_connections')::int as most,
      pg_database_size(current_database())::float8 as "databaseBytes", to_regclass('schema_migration') is not null as "hasSchema"`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the server answered without a row');
  const { hasSchema, ...facts } = row;
  const taken = hasSchema
    ? await sql<{ name: string }>`select name from schema_migration order by name`.execute(db)
    : null;
  return { ...facts, migrations: taken?.rows.map((one) => one.name) ?? null };
}

/** Hosts of sources, at most `limit`, those that fail first. Primary keys: source is short. */
export async function listSourceHosts(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ host: string }>`
    select s.host from source s join publisher p on p.id = s.publisher_id where not s.is_paused and not p.is_sample
    group by s.host order by max(s.failures) desc, s.host limit ${limit}`.execute(db);
  return rows.map((row) => row.host);
}

/** When the watch last kept a sample, by the clock of the process that did; null = never. Primary key of health_sample. */
export async function lastSampleAt(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`select at from health_sample order by at desc limit 1`.execute(db);
  return rows[0]?.at ?? null;
}
