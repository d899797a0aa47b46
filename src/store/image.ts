// The secret that signs addresses of pictures, made once and kept with the data.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './db.ts';

const key = 'image.secret';

/** The deployment's secret of 32 bytes; the first process that asks makes it, all others get the same. Touches setting. */
export async function imageSecret(db: Db): Promise<Buffer> {
  const known = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
  if (typeof known?.value === 'string') return Buffer.from(known.value, 'hex');
  const fresh = JSON.stringify(randomBytes(32).toString('hex'));
  // An update of nothing lets a race's loser read the winner's row.
  const kept = await sql<{ value: unknown }>`
    insert into setting (key, value) values (${key}, ${fresh}::jsonb)
    on conflict (key) do update set value = setting.value returning value`.execute(db);
  return Buffer.from(String(kept.rows[0]?.value), 'hex');
}
