// RSS, RDF and Atom as papers write them, tidy and damaged → the neutral model.
import { describe, expect, it } from 'vitest';
import { NotAFeedError } from '../src/errors.ts';
import { readFeed } from '../src/source/kinds/index.ts';

const now = new Date('2026-11-22T03:00:00Z');
const url = 'https://bao.example.vn/rss/tin-moi.rss';
const read = (text: string, o: { headers?: Record<string, string>; contentType?: string } = {}) =>
  readFeed(new TextEncoder().encode(text), { now, url, ...o });
const rss = (items: string, head = '', root = ''): string =>
  `<?xml version="1.0"?><rss version="2.0" ${root}><channel><title>Báo</title>${head}${items}</channel></rss>`;
const atom = (entries: string, head = ''): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo</title>${head}${entries}</feed>`;
const first = (text: string) => read(text).items[0];

describe('a whole feed', () => {
  it('gives every field of an RSS 2.0 item with its modules', () => {
    const feed = read(
      rss(
        `<item><title>Mưa lũ ở Mường La</title><link>/tin/1.html</link><guid isPermaLink="false">tin-1</guid><pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate><dc:creator>Lò Văn A</dc:creator><dc:creator>Cầm Thị B</dc:creator>
       <category>Thời sự</category><category><![CDATA[Xã hội]]></category><description><![CDATA[<p>Tóm tắt</p>]]></description><content:encoded>&lt;p&gt;&lt;img src="/a.jpg"&gt;&lt;/p&gt;</content:encoded>
       <enclosure url="/a.jpg" type="image/jpeg" length="123"/><comments>/tin/1.html#binh-luan</comments><source url="https://ttxvn.example/rss">TTXVN</source><georss:point>21.5 104.0</georss:point>
       <media:group><media:content url="https://cdn.example/v.mp4" type="video/mp4" fileSize="99" width="640" height="360"><media:title>Cảnh lũ</media:title><media:credit>Ảnh: C</media:credit></media:content></media:group>
       <media:thumbnail url="https://cdn.example/t.jpg" width="120"/></item>`,
        '<link>https://bao.example.vn/</link><description>Tin &amp; ảnh</description><language>vi</language><ttl>30</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency><atom:link rel="self" href="https://bao.example.vn/rss/tin-moi.rss"/><atom:link rel="hub" href="https://hub.example/"/><image><url>/logo.png</url><title>x</title><link>/</link></image><lastBuildDate>Fri, 20 Nov 2026 09:00:00 +0700</lastBuildDate><managingEditor>toasoan@bao.example.vn (Tòa soạn)</managingEditor>',
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"',
      ),
    );
    const { items, marks, ...head } = feed;
    expect(marks).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(head).toEqual({
      format: 'rss',
      version: '2.0',
      title: 'Báo',
      description: 'Tin & ảnh',
      homeUrl: 'https://bao.example.vn/',
      selfUrl: url,
      hubUrls: ['https://hub.example/'],
      id: null,
      language: 'vi',
      updatedAt: new Date('2026-11-20T02:00:00Z'),
      imageUrl: 'https://bao.example.vn/logo.png',
      iconUrl: null,
      authors: [{ name: 'Tòa soạn', email: 'toasoan@bao.example.vn', url: null }],
      ttlMinutes: 30,
      skipHours: [1, 0],
      skipDays: [0],
      updatePeriodMinutes: 360,
      nextUrl: null,
      warnings: [],
    });
    expect(items).toEqual([
      {
        id: 'tin-1',
        url: 'https://bao.example.vn/tin/1.html',
        title: 'Mưa lũ ở Mường La',
        summaryHtml: '<p>Tóm tắt</p>',
        contentHtml: '<p><img src="https://bao.example.vn/a.jpg"></p>',
        publishedAt: new Date('2026-11-20T01:00:00Z'),
        updatedAt: null,
        authors: [
          { name: 'Lò Văn A', email: null, url: null },
          { name: 'Cầm Thị B', email: null, url: null },
        ],
        categories: ['Thời sự', 'Xã hội'],
        enclosures: [
          {
            url: 'https://bao.example.vn/a.jpg',
            type: 'image/jpeg',
            medium: 'image',
            length: 123,
            width: null,
            height: null,
            title: null,
            credit: null,
          },
        ],
        media: [
          {
            url: 'https://cdn.example/v.mp4',
            type: 'video/mp4',
            medium: 'video',
            length: 99,
            width: 640,
            height: 360,
            title: 'Cảnh lũ',
            credit: 'Ảnh: C',
          },
          {
            url: 'https://cdn.example/t.jpg',
            type: null,
            medium: 'image',
            length: null,
            width: 120,
            height: null,
            title: null,
            credit: null,
          },
        ],
        imageUrl: 'https://cdn.example/t.jpg',
        commentsUrl: 'https://bao.example.vn/tin/1.html#binh-luan',
        originName: 'TTXVN',
        originUrl: 'https://ttxvn.example/rss',
        point: { lat: 21.5, lon: 104 },
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
  });

  it('reads Atom 1.0 with persons, links by role and a source', () => {
    const feed = read(
      atom(
        '<entry><id>tag:bao.example.vn,2026:1</id><title type="html">A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title><link rel="enclosure" href="/a.mp3" type="audio/mpeg" length="5"/><link href="/tin/1"/><updated>2026-11-20T02:00:00Z</updated><published>2026-11-20T01:00:00Z</published><author><name>Lò</name><email>lo@bao.example.vn</email><uri>/tac-gia/lo</uri></author><category term="ts" label="Thời sự"/><summary>Ít &lt; nhiều</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Một<br/>hai <img src="x.png" alt="a &lt; b"/></p></div></content><source><title>TTXVN</title><link href="https://ttxvn.example/"/></source></entry>',
        '<id>urn:bao</id><link rel="self" href="/rss/tin-moi.rss"/><link href="/"/><updated>2026-11-20T02:00:00Z</updated><icon>/i.png</icon><logo>/l.png</logo>',
      ),
    );
    expect(feed).toMatchObject({
      format: 'atom',
      version: '1.0',
      id: 'urn:bao',
      homeUrl: 'https://bao.example.vn/',
      selfUrl: url,
      imageUrl: 'https://bao.example.vn/l.png',
      iconUrl: 'https://bao.example.vn/i.png',
      warnings: [],
    });
    expect(feed.items).toMatchObject([
      {
        id: 'tag:bao.example.vn,2026:1',
        url: 'https://bao.example.vn/tin/1',
        title: 'A & B',
        summaryHtml: 'Ít &lt; nhiều',
        contentHtml: '<p>Một<br />hai <img src="https://bao.example.vn/rss/x.png" alt="a &lt; b" /></p>',
        publishedAt: new Date('2026-11-20T01:00:00Z'),
        updatedAt: new Date('2026-11-20T02:00:00Z'),
        authors: [{ name: 'Lò', email: 'lo@bao.example.vn', url: 'https://bao.example.vn/tac-gia/lo' }],
        categories: ['Thời sự'],
        enclosures: [{ url: 'https://bao.example.vn/a.mp3', length: 5 }],
        originName: 'TTXVN',
        originUrl: 'https://ttxvn.example/',
      },
    ]);
  });

  it('reads RSS 1.0, whose items stand beside the channel', () => {
    const feed = read(
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>T</title><link>https://a.example/</link></channel><image><url>https://a.example/i.png</url></image><item rdf:about="https://a.example/1"><title>Một</title><dc:date>2026-11-20T08:00:00+07:00</dc:date><dc:subject>Kinh tế</dc:subject></item></rdf:RDF>',
    );
    expect(feed).toMatchObject({
      format: 'rdf',
      version: '1.0',
      title: 'T',
      homeUrl: 'https://a.example/',
      imageUrl: 'https://a.example/i.png',
    });
    expect(feed.items).toMatchObject([
      {
        id: 'https://a.example/1',
        url: 'https://a.example/1',
        title: 'Một',
        publishedAt: new Date('2026-11-20T01:00:00Z'),
        categories: ['Kinh tế'],
      },
    ]);
  });

  it('reads Atom 0.3 with its own names of things', () => {
    const feed = read(
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><tagline>Khẩu hiệu</tagline><modified>2026-11-20T01:00:00Z</modified><entry><title mode="base64">VGluIG3hu5tp</title><issued>2026-11-19T01:00:00Z</issued><modified>2026-11-20T01:00:00Z</modified><content type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>',
    );
    expect(feed).toMatchObject({ format: 'atom', version: '0.3', description: 'Khẩu hiệu' });
    expect(feed.items).toMatchObject([
      {
        title: 'Tin mới',
        contentHtml: '<p>x</p>',
        publishedAt: new Date('2026-11-19T01:00:00Z'),
        updatedAt: new Date('2026-11-20T01:00:00Z'),
      },
    ]);
  });
});

describe('titles are plain text', () => {
  it.each([
    ['RSS, escaped once', rss('<item><title>A &amp; B</title></item>'), 'A & B'],
    ['RSS, escaped twice', rss('<item><title>A &amp;amp; B &amp;#7843;nh</title></item>'), 'A & B ảnh'],
    [
      'RSS, HTML in CDATA',
      rss('<item><title><![CDATA[<b>Nóng:</b> giá &quot;vàng&quot;]]></title></item>'),
      'Nóng: giá "vàng"',
    ],
    ['RSS, bare tags', rss('<item><title>Nước H<sub>2</sub>O</title></item>'), 'Nước H2O'],
    ['RSS, not a tag', rss('<item><title>5 &lt; 7 và &lt;3 &lt;gorilla&gt;</title></item>'), '5 < 7 và <3 <gorilla>'],
    [
      'RSS, bare ampersand and HTML entity',
      rss('<item><title>R&D caf&eacute;&nbsp;ng&agrave;y</title></item>'),
      'R&D café ngày',
    ],
    [
      'RSS, decomposed letters',
      rss(`<item><title>${'Huyện Mộc Châu'.normalize('NFD')}</title></item>`),
      'Huyện Mộc Châu',
    ],
    ['Atom text is literal', atom('<entry><title>A &amp;amp; &lt;b&gt;</title></entry>'), 'A &amp; <b>'],
    [
      'Atom html',
      atom('<entry><title type="html">A &amp;amp;amp; &lt;em&gt;B&lt;/em&gt;</title></entry>'),
      'A &amp; B',
    ],
    [
      'Atom xhtml',
      atom(
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &amp;amp; <b>B</b></div></title></entry>',
      ),
      'A &amp; B',
    ],
  ])('%s', (_, text, title) => {
    expect(first(text)?.title).toBe(title);
  });
});

describe('names and namespaces', () => {
  it('knows a module by its address under any prefix, and by its prefix without one', () => {
    const item = first(
      '<rss version="2.0" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:m="https://search.yahoo.com/mrss"><channel><item><d:creator>A</d:creator><m:thumbnail url="https://a.example/t.jpg"/><content:encoded>x</content:encoded></item></channel></rss>',
    );
    expect(item).toMatchObject({ authors: [{ name: 'A' }], imageUrl: 'https://a.example/t.jpg', contentHtml: 'x' });
  });

  it('does not take a foreign element for one of the same local name', () => {
    const item = first(
      '<rss version="2.0" xmlns:x="urn:x"><channel><item><x:title>sai</x:title><y:description xmlns:y="urn:y">sai</y:description><title>đúng</title><title xmlns="urn:z">sai</title></item></channel></rss>',
    );
    expect(item).toMatchObject({ title: 'đúng', summaryHtml: null });
  });

  it('reads upper-case tags and RSS in a namespace of its own', () => {
    expect(
      first('<RSS><CHANNEL><ITEM><TITLE>a</TITLE><PUBDATE>20 Nov 2026 08:00 +0700</PUBDATE></ITEM></CHANNEL></RSS>'),
    ).toMatchObject({ title: 'a', publishedAt: new Date('2026-11-20T01:00:00Z') });
    expect(
      first('<rss xmlns="http://unknown.example/rss"><channel><item><title>a</title></item></channel></rss>')?.title,
    ).toBe('a');
  });

  it('resolves addresses by xml:base, then Content-Location, then the address of the feed', () => {
    const content = '<content type="html">&lt;a href="x"&gt;x&lt;/a&gt;</content>';
    const href = (text: string, headers?: Record<string, string>) =>
      read(text, headers ? { headers } : {}).items[0]?.contentHtml;
    expect(href(atom(`<entry xml:base="/goc/">${content}</entry>`))).toBe(
      '<a href="https://bao.example.vn/goc/x">x</a>',
    );
    expect(href(atom(`<entry>${content}</entry>`), { 'content-location': 'https://khac.example/y/' })).toBe(
      '<a href="https://khac.example/y/x">x</a>',
    );
    expect(href(atom(`<entry>${content}</entry>`))).toBe('<a href="https://bao.example.vn/rss/x">x</a>');
  });

  it('takes a guid for the address only when it may be one', () => {
    expect(first(rss('<item><guid>https://a.example/1</guid></item>'))?.url).toBe('https://a.example/1');
    expect(first(rss('<item><guid isPermaLink="false">https://a.example/1</guid></item>'))?.url).toBeNull();
  });
});

describe('the hash of an item', () => {
  it('is equal while the source writes the same, wherever the item stands, and changes with anything in it', () => {
    const a = first(rss('<item><title>A &amp; B</title><description>&lt;p&gt;x&lt;/p&gt;</description></item>'))?.hash;
    const same = read(
      rss(
        '<item><title>New</title></item><item><title>A &amp; B</title><description>&lt;p&gt;x&lt;/p&gt;</description></item>',
      ),
    ).items[1]?.hash;
    const other = first(
      rss('<item><title>A &amp; B</title><description>&lt;p&gt;y&lt;/p&gt;</description></item>'),
    )?.hash;
    expect(same).toBe(a);
    expect(other).not.toBe(a);
  });
});

describe('items that are known', () => {
  const one = (n: number, more = '') =>
    `<item><title>Tin ${n}</title><link>https://bao.example/${n}</link><guid>g${n}</guid>${more}</item>`;
  const marks = (text: string) => new Map(read(text).marks.map((mark) => [mark.slice(0, 16), mark]));
  const readKnowing = (text: string, known: ReadonlyMap<string, string>) => readFeed(Buffer.from(text), { now, known });

  it('are passed over and keep their place among the marks', () => {
    const before = rss(one(2) + one(1));
    const feed = readKnowing(rss(one(3) + one(2) + one(1, '<category>Mới</category>')), marks(before));
    expect(feed.items.map((item) => item.title)).toEqual(['Tin 3', 'Tin 1']);
    expect(feed.marks).toEqual(read(rss(one(3) + one(2) + one(1, '<category>Mới</category>'))).marks);
  });

  it('are read again when a new one carries the address or the id of one of them', () => {
    const home = (n: number) => `<item><title>Tin ${n}</title><link>https://bao.example/</link></item>`;
    const guid = (n: number) => `<item><title>Tin ${n}</title><guid isPermaLink="false">same</guid></item>`;
    for (const make of [home, guid]) {
      const feed = readKnowing(rss(make(2) + make(1)), marks(rss(make(1))));
      expect(feed.items.map((item) => item.title)).toEqual(['Tin 2', 'Tin 1']);
    }
  });

  it('are never taken for known by a part of themselves: a closing tag inside CDATA', () => {
    const tricky = (n: number) => `<item><title><![CDATA[</item>]]></title><description>${n}</description></item>`;
    const feed = readKnowing(rss(tricky(2)), marks(rss(tricky(1))));
    expect(feed.items.map((item) => item.summaryHtml)).toEqual(['2']);
  });

  it('do not make a document of unclosed articles slow', () => {
    const text = `<rss><channel>${'<item><title>x</title>'.repeat(100_000)}`;
    const startedAt = performance.now();
    read(text);
    read(`${text}</item></channel></rss>`);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('what is no feed', () => {
  it.each([
    ['', 'empty'],
    [
      '<!DOCTYPE html><html><head><title> Trang\n chủ </title></head><body><p>x</body></html>',
      'an HTML page titled “Trang chủ”',
    ],
    ['xin chào', 'plain text that starts with “xin chào”'],
    ['<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', 'a sitemap'],
    ['%PDF-1.7 …', 'a PDF document'],
    ['<note><to>x</to></note>', 'XML or HTML that starts with <note>'],
  ])('is refused by name: %s', (text, kind) => {
    expect(() => read(text)).toThrow(NotAFeedError);
    expect(() => read(text)).toThrow(`not a feed: ${kind}`);
  });

  it('is told from binary data by its first bytes', () => {
    expect(() => readFeed(Uint8Array.of(0x1f, 0x8b, 8, 0), { now })).toThrow('gzip-compressed data');
  });
});
