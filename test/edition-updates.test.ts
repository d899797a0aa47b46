// Who is told of what: subscribers of a changed story, nobody of mended spelling.
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { claimDueDocuments, requestDocument, saveDocument } from '../src/store/document.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { freshDatabase } from './support/database.ts';

let db: Db;
let editionId: number;
const at = new Date('2026-11-22T01:00:00Z');

beforeEach(async () => {
  db = await freshDatabase();
  await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
  editionId = (await db.selectFrom('edition').select('id').executeTakeFirstOrThrow()).id;
  await sql`delete from document`.execute(db);
  await requestDocument(db, editionId, 'rss');
  await sql`insert into subscription (edition_id, format, topic, callback, callback_key, host, expires_at)
    values (${editionId}, 'rss', 'x', 'https://reader.example/cb', 'key', 'reader.example', now() + interval '1 day')`.execute(
    db,
  );
});

async function save(body: string, part: { lastModified?: Date; storyIds?: number[] } = {}): Promise<boolean> {
  await sql`update document set due_at = now()`.execute(db);
  await sql`delete from topic_change`.execute(db);
  const [claim] = await claimDueDocuments(db, { limit: 1, leaseSeconds: 60 });
  if (claim === undefined) throw new Error('nothing was due');
  const rendered = { body: Buffer.from(body), etag: `"${body}"`, lastModified: at, storyIds: [2, 1], ...part };
  expect(await saveDocument(db, claim, rendered)).toBe(true);
  return (await sql`select from topic_change`.execute(db)).rows.length > 0;
}

it('a new story, a material change and a story that went are told; mended spelling is kept and not told', async () => {
  expect(await save('first')).toBe(true);
  expect(await save('a comma more')).toBe(false);
  expect((await db.selectFrom('document').select('body').executeTakeFirstOrThrow()).body?.toString()).toBe(
    'a comma more',
  );
  expect(await save('a correction', { lastModified: new Date(at.getTime() + 60_000) })).toBe(true);
  expect(await save('a story less', { lastModified: new Date(at.getTime() + 60_000), storyIds: [2] })).toBe(true);
});
