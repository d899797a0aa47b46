// The last good and the last bad answer of a source in PostgreSQL, squeezed and bounded, for people to look at and rules to be tried on.
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import type { Db } from './db.ts';

const squeeze = promisify(zstdCompress);
const unsqueeze = promisify(zstdDecompress);
// 100 kB in 0.2 ms, in a thread of its own.
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Bytes that are kept of an answer: enough of a good one to try rules on, of a bad one to see what it is. */
export const keptBytes = { good: 1_048_576, bad: 524_288 } as const;

/** An answer to keep. `note`: what was wrong with it, as `code: message`. */
export type Answer = {
  kind: 'good' | 'bad';
  url: string;
  status: number | null;
  hops: readonly { status: number; url: string }[];
  headers: Record<string, string>;
  body: Buffer;
  note: string | null;
};

/** An answer as it was kept; `body` is its beginning where `isCut`, `bytes` counts the whole. */
export type KeptAnswer = Answer & { at: Date; bytes: number; isCut: boolean };

/** An answer as it goes to PostgreSQL: its body squeezed, `bytes` counting the whole. */
export type PackedAnswer = Omit<Answer, 'body'> & { squeezed: Buffer; bytes: number; isCut: boolean };

/** Cuts an answer to what is kept of its kind and squeezes it, in a thread of its own. */
export async function packAnswer(answer: Answer): Promise<PackedAnswer> {
  const { body, headers, ...rest } = answer;
  const most = keptBytes[answer.kind];
  const isCut = body.length > most;
  const bytes = body.length;
  const squeezed = await squeeze(isCut ? body.subarray(0, most) : body, fast);
  // What a site wanted us to remember of ourselves is nobody's business.
  const { 'set-cookie': _cookies, ...kept } = headers;
  return { ...rest, headers: kept, squeezed, bytes, isCut };
}

/** Keeps an answer in place of the one before of its kind. Touches source_answer and, for a good one, source.answer_at. */
export async function keepAnswer(db: Db, sourceId: number, answer: PackedAnswer): Promise<void> {
  await sql`
    with kept as (
      insert into source_answer (source_id, kind, url, status, hops, headers, body, bytes, is_cut, note)
      select ${sourceId}, ${answer.kind}, ${answer.url}, ${answer.status}, ${JSON.stringify(answer.hops)}::jsonb,
        ${JSON.stringify(answer.headers)}::jsonb, ${answer.squeezed}, ${answer.bytes}, ${answer.isCut}, ${answer.note}
      where exists (select 1 from source where id = ${sourceId})
      on conflict (source_id, kind) do update set at = now(), url = excluded.url, status = excluded.status, hops = excluded.hops,
        headers = excluded.headers, body = excluded.body, bytes = excluded.bytes, is_cut = excluded.is_cut, note = excluded.note
    )
    update source set answer_at = now() where id = ${sourceId} and ${answer.kind === 'good'}`.execute(db);
}

/** The kept answers of a source, at most one of each kind. Primary key. */
export async function readAnswers(
  db: Db,
  sourceId: number,
): Promise<{ good: KeptAnswer | null; bad: KeptAnswer | null }> {
  const { rows } = await sql<Omit<KeptAnswer, 'body'> & { squeezed: Buffer }>`
    select kind, url, status, hops, headers, body as squeezed, note, at, bytes, is_cut as "isCut"
    from source_answer where source_id = ${sourceId}`.execute(db);
  const whole = await Promise.all(
    rows.map(async ({ squeezed, ...row }): Promise<KeptAnswer> => ({ ...row, body: await unsqueeze(squeezed) })),
  );
  return {
    good: whole.find((one) => one.kind === 'good') ?? null,
    bad: whole.find((one) => one.kind === 'bad') ?? null,
  };
}
