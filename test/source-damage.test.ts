// Damaged, cut-off and hostile bytes → the articles that can be saved, in time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotAFeedError } from '../src/errors.ts';
import { readFeed } from '../src/source/kinds/index.ts';

const now = new Date('2026-11-22T03:00:00Z');
const url = 'https://bao.example.vn/rss/tin-moi.rss';
const read = (text: string, o: { headers?: Record<string, string>; contentType?: string } = {}) =>
  readFeed(new TextEncoder().encode(text), { now, url, ...o });
const rss = (items: string, head = '', root = ''): string =>
  `<?xml version="1.0"?><rss version="2.0" ${root}><channel><title>Báo</title>${head}${items}</channel></rss>`;
const first = (text: string) => read(text).items[0];

describe('damage', () => {
  const three =
    '<item><title>một</title><link>https://a.example/1</link></item><item><title>hai</title><link>https://a.example/2</link></item><item><title>ba</title><link>https://a.example/3</link></item>';
  const titles = (text: string) => read(text).items.map((item) => item.title);

  it.each([
    ['junk before', `<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b>\n${rss(three)}`],
    ['junk after', `${rss(three)}<script>var a = "<item>";</script>`],
    ['a missing end', rss(three).replace('</channel></rss>', '')],
    ['control characters', rss(three).replace('một', 'm\u0000\u000bột')],
    ['an unclosed description', rss(three).replace('</item>', '<description>abc</item>')],
    ['an unclosed title before its link', rss(three).replace('một</title>', 'một')],
    ['an unknown tag that never closes', rss(three).replace('<item>', '<item><br>')],
    ['a stray less-than', rss(three).replace('<title>một', '<description>5 <7</description><title>một')],
    ['an unclosed item', rss(three).replace('</item>', '')],
    ['an empty item inside an item', rss(three).replace('một</title>', 'một</title><item />')],
    ['an undeclared prefix', rss(three).replace('<title>một</title>', '<foo:bar>x</foo:bar><title>một</title>')],
  ])('%s costs no article', (_, text) => {
    expect(titles(text)).toEqual(['một', 'hai', 'ba']);
  });

  it('keeps what was whole of an article at which the download broke off', () => {
    const cut = rss('<item><title>một</title><link>https://a.example/1</link><description>nửa ch');
    expect(read(cut.slice(0, cut.indexOf('nửa ch') + 5)).items).toMatchObject([{ title: 'một', summaryHtml: null }]);
    expect(read(cut.slice(0, cut.indexOf('nửa ch') + 5)).warnings.map((w) => w.code)).toEqual([
      'feed.truncated',
      'feed.cut_inside_item',
    ]);
  });

  it('turns an unreadable date into a warning on its item', () => {
    const feed = read(rss('<item><title>a</title></item><item><title>b</title><pubDate>chưa rõ</pubDate></item>'));
    expect(feed.items).toHaveLength(2);
    expect(feed.warnings).toEqual([{ code: 'item.date_unreadable', message: 'unreadable date: chưa rõ', item: 1 }]);
  });

  it('expands internal entities of the DTD and no others', () => {
    expect(
      first(
        '<!DOCTYPE rss [<!ENTITY bao "Báo Sơn La"><!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&bao; &x; &none;</title></item></channel></rss>',
      )?.title,
    ).toBe('Báo Sơn La &x; &none;');
  });

  it('stops at the limit of items and says so', () => {
    const feed = readFeed(new TextEncoder().encode(rss(three)), { now, maxItems: 2 });
    expect(feed.items.map((item) => item.title)).toEqual(['một', 'hai']);
    expect(feed.warnings.map((w) => w.code)).toEqual(['feed.too_many_items']);
  });
});

/** The feed, or whatever was thrown. */
function attempt(bytes: Uint8Array): unknown {
  try {
    return readFeed(bytes, { now, url });
  } catch (error) {
    return error;
  }
}

describe('any bytes at all', () => {
  const pieces = [
    '<rss>',
    '<channel>',
    '<item>',
    '</item>',
    '<title>',
    '</title>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<a ',
    'href="',
    "'",
    '>',
    '/>',
    '&',
    '&amp;',
    '&#x',
    ';',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    '<entry>',
    '<content type="xhtml">',
    '<description>',
    '</description>',
    '<!DOCTYPE x [',
    '<?',
    '?>',
    '<',
    'ữ',
    '\u0000',
    ' xml:base="//"',
    '<link>',
    'http://a.b/',
    '<media:content url="',
    '{"items":[',
    '<source>',
    '<author>(',
  ];

  it('give a feed or NotAFeedError, never another error', () => {
    const mixture = fc
      .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 8 })), {
        maxLength: 60,
      })
      .map((parts) => new TextEncoder().encode(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(mixture, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const result = attempt(bytes);
        expect(result instanceof NotAFeedError ? result.cause : result).toSatisfy(
          (value) => value === undefined || Array.isArray((value as { items: unknown }).items),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [
      '< in CDATA',
      (n: number) =>
        rss(`<item><title>a</title><description><![CDATA[${'<'.repeat(400_000 * n)}]]></description></item>`),
    ],
    ['( in an author', (n: number) => rss(`<item><title>a</title><author>${'('.repeat(200_000 * n)}</author></item>`)],
    ['unclosed tags', (n: number) => rss(`<item><title>a</title>${'<a>'.repeat(100_000 * n)}</item>`)],
    ['ampersands', (n: number) => rss(`<item><title>a ${'&a'.repeat(100_000 * n)}</title></item>`)],
    [
      'a run of spaces after href=',
      (n: number) =>
        rss(`<item><title>a</title><description>${`href=${' '.repeat(50_000)}`.repeat(2 * n)}</description></item>`),
    ],
  ])('of hostile length take time in proportion: %s', (_, make) => {
    const took = (bytes: Uint8Array): number => {
      const start = process.cpuUsage();
      readFeed(bytes, { now, url });
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    };
    const bytes = new TextEncoder().encode(make(1));
    const larger = new TextEncoder().encode(make(4));
    took(bytes);
    // quadratic would be 16 times; the constant forgives a busy machine
    expect(took(larger)).toBeLessThan(4 * 2.3 * took(bytes) + 400);
  });
});
