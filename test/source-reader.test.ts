import { expect, test } from 'vitest';
import { NotAFeedError } from '../src/errors.ts';
import { countMarks } from '../src/source/marks.ts';
import { type DocumentJob, readDocument, rowOf, wordsOf } from '../src/source/read-document.ts';
import { readRow } from '../src/source/row.ts';
import { inlineReader, openReader } from '../src/source/reader.ts';
import { compactKey } from '../src/text/compact-key.ts';
import { afterFile } from './support/cleanup.ts';

const now = new Date('2026-11-22T05:00:00Z');
const rss = (items: string) => `<rss version="2.0"><channel><title>Báo thử</title>${items}</channel></rss>`;
const item = (n: number) =>
  `<item><title>Bài ${n}</title><link>https://bao.example/${n}</link><pubDate>Sun, 22 Nov 2026 0${n}:00:00 +0700</pubDate><description>&lt;p onclick="x()"&gt;Lời ${n}&lt;/p&gt;</description></item>`;

const job = (text: string, fields: Partial<DocumentJob> = {}): DocumentJob => ({
  kind: 'syndication',
  rules: {},
  bytes: Buffer.from(text),
  url: 'https://bao.example/rss',
  headers: { 'content-type': 'application/rss+xml' },
  zone: 'Asia/Ho_Chi_Minh',
  now,
  sourceId: 7,
  section: null,
  province: '14',
  isFirst: true,
  known: null,
  ...fields,
});

test('a document becomes clean rows, in its order, each with its keys and its place in the lists', () => {
  const document = readDocument(job(rss(item(2) + item(1))));
  expect(document.feed.title).toBe('Báo thử');
  expect(countMarks(document.marks)).toBe(2);
  expect(document.entries.map((entry) => readRow(rowOf(document, entry)))).toMatchObject([
    {
      title: 'Bài 2',
      bodyHtml: '<p>Lời 2</p>',
      summary: 'Lời 2',
      province: '14',
      keys: [compactKey('u:https://bao.example/2')],
      publishedAt: new Date('2026-11-21T19:00:00.000Z'),
      listedAt: new Date('2026-11-21T19:00:00.000Z'),
    },
    { title: 'Bài 1' },
  ]);
  expect(document.entries.map((entry) => wordsOf(document, entry).bodyHtml)).toEqual(['<p>Lời 2</p>', '<p>Lời 1</p>']);
});

test('the thread gives what the task gives, and its refusals by name', async () => {
  const reader = openReader();
  afterFile(reader.close);
  const text = rss(item(1));
  const here = await inlineReader().run('document', job(text));
  const there = await reader.run('document', job(text));
  expect({ ...there, rows: Buffer.from(there.rows) }).toEqual({ ...here, rows: Buffer.from(here.rows) });
  await expect(reader.run('document', job('<html></html>'))).rejects.toThrow(NotAFeedError);
  await expect(reader.run('document', job('<html></html>'))).rejects.toMatchObject({ code: 'source.not_a_feed' });
});

test('a thread that was made ready beforehand reads the first document, and there is no second one', async () => {
  let threads = 0;
  const count = () => threads++;
  process.on('worker', count);
  const reader = openReader();
  afterFile(async () => {
    process.off('worker', count);
    await reader.close();
  });
  reader.warm();
  reader.warm();
  await expect.poll(() => threads).toBe(1);
  expect((await reader.run('document', job(rss(item(1))))).entries).toHaveLength(1);
  expect(threads).toBe(1);
});

test('a document that runs away is given up alone: what waits behind it is read by a new thread', async () => {
  const reader = openReader({ deadlineMs: 1_000 });
  afterFile(reader.close);
  await reader.run('document', job(rss(item(1))));
  // Fifty million tags that nobody closes: several times the deadline on a fast machine, though linear.
  const endless = Buffer.alloc(150_000_000, '<b>');
  const [bad, ...good] = await Promise.allSettled([
    reader.run('document', {
      ...job(''),
      bytes: Buffer.concat([Buffer.from('<rss><channel><item><title>x</title>'), endless]),
    }),
    reader.run('document', job(rss(item(1)))),
    reader.run('document', job(rss(item(2)))),
  ]);
  expect(bad).toMatchObject({ reason: { code: expect.stringMatching(/^source\.(too_slow|too_big)$/) } });
  expect(good.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled']);
});

test('a closed reader refuses what waits', async () => {
  const reader = openReader();
  const waiting = Promise.allSettled([reader.run('document', job(rss(item(1))))]);
  await reader.close();
  expect(await waiting).toMatchObject([{ reason: { code: 'source.closed' } }]);
});
