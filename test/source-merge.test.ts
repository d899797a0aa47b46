import { expect, test } from 'vitest';
import type { EntryDraft, KnownEntry, StoredWords } from '../src/domain.ts';
import { listedAt } from '../src/source/listed-at.ts';
import { findChanges, sortEntries } from '../src/source/merge.ts';
import type { ReadEntry } from '../src/source/read-document.ts';
import { toWords } from '../src/source/words.ts';

const now = new Date('2026-11-22T05:00:00Z');
const sourceId = 7;
const options = { feedUrl: 'https://bao.example/rss' };

function draft(fields: Partial<EntryDraft> = {}): EntryDraft {
  return {
    keys: ['u:1', 'g:1'],
    url: 'https://bao.example/1.html',
    title: 'Mộc Châu vào mùa',
    summaryHtml: '<p>Sapo</p>',
    contentHtml: '<p>Thân <b>bài</b></p>',
    authors: [],
    categories: ['Kinh tế'],
    media: [],
    publishedAt: new Date('2026-11-22T04:00:00Z'),
    isDateGuess: false,
    updatedAt: null,
    fingerprint: '0'.repeat(16),
    warnings: [],
    ...fields,
  };
}

type Row = KnownEntry & { words: StoredWords };

function known(key: string, of: EntryDraft, fields: Partial<KnownEntry> = {}): Row {
  const words = toWords(of, { section: null, baseUrl: options.feedUrl });
  return {
    key,
    entryId: 1,
    seenAt: now,
    fingerprint: words.fingerprint,
    url: of.url,
    title: of.title,
    publishedAt: of.publishedAt,
    sourceId: 7,
    bodyBytes: words.bodyHtml.length,
    words: { ...words, id: 1 },
    ...fields,
  };
}

/** Sorts, and compares what is suspected with the words of the rows. */
function mergeDrafts(drafts: EntryDraft[], rows: Row[], o: typeof options) {
  const words = new Map(
    drafts.map((one) => [one.fingerprint + one.keys.join(), toWords(one, { section: null, baseUrl: o.feedUrl })]),
  );
  const wordsOf = (entry: ReadEntry) => {
    const found = words.get(entry.fingerprint + entry.keys.join());
    if (!found) throw new Error('no such entry');
    return found;
  };
  const entries = drafts.map((one): ReadEntry => {
    const { keys, fingerprint, title, url, publishedAt } = one;
    const entry = { keys, fingerprint, title, url, publishedAt, bodyBytes: 0, start: 0, end: 0 };
    return { ...entry, bodyBytes: Buffer.byteLength(wordsOf(entry).bodyHtml) };
  });
  const sorted = sortEntries(entries, rows, { sourceId });
  const asked = new Set(sorted.suspects.map((suspect) => suspect.entryId));
  const stored = rows.filter((row) => asked.has(row.entryId)).map((row) => row.words);
  const { changed, named } = findChanges(sorted.suspects, stored, wordsOf);
  return { created: sorted.created, changed, named: [...sorted.named, ...named] };
}

// What a source writes differently has another fingerprint.
const rewritten = (fields: Partial<EntryDraft>) => draft({ fingerprint: '1'.repeat(16), ...fields });

test('an article that no key names is created with all its keys', () => {
  const merge = mergeDrafts([draft()], [], options);
  expect(merge.created).toMatchObject([{ keys: ['u:1', 'g:1'], title: 'Mộc Châu vào mùa' }]);
  expect([merge.changed, merge.named]).toEqual([[], []]);
});

test('a known article that says the same is not written', () => {
  expect(mergeDrafts([draft()], [known('u:1', draft()), known('g:1', draft())], options)).toEqual({
    created: [],
    changed: [],
    named: [],
  });
});

