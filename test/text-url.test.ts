// Addresses: absolute, and known by one form.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalUrl, resolveUrl } from '../src/text/url.ts';

describe('resolveUrl', () => {
  it.each([
    ['bai-2.html', 'https://bao.example/tin/bai-1.html', 'https://bao.example/tin/bai-2.html'],
    ['//cdn.example/a.jpg', 'http://bao.example/', 'http://cdn.example/a.jpg'],
    ['//cdn.example/a.jpg', undefined, 'https://cdn.example/a.jpg'],
    ['?id=7', 'https://bao.example/xem.aspx', 'https://bao.example/xem.aspx?id=7'],
    [' HTTPS://Bao.Example:443/Tin ', undefined, 'https://bao.example/Tin'],
    ['https://bao.example/lễ hội', undefined, 'https://bao.example/l%E1%BB%85%20h%E1%BB%99i'],
    ['https://báo.example/', undefined, 'https://xn--bo-mia.example/'],
    ['https://bao.example/a|b[1]?q={x}^%zz', undefined, 'https://bao.example/a%7Cb%5B1%5D?q=%7Bx%7D%5E%25zz'],
    ['https://ai:mat-khau@bao.example/x', undefined, 'https://bao.example/x'],
    ['https://bao.example/"onerror="x', undefined, 'https://bao.example/%22onerror=%22x'],
  ])('%j at %j is %j', (href, base, expected) => {
    expect(resolveUrl(href, base)).toBe(expected);
  });

  it.each([
    '',
    '   ',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.example',
    'ftp://a.example/',
    'blob:https://a.example/1',
    'http://%zz/',
    'http://[::1',
    `https://a.example/${'x'.repeat(5000)}`,
  ])('%j is none of ours', (href) => {
    expect(resolveUrl(href, 'https://bao.example/')).toBe(href.trim() === '' ? null : resolveUrl(href));
    expect(resolveUrl(href)).toBeNull();
  });

  it('without a base a relative reference is null', () => {
    expect(resolveUrl('/tin/1.html')).toBeNull();
  });
});

