// The document of an edition: its dates, sizes, sources and marks, and the proof that readers get them back.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { brokenRules } from '../bench/validate-rules.ts';
import type { Format } from '../src/domain.ts';
import { buildDocument, type FeedDocument, maxItems } from '../src/edition/document.ts';
import { maxDocumentBytes } from '../src/edition/fit.ts';
import { renderDocument } from '../src/edition/render.ts';
import { verifyDocument, verifyOwn } from '../src/edition/verify.ts';
import { edition, makeMedia, makePublisher, makeStory, now, options } from './edition-factory.ts';

const formats: Format[] = ['rss', 'atom', 'json'];

function allFindings(document: FeedDocument) {
  return formats.flatMap((format) =>
    brokenRules(format, renderDocument(format, document), document.selfUrls[format], now),
  );
}

describe('a document', () => {
  it('never claims a future or impossible date', () => {
    const document = buildDocument(
      edition,
      [
        makeStory(1, {
          firstAt: new Date('2030-01-01'),
          changedAt: new Date('2031-01-01'),
          publishedAt: new Date(Number.NaN),
        }),
      ],
      options,
    );
    const [item] = document.items;
    expect(item?.published.getTime()).toBeLessThanOrEqual(now.getTime());
    expect(item?.updated.getTime()).toBeLessThanOrEqual(now.getTime());
    expect(document.updated).toEqual(item?.updated);
  });

  it('gives stories of one moment different dates, the same ones whatever else is listed', () => {
    const at = new Date('2026-11-22T02:00:00.900Z');
    const stories = [5, 4, 3, 2, 1].map((id) => makeStory(id, { firstAt: at, changedAt: at }));
    const all = buildDocument(edition, stories, options).items;
    const two = buildDocument(edition, stories.slice(2, 4), options).items;
    expect(new Set(all.map((item) => item.updated.getTime())).size).toBe(5);
    expect(two.map((item) => item.updated)).toEqual(all.slice(2, 4).map((item) => item.updated));
  });

  it('takes its date from its newest change, and from the edition only when it is empty', () => {
    const older = makeStory(1, { changedAt: new Date('2026-11-22T03:00:00.000Z') });
    const newer = makeStory(2, { changedAt: new Date('2026-11-22T04:00:00.000Z') });
    expect(buildDocument(edition, [older, newer], options).updated).toEqual(new Date('2026-11-22T04:00:00.000Z'));
    expect(buildDocument(edition, [], options).updated).toEqual(edition.changedAt);
  });

  it('renders the same bytes a day later', () => {
    const stories = [makeStory(2), makeStory(1)];
    const later = { ...options, now: new Date(now.getTime() + 86_400_000) };
    for (const format of formats)
      expect(renderDocument(format, buildDocument(edition, stories, later))).toBe(
        renderDocument(format, buildDocument(edition, stories, options)),
      );
  });

  it('holds at most 50 items, and names a story listed twice', () => {
    const many = Array.from({ length: 70 }, (_, i) => makeStory(70 - i));
    expect(buildDocument(edition, many, options).items).toHaveLength(maxItems);
    const twice = buildDocument(edition, [makeStory(1), makeStory(1)], options);
    expect({ items: twice.items.length, codes: twice.notes.map((note) => note.code) }).toEqual({
      items: 1,
      codes: ['document.repeated-id'],
    });
  });

  it('leaves out bodies from the end until it fits, and says so', () => {
    const body = `<p>${'Một câu dài về đồng lúa. '.repeat(4000)}</p>`;
    const document = buildDocument(
      edition,
      Array.from({ length: 50 }, (_, i) => makeStory(50 - i, { bodyHtml: body })),
      options,
    );
    for (const format of formats)
      expect(Buffer.byteLength(renderDocument(format, document))).toBeLessThanOrEqual(maxDocumentBytes);
    expect(document.items).toHaveLength(50);
    expect(document.items[0]?.contentHtml).toContain('đồng lúa');
    expect(document.items[49]?.contentHtml).not.toContain('đồng lúa');
    expect(document.notes.every((note) => note.code === 'document.body-dropped')).toBe(true);
    expect(document.notes.length).toBeGreaterThan(20);
  });

  it('stays within its bounds whatever the texts are made of, just above and below them', () => {
    for (const [unit, repeats] of [
      ['ươ', 6_000],
      ['"\\', 9_000],
      ["'&amp;", 900],
      ['<em>a</em>', 1_000],
    ] as const) {
      for (const share of [0.5, 0.9, 1, 1.1, 2]) {
        const bodyHtml = `<p>${unit.repeat(Math.round(repeats * share))}</p>`;
        const stories = Array.from({ length: 50 }, (_, i) =>
          makeStory(50 - i, { bodyHtml, summary: unit.repeat(100) }),
        );
        const document = buildDocument(edition, stories, options);
        for (const format of formats)
          expect(Buffer.byteLength(renderDocument(format, document))).toBeLessThanOrEqual(maxDocumentBytes);
      }
    }
  });

  it('leaves out the body of one item above a megabyte and keeps its neighbours whole', () => {
    const document = buildDocument(
      edition,
      [makeStory(2, { bodyHtml: `<p>${'ươ'.repeat(300_000)}</p>` }), makeStory(1)],
      options,
    );
    expect(document.notes.map((note) => [note.code, note.item])).toEqual([['document.body-dropped', 0]]);
    expect(document.items[1]?.contentHtml).toContain('chung một cây cầu');
  });

  it('leaves out a body that is nothing but character references, whatever its bytes', () => {
    const document = buildDocument(
      edition,
      [makeStory(2, { bodyHtml: `<p>${'&lt;'.repeat(60_000)}</p>` }), makeStory(1)],
      options,
    );
    expect(document.notes.map((note) => [note.code, note.item])).toEqual([['document.body-dropped', 0]]);
  });

  it('marks invented papers in the categories, the visible line and the summary', () => {
    const document = buildDocument(edition, [makeStory(1, { publisher: makePublisher({ isSample: true }) })], options);
    const [item] = document.items;
    expect(item?.categories[0]).toBe('Toà soạn thử (mẫu)');
    expect(item?.contentHtml).toContain('<strong>Toà soạn thử (mẫu)</strong>');
    expect(item?.teaser).toContain('Toà soạn thử (mẫu)');
  });

  it('names the source with link and time, and every other paper that carries the story', () => {
    const [item] = buildDocument(edition, [makeStory(1)], options).items;
    expect(item?.contentHtml).toContain(
      '<p>Theo <a href="https://songxanh.example.vn/tin/1.html?chuy%C3%AAn=m%E1%BB%A5c">Báo Sông Xanh</a> · 08:31 22/11/2026</p>',
    );
    expect(item?.contentHtml).toContain(
      '<p>Báo khác cùng đưa tin:</p><ul><li><a href="https://nuicao.example.vn/1">Báo Núi Cao</a> · 09:01 22/11/2026</li></ul>',
    );
    expect(item?.url).toBe('https://tin.example.vn/tin/1-khanh-thanh-cay-cau-so-1-o-ban-vung-cao');
  });

  it('shows a title that looks like markup in a way no reader can take for markup', () => {
    const titles = ['Thẻ <b> trong HTML', 'A &amp;amp; B', 'Giá < 5 triệu & > 3 triệu', '&lt;script&gt;'].map(
      (title, i) => makeStory(i + 1, { title }),
    );
    expect(buildDocument(edition, titles, options).items.map((item) => item.title)).toEqual([
      'Thẻ ‹b› trong HTML',
      'A & B',
      'Giá < 5 triệu & > 3 triệu',
      '‹script›',
    ]);
  });

  it('carries the hub and a picture of the channel where there are such', () => {
    const document = buildDocument(edition, [makeStory(1)], {
      ...options,
      hubUrl: 'https://tin.example.vn/hub',
      imageUrl: 'https://tin.example.vn/static/icon-144.png',
    });
    expect(allFindings(document)).toEqual([]);
    expect(renderDocument('rss', document)).toContain('<atom:link rel="hub" href="https://tin.example.vn/hub"/>');
    expect(renderDocument('atom', document)).toContain('<icon>https://tin.example.vn/static/icon-144.png</icon>');
    expect(JSON.parse(renderDocument('json', document))).toMatchObject({
      hubs: [{ type: 'WebSub', url: 'https://tin.example.vn/hub' }],
    });
  });

  it('keeps media with caption and credit, and drops those without a usable address', () => {
    const media = [
      makeMedia({ title: 'Cầu <mới> & đường' }),
      makeMedia({ url: 'data:image/png;base64,AAAA' }),
      makeMedia({
        url: 'https://x.vn/a.mp3',
        type: 'audio/mpeg',
        medium: 'audio',
        width: null,
        height: null,
        title: null,
        credit: null,
      }),
    ];
    const document = buildDocument(edition, [makeStory(1, { media })], options);
    expect(allFindings(document)).toEqual([]);
    expect(document.items[0]?.media.map((one) => one.url)).toEqual([
      'https://songxanh.example.vn/anh/cau-moi.jpg',
      'https://x.vn/a.mp3',
    ]);
  });
});

