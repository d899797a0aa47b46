// Rows in PostgreSQL's own form say what was put in, to us and to PostgreSQL.
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { NewEntry } from '../src/domain.ts';
import { openRows, putRow, readRow, readSummary } from '../src/source/row.ts';
import { insertEntries, findKnownEntries } from '../src/store/entry.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { freshDatabase } from './support/database.ts';

const words = fc.string({ unit: fc.constantFrom(...'aắ𠮷"\\\'{},\n\t<&\u0301 '), maxLength: 400 });
const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const entries: fc.Arbitrary<NewEntry> = fc.record({
  keys: fc.uniqueArray(hex, { minLength: 1, maxLength: 3 }),
  url: fc.option(fc.webUrl()),
  title: words,
  summary: words,
  bodyHtml: words,
  authors: fc.array(words, { maxLength: 3 }),
  categories: fc.array(words, { maxLength: 3 }),
  media: fc.array(
    fc.record({ url: fc.webUrl(), type: fc.option(words), medium: fc.option(words), title: fc.option(words) }),
  ) as unknown as fc.Arbitrary<NewEntry['media']>,
  section: fc.option(words),
  province: fc.option(words),
  publishedAt: date,
  isDateGuess: fc.boolean(),
  updatedAt: fc.option(date),
  listedAt: date,
  fingerprint: hex,
  places: fc.array(hex, { maxLength: 3 }),
});

function rowsOf(all: readonly NewEntry[], size = 0): Uint8Array[] {
  const writer = openRows(size);
  const ends = all.map((entry) => {
    putRow(writer, entry);
    return writer.end;
  });
  return ends.map((end, index) => writer.bytes.subarray(ends[index - 1] ?? 0, end));
}

test('a row that is read back is the entry that was written, whatever it holds', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 4 }), fc.option(fc.uint8Array()), (all, sketch) => {
      const wanted = all.map((entry) => (sketch === null ? entry : { ...entry, sketch: Buffer.from(sketch) }));

      const rows = rowsOf(wanted);

      expect(rows.map(readRow)).toEqual(wanted);
      expect(rows.map(readSummary)).toEqual(wanted.map(({ summary, isDateGuess }) => ({ summary, isDateGuess })));
    }),
    { numRuns: 100 },
  );
});

test('PostgreSQL reads the same out of the rows, and a NUL is left out', async () => {
  const db = await freshDatabase();
  await ensurePartitions(db);
  const publisher = await ensurePublisher(db, {
    slug: 'bao-thu',
    name: 'Báo thử',
    siteUrl: 'https://bao.example',
    province: null,
  });
  const all = fc
    .sample(entries, { numRuns: 60, seed: 7 })
    .map((entry, index) => ({ ...entry, keys: [`khoa-${index}`] }));
  const [first] = all;
  if (first) Object.assign(first, { title: 'Mộc\0 Châu', sketch: Buffer.from('0102ff', 'hex') });

  const found = await findKnownEntries(db, publisher.id, []);
  await insertEntries(db, publisher.id, 3, rowsOf(all), found?.rowType ?? 0);

  const stored = await sql<Record<string, unknown>>`
    select e.url, e.title, e.summary, e.body_html as "bodyHtml", e.authors, e.categories, e.media, e.section, e.province, e.published_at as "publishedAt",
      e.is_date_guess as "isDateGuess", e.updated_at as "updatedAt", e.listed_at as "listedAt", encode(e.hash, 'hex') as fingerprint,
      array(select key from entry_key k where k.entry_id = e.id) as keys
    from entry e order by e.id`.execute(db);
  const queued = await sql<{
    sketch: Buffer | null;
    places: string[] | null;
  }>`select sketch, places from cluster_due order by entry_id limit 2`.execute(db);
  expect(stored.rows).toEqual(
    all.map((entry) => ({ ...entry, sketch: undefined, places: undefined, title: entry.title.replaceAll('\0', '') })),
  );
  const placesOf = (at: number) => (all[at]?.places.length === 0 ? null : all[at]?.places);
  expect(queued.rows).toEqual([
    { sketch: Buffer.from('0102ff', 'hex'), places: placesOf(0) },
    { sketch: null, places: placesOf(1) },
  ]);
});