describe('canonicalUrl', () => {
  const article = 'https://bao.example/thoi-su/Le-hoi-9xKq.html';
  it.each([
    ['scheme', 'http://bao.example/thoi-su/Le-hoi-9xKq.html'],
    ['www', 'https://www.bao.example/thoi-su/Le-hoi-9xKq.html'],
    ['mobile host', 'https://m.bao.example/thoi-su/Le-hoi-9xKq.html'],
    ['amp host', 'https://amp.bao.example/thoi-su/Le-hoi-9xKq.html'],
    ['host in capitals with a final dot', 'https://BAO.example./thoi-su/Le-hoi-9xKq.html'],
    ['default port', 'http://bao.example:80/thoi-su/Le-hoi-9xKq.html'],
    ['fragment', 'https://bao.example/thoi-su/Le-hoi-9xKq.html#binh-luan'],
    ['slashes', 'https://bao.example//thoi-su/Le-hoi-9xKq.html/'],
    ['dot segments', 'https://bao.example/x/../thoi-su/./Le-hoi-9xKq.html'],
    ['amp folder', 'https://bao.example/amp/thoi-su/Le-hoi-9xKq.html'],
    ['amp ending', 'https://bao.example/thoi-su/Le-hoi-9xKq.amp'],
    ['amp tail', 'https://bao.example/thoi-su/Le-hoi-9xKq/amp/'],
    ['amp parameter', 'https://bao.example/thoi-su/Le-hoi-9xKq.html?amp=1'],
    ['print', 'https://bao.example/print/thoi-su/Le-hoi-9xKq.html'],
    ['print parameter', 'https://bao.example/thoi-su/Le-hoi-9xKq.html?print=true'],
    ['session in the path', 'https://bao.example/thoi-su/Le-hoi-9xKq.html;jsessionid=0A1B'],
    [
      'tracking',
      'https://bao.example/thoi-su/Le-hoi-9xKq.html?utm_source=zalo&fbclid=x&UTM_Medium=y&zarsrc=31&_ga=2.1',
    ],
    ['badly escaped tracking', 'https://bao.example/thoi-su/Le-hoi-9xKq.html?utm_source=a&amp;utm_medium=b'],
    ['where the reader was', 'https://bao.example/thoi-su/Le-hoi-9xKq.html?ref=trangchu&source=rss'],
    ['escaped letters', 'https://bao.example/thoi%2Dsu/%4Ce-hoi-9xKq.html'],
    [
      'a counter of a network',
      `https://l.facebook.com/l.php?u=${encodeURIComponent('https://bao.example/thoi-su/Le-hoi-9xKq.html?fbclid=1')}&h=AT1`,
    ],
    ['a search engine', 'https://www.google.com/url?sa=t&url=https%3A%2F%2Fbao.example%2Fthoi-su%2FLe-hoi-9xKq.html'],
    ['an amp cache', 'https://bao-example.cdn.ampproject.org/c/s/bao.example/thoi-su/Le-hoi-9xKq.amp'],
    ['no scheme', '//bao.example/thoi-su/Le-hoi-9xKq.html'],
  ])('does not see: %s', (_, url) => {
    expect(canonicalUrl(url)).toBe(canonicalUrl(article));
  });

  it.each([
    ['case of the path', 'https://bao.example/thoi-su/le-hoi-9xKq.html'],
    ['case of the id', 'https://bao.example/thoi-su/Le-hoi-9xkq.html'],
    ['section', 'https://bao.example/kinh-te/Le-hoi-9xKq.html'],
    ['language', 'https://bao.example/en/thoi-su/Le-hoi-9xKq.html'],
    ['host', 'https://e.bao.example/thoi-su/Le-hoi-9xKq.html'],
    ['other paper', 'https://bao2.example/thoi-su/Le-hoi-9xKq.html'],
    ['page', 'https://bao.example/thoi-su/Le-hoi-9xKq.html?page=2'],
    ['port', 'https://bao.example:8443/thoi-su/Le-hoi-9xKq.html'],
  ])('sees: %s', (_, url) => {
    expect(canonicalUrl(url)).not.toBe(canonicalUrl(article));
  });

  it.each(['id', 'ArticleId', 'NewsID', 'ItemID', 'aid', 'tin', 'p', 'slug', 'baiviet', 'ref'])(
    'an article’s id in ?%s= stays',
    (name) => {
      const one = `http://bao.example/Xem.aspx?${name}=1001`;
      expect(canonicalUrl(`${one}&utm_source=rss`)).toBe(canonicalUrl(one));
      expect(canonicalUrl(one)).not.toBe(canonicalUrl(`http://bao.example/Xem.aspx?${name}=1002`));
      expect(canonicalUrl(one)).not.toBe(canonicalUrl('http://bao.example/Xem.aspx'));
    },
  );

  it('does not mind the order of parameters, nor the section beside an id', () => {
    expect(canonicalUrl('http://a.example/d.jsp?cat=3&ID=15')).toBe(canonicalUrl('http://a.example/d.jsp?ID=15&cat=9'));
    expect(canonicalUrl('http://a.example/d.jsp?y=2&x=1')).toBe(canonicalUrl('http://a.example/d.jsp?x=1&y=2'));
    expect(canonicalUrl('http://a.example/d.jsp?cat=3')).not.toBe(canonicalUrl('http://a.example/d.jsp?cat=9'));
  });

  it('knows the number before the slug in Joomla’s id, and its menu', () => {
    const path = 'https://a.example/index.php?option=com_content&view=article';
    expect(canonicalUrl(`${path}&id=12:le-hoi&catid=4&Itemid=7`)).toBe(canonicalUrl(`${path}&id=12&Itemid=99`));
    expect(canonicalUrl(`${path}&id=12`)).not.toBe(canonicalUrl(`${path}&id=120`));
  });

  it('takes one spelling for raw, escaped, composed and decomposed letters', () => {
    const raw = canonicalUrl('https://a.example/tin/mường-ảng');
    expect(canonicalUrl(`https://a.example/tin/${encodeURIComponent('mường-ảng')}`)).toBe(raw);
    expect(
      canonicalUrl(`https://a.example/tin/${encodeURIComponent('mường-ảng'.normalize('NFD')).toLowerCase()}`),
    ).toBe(raw);
  });

  it('knows old domains of a paper, and where an edited slug is the same article', () => {
    expect(canonicalUrl('http://www.baosonla.org.vn/kinh-te/ca-phe-Ab1.html')).toBe(
      canonicalUrl('https://baosonla.vn/kinh-te/ca-phe-Ab1.html'),
    );
    expect(canonicalUrl('https://baolaocai.vn/tieu-de-moi-post410001.html')).toBe(
      canonicalUrl('https://baolaocai.vn/tieu-de-cu-post410001.html'),
    );
    expect(canonicalUrl('https://baolaocai.vn/a-post410001.html')).not.toBe(
      canonicalUrl('https://baolaocai.vn/a-post410002.html'),
    );
    expect(canonicalUrl('https://baolaocai.vn/en/a-post410001.html')).not.toBe(
      canonicalUrl('https://baolaocai.vn/a-post410001.html'),
    );
  });

  it('never takes an id of a merged paper for one of its new house', () => {
    expect(canonicalUrl('https://baohaiduong.vn/lua-mua-123456.html')).not.toBe(
      canonicalUrl('https://baohaiphong.vn/cang-bien-123456.html'),
    );
  });

  it('keeps routes behind "#!", and gives back what is no address', () => {
    expect(canonicalUrl('https://a.example/#!/tin/1')).not.toBe(canonicalUrl('https://a.example/#!/tin/2'));
    expect(canonicalUrl(' urn:uuid:1 ')).toBe('urn:uuid:1');
  });
});