test('a known article under a new guid only gets the name', () => {
  const merge = mergeDrafts([draft({ keys: ['u:1', 'g:2'] })], [known('u:1', draft())], options);
  expect(merge).toEqual({ created: [], changed: [], named: [{ key: 'g:2', entryId: 1, seenAt: now }] });
});

test('changed words are a material change, a changed label is none', () => {
  const rows = [known('u:1', draft()), known('g:1', draft())];
  expect(mergeDrafts([rewritten({ contentHtml: '<p>Thân bài đã sửa</p>' })], rows, options).changed).toMatchObject([
    { id: 1, isMaterial: true },
  ]);
  expect(mergeDrafts([rewritten({ categories: ['Kinh tế', 'Du lịch'] })], rows, options).changed).toMatchObject([
    { id: 1, isMaterial: false },
  ]);
  expect(mergeDrafts([rewritten({ contentHtml: '<p>Thân <i>bài</i></p>' })], rows, options).changed).toMatchObject([
    { id: 1, isMaterial: false },
  ]);
});

test('a guid that another article with other headline, date and address carried does not swallow the new one', () => {
  const old = draft({
    url: 'https://bao.example/0.html',
    title: 'Tin cũ',
    publishedAt: new Date('2026-11-20T00:00:00Z'),
  });
  expect(mergeDrafts([draft()], [known('g:1', old)], options).created).toMatchObject([{ title: 'Mộc Châu vào mùa' }]);
});

test('a moved article is known by guid and headline', () => {
  const old = draft({ keys: ['u:0', 'g:1'], url: 'https://bao.example/cu/1.html' });
  const merge = mergeDrafts([rewritten({})], [known('g:1', old)], options);
  expect(merge.created).toEqual([]);
  expect(merge.changed).toMatchObject([{ id: 1, keys: ['u:1'], isMaterial: false }]);
});

test('an entry that retention removed stays known and does not come back', () => {
  const gone = known('u:1', draft(), { fingerprint: null, url: null, title: null, publishedAt: null });
  expect(mergeDrafts([draft()], [gone], options).created).toEqual([]);
});

test('what a slow poll brings late is listed when we saw it, a first document and old news at their own dates', () => {
  const recent = draft();
  const old = draft({ publishedAt: new Date('2026-11-01T00:00:00Z') });
  expect(listedAt(recent, { now, isFirst: false })).toEqual(now);
  expect(listedAt(recent, { now, isFirst: true })).toEqual(recent.publishedAt);
  expect(listedAt(old, { now, isFirst: false })).toEqual(old.publishedAt);
});

test("a paper's second feed with a shorter form of an article changes nothing, with the full text it takes over", () => {
  const rows = [known('u:1', draft(), { sourceId: 8 })];
  expect(mergeDrafts([rewritten({ keys: ['u:1'], contentHtml: '<p>Thân</p>' })], rows, options).changed).toEqual([]);
  expect(
    mergeDrafts([rewritten({ keys: ['u:1'], contentHtml: `<p>${'Thân bài đầy đủ. '.repeat(50)}</p>` })], rows, options)
      .changed,
  ).toMatchObject([{ isMaterial: true }]);
});

test('an article under a tracking variant of its address is not changed', () => {
  expect(
    mergeDrafts(
      [rewritten({ url: 'https://bao.example/1.html?utm_source=rss' })],
      [known('u:1', draft()), known('g:1', draft())],
      options,
    ).changed,
  ).toEqual([]);
});

test('another way to write the same words changes nothing, whatever order the store gives its fields back in', () => {
  const media = {
    url: 'https://bao.example/1.jpg',
    type: null,
    medium: 'image' as const,
    length: null,
    width: 640,
    height: null,
    title: null,
    credit: null,
  };
  const row = known('u:1', draft({ media: [media] }));
  const turned = Object.fromEntries(Object.entries(media).reverse()) as typeof media;
  row.words = { ...row.words, media: [turned] };
  expect(mergeDrafts([rewritten({ media: [media] })], [row], options).changed).toEqual([]);
});
