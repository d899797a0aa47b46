// The verb of publishing on a real database: what is due is rendered once, what fails leaves the last good bytes.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import pino from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepEditions } from '../src/edition/keep.ts';
import { type PublishContext, publishDue } from '../src/edition/publish.ts';
import { wantedEditions } from '../src/edition/editions.ts';
import type { Db } from '../src/store/db.ts';
import {
  claimDueDocuments,
  failDocument,
  nextDocumentDue,
  noteRead,
  readDocument,
  requestDocument,
  saveDocument,
} from '../src/store/document.ts';
import { ensureEditions, findEditionByPath, listEditions, touchEditions } from '../src/store/edition.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { freshDatabase } from './support/database.ts';

const publicUrl = 'https://tin.example.vn';
const nothing = { publisherSlugs: [], provinces: [], sections: [] };
let db: Db;

function context(part: Partial<PublishContext> = {}): PublishContext {
  return {
    db,
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    config: { publicUrl },
    ...part,
  };
}

async function addPublisher(slug: string): Promise<number> {
  const row = await db
    .insertInto('publisher')
    .values({
      slug,
      name: `Báo ${slug}`,
      site_url: `https://${slug}.example.vn`,
      province: '14',
      rights_show: 'full',
      rights_images: true,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

async function addStory(
  publisherId: number,
  title: string,
  part: { uid?: string; province?: string | null; section?: string | null } = {},
): Promise<number> {
  const at = new Date();
  const entry = await sql<{ id: number; seen_at: Date }>`
    insert into entry (seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, published_at, is_date_guess, changed_at, listed_at, hash)
    values (date_trunc('milliseconds', now()), ${publisherId}, 1, 'https://x.example.vn/1', ${title}, 'Tóm tắt', '<p>Thân bài</p>', '{}', '{}', '[]', ${at}, false, ${at}, ${at}, '\\x00')
    returning id, seen_at`.execute(db);
  const [lead] = entry.rows;
  if (!lead) throw new Error('no entry');
  const story = await db
    .insertInto('story')
    .values({
      ...(part.uid === undefined ? {} : { uid: part.uid }),
      title,
      summary: 'Tóm tắt',
      province: part.province ?? null,
      section: part.section ?? null,
      image: null,
      first_at: at,
      listed_at: at,
      changed_at: at,
      publisher_id: publisherId,
      lead_entry_id: lead.id,
      lead_seen_at: lead.seen_at,
      merged_into: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return story.id;
}

async function rename(storyId: number, title: string): Promise<void> {
  await db.updateTable('story').set({ title, changed_at: new Date() }).where('id', '=', storyId).execute();
  await touchEditions(db, nothing);
}

// Time passes by moving the rows back: every date in question is the database's own.
async function letTimePass(interval: string): Promise<void> {
  await sql`update document set due_at = due_at - ${interval}::interval, rendered_at = rendered_at - ${interval}::interval,
    read_at = read_at - ${interval}::interval, claimed_until = claimed_until - ${interval}::interval`.execute(db);
}

async function dueCount(): Promise<number> {
  const row = await sql<{ n: number }>`select count(*)::int as n from document where due_at is not null`.execute(db);
  return row.rows[0]?.n ?? -1;
}

async function general() {
  const document = await readDocument(db, 'tin-moi', 'rss');
  if (!document) throw new Error('no general edition');
  return document;
}

async function editionId(path: string): Promise<number> {
  const edition = await findEditionByPath(db, path);
  if (!edition) throw new Error(`no edition ${path}`);
  return edition.id;
}

beforeAll(async () => {
  db = await freshDatabase();
  await ensurePartitions(db);
});

beforeEach(async () => {
  await sql`truncate document, edition, story_entry, story, entry, source, publisher restart identity cascade`.execute(
    db,
  );
  await ensureEditions(db, wantedEditions([]));
});

describe('publishing', () => {
  it('renders the three documents of the general edition at once, with a strong ETag over the bytes', async () => {
    await addStory(await addPublisher('a'), 'Tin đầu tiên');
    expect(await publishDue(context())).toEqual({ rendered: 3, unchanged: 0, failed: 0 });
    const document = await general();
    expect(document.etag).toBe(
      `"${createHash('sha256')
        .update(document.body ?? '')
        .digest('base64url')}"`,
    );
    expect(document.body?.toString()).toContain('<title>Tin đầu tiên</title>');
    expect(document.isStale).toBe(false);
    expect(await publishDue(context())).toEqual({ rendered: 0, unchanged: 0, failed: 0 });
  });

  it('gives new bytes and a new ETag when a story changes, 10 s apart from the last', async () => {
    const story = await addStory(await addPublisher('a'), 'Tít cũ');
    await publishDue(context());
    const before = await general();
    await rename(story, 'Tít mới');
    expect((await general()).isStale).toBe(true);
    expect(await publishDue(context())).toEqual({ rendered: 0, unchanged: 0, failed: 0 });
    await letTimePass('11 seconds');
    expect(await publishDue(context())).toEqual({ rendered: 3, unchanged: 0, failed: 0 });
    const after = await general();
    expect(after.body?.toString()).toContain('<title>Tít mới</title>');
    expect(after.etag).not.toBe(before.etag);
  });

  it('writes nothing when the bytes are the same', async () => {
    await addStory(await addPublisher('a'), 'Tít');
    await publishDue(context());
    const before = await general();
    await touchEditions(db, nothing);
    await letTimePass('11 seconds');
    expect(await publishDue(context())).toEqual({ rendered: 0, unchanged: 3, failed: 0 });
    const after = await general();
    expect({ etag: after.etag, lastModified: after.lastModified, stale: after.isStale }).toEqual({
      etag: before.etag,
      lastModified: before.lastModified,
      stale: false,
    });
  });

  it('keeps the last good bytes of a document that fails, records why, and goes on with the others', async () => {
    const story = await addStory(await addPublisher('a'), 'Tít', { section: 'kinh-te' });
    await requestDocument(db, await editionId('chuyen-muc/the-thao/tin-moi'), 'atom');
    await publishDue(context());
    const before = await general();
    // No text breaks a document, so the database is made to hold what it never should.
    await sql`update entry set media = 'null'`.execute(db);
    await rename(story, 'Tít sau');
    await sql`update document set due_at = now()`.execute(db);
    expect(await publishDue(context())).toEqual({ rendered: 0, unchanged: 1, failed: 3 });
    const after = await general();
    expect({ etag: after.etag, body: after.body }).toEqual({ etag: before.etag, body: before.body });
    expect(after.problem).toEqual(expect.any(String));
    const next = await nextDocumentDue(db);
    expect(next?.getTime()).toBeGreaterThan(Date.now() + 50_000);
    await sql`update entry set media = '[]'`.execute(db);
    await letTimePass('2 minutes');
    expect(await publishDue(context())).toEqual({ rendered: 3, unchanged: 0, failed: 0 });
    expect((await general()).problem).toBeNull();
  });

  it('takes trouble of PostgreSQL for no fault of a document: nothing is recorded, the run ends and says so', async () => {
    await addStory(await addPublisher('day'), 'Tít');
    await sql`update document set due_at = now()`.execute(db);
    await sql`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = '53100'; end $$`.execute(db);
    await sql`create trigger full_disk before update of body on document for each row execute function full_disk()`.execute(
      db,
    );
    await expect(publishDue(context())).rejects.toThrow('could not extend file');
    await sql`drop trigger full_disk on document`.execute(db);
    await sql`drop function full_disk()`.execute(db);
    expect(await db.selectFrom('document').select('problem').where('problem', 'is not', null).execute()).toEqual([]);
  });

  it('gives claims back when the process shall end', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await publishDue(context({ signal: controller.signal }))).toEqual({ rendered: 0, unchanged: 0, failed: 0 });
    expect(await dueCount()).toBe(3);
  });

  it('makes the edition of a new paper', async () => {
    await addPublisher('bao-moi');
    expect(await keepEditions({ db })).toBe(1);
    expect(await keepEditions({ db })).toBe(0);
    expect(await findEditionByPath(db, 'bao/bao-moi/tin-moi')).toMatchObject({
      title: 'Tin mới Báo bao-moi',
      filter: { publisher: 'bao-moi' },
      isRetired: false,
    });
  });
});

describe('editions', () => {
  it('lists all of them once, and leaves rows that are right untouched', async () => {
    const before = await sql<{ v: string }>`select string_agg(xmin::text, ',' order by id) as v from edition`.execute(
      db,
    );
    expect(await ensureEditions(db, wantedEditions([]))).toBe(0);
    const after = await sql<{ v: string }>`select string_agg(xmin::text, ',' order by id) as v from edition`.execute(
      db,
    );
    expect(after.rows).toEqual(before.rows);
    const paths = (await listEditions(db)).map((edition) => edition.path);
    expect(paths).toEqual(expect.arrayContaining(['tin-moi', 'tinh/son-la/tin-moi', 'chuyen-muc/kinh-te/tin-moi']));
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBe(wantedEditions([]).length);
  });

  it('marks only documents that somebody reads, and always the general edition', async () => {
    const sonLa = await editionId('tinh/son-la/tin-moi');
    const kinhTe = await editionId('chuyen-muc/kinh-te/tin-moi');
    await requestDocument(db, sonLa, 'rss');
    await requestDocument(db, kinhTe, 'rss');
    await publishDue(context());
    await sql`update document set read_at = now() - interval '8 days' where edition_id <> ${sonLa}`.execute(db);
    await touchEditions(db, { publisherSlugs: [], provinces: ['14'], sections: ['kinh-te'] });
    const due = await sql<{ path: string; format: string }>`
      select path, format from document join edition on id = edition_id where due_at is not null order by path, format`.execute(
      db,
    );
    expect(due.rows).toEqual([
      { path: 'tin-moi', format: 'atom' },
      { path: 'tin-moi', format: 'json' },
      { path: 'tin-moi', format: 'rss' },
      { path: 'tinh/son-la/tin-moi', format: 'rss' },
    ]);
    expect((await readDocument(db, 'chuyen-muc/kinh-te/tin-moi', 'rss'))?.isStale).toBe(true);
  });

  it('renders an unread document that went stale as soon as it is read again', async () => {
    const id = await editionId('chuyen-muc/kinh-te/tin-moi');
    await requestDocument(db, id, 'json');
    await publishDue(context());
    await sql`update document set read_at = now() - interval '8 days' where edition_id = ${id}`.execute(db);
    await touchEditions(db, { ...nothing, sections: ['kinh-te'] });
    await letTimePass('1 minute');
    await noteRead(db, id, 'json');
    expect(await publishDue(context())).toMatchObject({ failed: 0 });
    expect((await readDocument(db, 'chuyen-muc/kinh-te/tin-moi', 'json'))?.isStale).toBe(false);
  });

  it('notes a reader at most once an hour', async () => {
    const id = await editionId('tin-moi');
    await publishDue(context());
    const version = async () =>
      (
        await sql<{
          v: string;
        }>`select xmin::text as v from document where edition_id = ${id} and format = 'rss'`.execute(db)
      ).rows[0]?.v;
    const before = await version();
    await noteRead(db, id, 'rss');
    await requestDocument(db, id, 'rss');
    expect(await version()).toBe(before);
  });

  it('knows no document for a path that never was, and none to ask for in a retired edition', async () => {
    expect(await readDocument(db, 'khong-co', 'rss')).toBeNull();
    const id = await editionId('tinh/son-la/tin-moi');
    await sql`update edition set retired_at = now() where id = ${id}`.execute(db);
    await requestDocument(db, id, 'rss');
    expect(await readDocument(db, 'tinh/son-la/tin-moi', 'rss')).toMatchObject({
      isRetired: true,
      body: null,
      readAt: null,
    });
  });
});

describe('claims', () => {
  it('hands every due document to exactly one of many publishers', async () => {
    for (const edition of await listEditions(db)) await requestDocument(db, edition.id, 'rss');
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => claimDueDocuments(db, { limit: 10, leaseSeconds: 60 })),
    );
    const names = claims.flat().map((claim) => `${claim.edition.path}.${claim.format}`);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('does not forget a change that comes while a document is rendered', async () => {
    const [claim] = await claimDueDocuments(db, { limit: 1, leaseSeconds: 60 });
    if (!claim) throw new Error('nothing due');
    await touchEditions(db, nothing);
    const rendered = { body: Buffer.from('x'), etag: '"x"', lastModified: new Date(), storyIds: [] };
    expect(await saveDocument(db, claim, rendered)).toBe(true);
    expect(await dueCount()).toBe(3);
  });

  it('lets nobody else render a claimed document, whatever changes, until the lease ends', async () => {
    await claimDueDocuments(db, { limit: 10, leaseSeconds: 60 });
    await touchEditions(db, nothing);
    expect(await claimDueDocuments(db, { limit: 10, leaseSeconds: 60 })).toEqual([]);
    await letTimePass('2 minutes');
    expect(await claimDueDocuments(db, { limit: 10, leaseSeconds: 60 })).toHaveLength(3);
  });

  it('refuses the bytes of a publisher whose lease was lost', async () => {
    const [lost] = await claimDueDocuments(db, { limit: 1, leaseSeconds: 60 });
    if (!lost) throw new Error('nothing due');
    await letTimePass('2 minutes');
    // Leases end on whole milliseconds: here the second would end in the first one's where both claims fall into one.
    await claimDueDocuments(db, { limit: 10, leaseSeconds: 90 });
    expect(
      await saveDocument(db, lost, { body: Buffer.from('old'), etag: '"old"', lastModified: new Date(), storyIds: [] }),
    ).toBe(false);
    await failDocument(db, lost, 'too late');
    const problems = await db.selectFrom('document').select('problem').where('problem', 'is not', null).execute();
    expect(problems).toEqual([]);
  });

  it('survives many transactions that touch the same editions in different order', async () => {
    for (const path of ['tinh/son-la/tin-moi', 'tinh/phu-tho/tin-moi', 'chuyen-muc/kinh-te/tin-moi'])
      await requestDocument(db, await editionId(path), 'rss');
    const touches = Array.from({ length: 20 }, (_, i) =>
      db.transaction().execute((trx) =>
        touchEditions(trx, {
          publisherSlugs: [],
          provinces: i % 2 ? ['14', '25'] : ['25', '14'],
          sections: ['kinh-te'],
        }),
      ),
    );
    await expect(Promise.all(touches)).resolves.toHaveLength(20);
  });
});