const part = fc.constantFrom(
  'a',
  'B',
  'ệ',
  '%E1%BB%87',
  '%2F',
  '%zz',
  '-post12345.html',
  'amp',
  'print',
  'index.html',
  '..',
  '',
  ' ',
  ';jsessionid=1',
  '+',
  "'",
  'l.php',
  '😀',
  '\ud800',
);
const address = fc
  .tuple(
    fc.constantFrom(
      'https://baolaocai.vn/',
      'http://www.baohaiduong.vn/',
      'https://l.facebook.com/',
      'https://m.a.example:80/',
      '//x.example/',
      'https://baosonla.org.vn/',
      'x:',
    ),
    fc.array(part, { maxLength: 5 }),
    fc.array(fc.tuple(fc.constantFrom('id', 'u', 'utm_x', 'cat', 'amp', 'q', 'ệ', 'amp;z'), part), { maxLength: 4 }),
    fc.constantFrom('', '#x', '#!x'),
  )
  .map(
    ([start, path, query, hash]) =>
      `${start}${path.join('/')}${query.length > 0 ? `?${query.map((q) => q.join('=')).join('&')}` : ''}${hash}`,
  );

it('both forms are idempotent and never throw; a resolved URL is ASCII of RFC 3986', () => {
  fc.assert(
    fc.property(fc.oneof(address, fc.string()), (s) => {
      const key = canonicalUrl(s);
      expect(canonicalUrl(key)).toBe(key);
      const url = resolveUrl(s, 'https://base.example/d/') ?? 'https://nothing.example/';
      expect(url).toMatch(
        /^https?:\/\/[a-z0-9._~:[\]%!$&'()*+,;=-]+(?:[/?#](?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9a-fA-F]{2})*)?$/,
      );
      expect(resolveUrl(url)).toBe(url);
    }),
    { numRuns: 1000 },
  );
});

it('400 KB of anything takes well under a second', () => {
  const started = performance.now();
  for (const piece of ['a', '/', '%', '?', '&a=1', ';jsessionid=', '%C3', '[', '.', ' ']) {
    const url = `https://a.example/${piece.repeat(400_000 / piece.length)}`;
    canonicalUrl(url);
    resolveUrl(url);
    canonicalUrl(url.slice(0, 4096));
    resolveUrl(url.slice(0, 4096));
  }
  expect(performance.now() - started).toBeLessThan(1000);
});

const corpus = new URL('../../shared/corpus/vi/urls.jsonl', import.meta.url);
describe.skipIf(!existsSync(corpus))('the Vietnamese corpus of addresses', () => {
  type Pair = { a: string; b: string; same: boolean; level: string; why: string };
  const read = () =>
    readFileSync(corpus, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Pair => JSON.parse(line));
  const isWrong = (p: Pair) => (canonicalUrl(p.a) === canonicalUrl(p.b)) !== p.same;

  it('is decided right wherever it must be', () => {
    expect(read().filter((p) => p.level === 'must' && isWrong(p))).toEqual([]);
  });
  it('is decided right in at least 95 of 100 pairs', () => {
    const pairs = read();
    expect(pairs.filter(isWrong).slice(Math.floor(pairs.length * 0.05))).toEqual([]);
  });
});