describe('the proof of a document', () => {
  const document = buildDocument(edition, [makeStory(2), makeStory(1)], options);
  const rss = renderDocument('rss', document);

  it.each([
    ['a lost item', rss.replace(/<item>[\s\S]*?<\/item>/, ''), /number of items was read back as 1, meant 2/],
    ['another title', rss.replace('số 2', 'số 3'), /title of item 0/],
    [
      'another date',
      rss.replace(/<pubDate>.*?<\/pubDate>/, '<pubDate>Sun, 22 Nov 2026 09:00:00 +0700</pubDate>'),
      /published of item 0/,
    ],
    ['a changed body', rss.replace('Sáng nay', 'Tối nay'), /contentHtml of item 0/],
    ['a bare ampersand', rss.replace('Xã hội', 'Xã & hội'), /bare "&"/],
    ['a control character', rss.replace('Xã hội', 'Xã \u0008hội'), /U\+0008/],
    ['an end that is missing', rss.replace('</channel>', ''), /end tag of rss/],
    [
      'another address',
      rss.replace('rel="self" href="https://tin', 'rel="self" href="https://xin'),
      /address of the feed/,
    ],
  ])('notices %s', async (_what, bytes, message) => {
    await expect(verifyDocument('rss', bytes, document)).rejects.toThrow(message);
    expect(() => verifyOwn('rss', bytes, document)).toThrow(message);
  });

  it.each(['rss', 'atom', 'google', 'msn', 'partner'] as const)('is the same for our own reader of %s', (form) => {
    const text = renderDocument(form, document);
    expect(() => verifyOwn(form, text, document)).not.toThrow();
    expect(() => verifyOwn(form, text.replace('số 2', 'số 3'), document)).toThrow(/title of item 0/);
    expect(() => verifyOwn(form, text.replace('Sáng nay', 'Tối nay'), document)).toThrow(/contentHtml of item 0/);
    expect(() => verifyOwn(form, text.replace('rel="self"', 'rel="other"'), document)).toThrow(/address of the feed/);
  });

  it('notices JSON that is cut off', async () => {
    await expect(
      verifyDocument('json', renderDocument('json', document).slice(0, -10), document),
    ).rejects.toMatchObject({ code: 'document.unreadable' });
  });

  it('lets others have their turn while a long document is read back', async () => {
    const stories = Array.from({ length: 50 }, (_, i) =>
      makeStory(50 - i, { bodyHtml: `<p>${'Nước lũ rút dần, trường lớp đón học sinh trở lại. '.repeat(60)}</p>` }),
    );
    const long = buildDocument(edition, stories, options);
    const text = renderDocument('rss', long);
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns++) await setImmediate();
    })();

    await verifyDocument('rss', text, long);
    isOver = true;
    await others;
    // In one go nobody gets more than two.
    expect(turns).toBeGreaterThan(text.length / 40_000);
    expect(text.length).toBeGreaterThan(150_000);
  });

  it('takes time in proportion to the size, for the worst texts too', async () => {
    const worst = buildDocument(
      edition,
      Array.from({ length: 10 }, (_, i) =>
        makeStory(50 - i, {
          bodyHtml: `<p>${'&lt;(('.repeat(4000)}</p>${'<b>'.repeat(4000)}`,
          summary: '<'.repeat(1000),
        }),
      ),
      options,
    );
    const started = performance.now();
    for (const format of formats) await verifyDocument(format, renderDocument(format, worst), worst);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
