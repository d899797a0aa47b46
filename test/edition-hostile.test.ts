// Whatever papers send, the document is valid in every format and every reader gets the same back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenRules } from '../bench/validate-rules.ts';
import type { Format, Media } from '../src/domain.ts';
import type { FeedDocument } from '../src/edition/document.ts';
import { buildDocument } from '../src/edition/document.ts';
import { forMsn } from '../src/edition/dialect.ts';
import { renderDocument } from '../src/edition/render.ts';
import { verifyDocument } from '../src/edition/verify.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import type { ListedStory } from '../src/store/story.ts';
import { edition, makePublisher, makeRights, makeStory, now, options } from './edition-factory.ts';

const formats: Format[] = ['rss', 'atom', 'json'];

const hostilePiece = fc.oneof(
  fc.constantFrom(
    '<b>',
    '</b>',
    '<script>alert(1)</script>',
    '&',
    '&amp;',
    '&amp;amp;lt;b&amp;gt;',
    '&lt;p&gt;',
    '&copy',
    '&#x26;',
    '&#0;',
    '&bogus;',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
    '\u0000',
    '\u0007',
    '\u0085',
    '\u009f',
    '\ufffd',
    '\ufffe',
    '\ufeff',
    '\ud800',
    '\udc00',
    '\u202e',
    '\u200f',
    '\u00a0',
    '\u2028',
    '\r\n',
    '\t',
    '"',
    "'",
    '?>',
    '%',
    '{{',
    'Ã©',
    'ế',
    'e\u0302\u0301',
    '👨‍👩‍👧',
    'https://x.vn/?a=1&b=2',
    'R&D',
    'a < b',
    '5 > 3',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.array(hostilePiece, { maxLength: 10 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.array(hostilePiece, { minLength: 100, maxLength: 300 }).map((parts) => parts.join(' ')) },
);
const hostileHtml = fc
  .array(
    fc.oneof(
      hostilePiece,
      fc.constantFrom(
        '<p>',
        '</p>',
        '<div>',
        '</div>',
        '<ul><li>',
        '<table><td>',
        '</table>',
        '<img src="//x/ả.jpg">',
        '<a href="javascript:alert(1)">',
        '<a href="https://x.vn/ảnh?[1]">',
        '</a>',
        '<h1>',
        '<style>p{}</style>',
        '<iframe src="https://x.vn/">',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));
const hostileUrl = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'javascript:alert(1)',
    'http://',
    'https://',
    '//x.vn/a',
    'https://báo.vn/tin mới?q=[a]|{b}^#x#y',
    'http://user:pass@x.vn/%zz',
    'http://[::1]:8080/[x]',
    'ftp://x.vn/',
    'https://x.vn/<>"\u0000',
    'HTTP://X.VN:80',
  ),
  fc.webUrl(),
  fc.string({ unit: 'binary' }).map((path) => `https://x.vn/${path}`),
);
const hostileDate = fc.oneof(
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(
    new Date(Number.NaN),
    new Date(0),
    new Date('9999-12-31T23:59:59Z'),
    new Date('2026-11-22T01:30:00.417Z'),
  ),
);
const hostileMedia: fc.Arbitrary<Media> = fc.record({
  url: hostileUrl.map((url) => url ?? ''),
  type: fc.option(fc.oneof(fc.constantFrom('image/jpeg', 'audio/mpeg', 'text/html; x', '"', ''), hostileText)),
  medium: fc.constantFrom('image', 'audio', 'video', 'document', null),
  length: fc.option(fc.double()),
  width: fc.option(fc.integer()),
  height: fc.option(fc.integer()),
  title: fc.option(hostileText),
  credit: fc.option(hostileText),
});
const hostileStory: fc.Arbitrary<(id: number) => ListedStory> = fc
  .record({
    title: hostileText,
    summary: hostileText,
    bodyHtml: hostileHtml,
    url: hostileUrl,
    authors: fc.array(hostileText, { maxLength: 4 }),
    categories: fc.array(hostileText, { maxLength: 4 }),
    media: fc.array(hostileMedia, { maxLength: 3 }),
    image: fc.option(hostileMedia),
    section: fc.constantFrom('kinh-te', 'khong-co', null),
    province: fc.constantFrom('14', '99', null),
    firstAt: hostileDate,
    changedAt: hostileDate,
    publishedAt: hostileDate,
    others: fc.array(fc.record({ publisherName: hostileText, url: hostileUrl, publishedAt: hostileDate }), {
      maxLength: 3,
    }),
    publisherName: hostileText,
    siteUrl: hostileUrl,
    show: fc.constantFrom('headline' as const, 'excerpt' as const, 'full' as const),
    images: fc.boolean(),
    isSample: fc.boolean(),
  })
  .map(
    ({ publisherName, siteUrl, show, images, isSample, ...part }) =>
      (id) =>
        makeStory(id, {
          ...part,
          publisher: makePublisher({
            name: publisherName,
            siteUrl: siteUrl ?? '',
            isSample,
            rights: makeRights({ show, images, excerptChars: 80 }),
          }),
        }),
  );

const forms = ['rss', 'atom', 'json', 'partner', 'google', 'msn'] as const;

function as(form: (typeof forms)[number], document: FeedDocument): FeedDocument {
  return form === 'msn' ? forMsn(document, (id) => document.wholeIds.has(id), now) : document;
}

function write(form: (typeof forms)[number], document: FeedDocument): string {
  return renderDocument(form, as(form, document));
}

function allFindings(document: FeedDocument) {
  return forms.flatMap((form) => brokenRules(form, write(form, document), document.selfUrls[form], now));
}

// A loaded machine needs many seconds for what an idle one does in two.
describe('a document of hostile stories', { timeout: 120_000 }, () => {
  it('breaks no rule of any validator and is read back identically by rss-parser', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileStory, { maxLength: 4 }),
        hostileText,
        hostileDate,
        async (makers, title, changedAt) => {
          const document = buildDocument(
            { path: 'tin-moi', title, changedAt },
            makers.map((make, i) => make(i + 1)),
            {
              ...options,
              tombstones: [{ uid: '0190f1c2-7a6b-4c3d-8e9f-00000000ffff', withdrawnAt: changedAt, reason: title }],
              corrections: new Map(makers.map((_make, i) => [i + 1, { note: title, at: changedAt }])),
              archive: { isArchive: true, current: 'tin-moi', previous: 'tin-moi/2026-11-20', next: null },
            },
          );
          // What a paper dates into the future waits for its day.
          expect(document.items.length).toBeLessThanOrEqual(makers.length);
          expect(allFindings(document)).toEqual([]);
          for (const form of forms) await verifyDocument(form, write(form, document), as(form, document));
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 100_000 },
    );
  });

  it('is read back identically by our own reader, in every format', () => {
    fc.assert(
      fc.property(fc.array(hostileStory, { maxLength: 3 }), (makers) => {
        const document = buildDocument(
          edition,
          makers.map((make, i) => make(i + 1)),
          options,
        );
        for (const format of formats) {
          const feed = readFeed(Buffer.from(renderDocument(format, document)), { url: document.selfUrls[format], now });
          expect({
            title: feed.title,
            homeUrl: feed.homeUrl,
            selfUrl: feed.selfUrl,
            language: feed.language,
            warnings: feed.warnings,
          }).toEqual({
            title: document.title,
            homeUrl: document.homeUrl,
            selfUrl: document.selfUrls[format],
            language: 'vi',
            warnings: [],
          });
          expect(
            feed.items.map((item) => ({
              id: item.id,
              url: item.url,
              title: item.title,
              published: item.publishedAt,
              content: item.contentHtml,
              tags: item.categories,
            })),
          ).toEqual(
            document.items.map((item) => ({
              id: item.id,
              url: item.url,
              title: item.title,
              published: item.published,
              content: item.contentHtml,
              tags: item.categories,
            })),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});
