// Lists of feeds, tidy and not, → subscriptions with their folders.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOpml } from '../src/source/opml.ts';

it('reads titles, addresses and nested folders in document order', () => {
  const opml = `<?xml version="1.0"?><opml version="2.0"><head><title>Báo &amp; đài</title></head><body>
    <outline text="Miền núi"><outline text="Tây Bắc">
      <outline text="Báo Sơn La" title="Sơn La" type="rss" xmlUrl=" https://baosonla.example/rss " htmlUrl="https://baosonla.example/"/>
    </outline></outline>
    <outline text="Ngoài thư mục" type="rss" xmlUrl="https://khac.example/rss?a=1&amp;b=2"/>
  </body></opml>`;
  expect(parseOpml(opml)).toEqual({
    title: 'Báo & đài',
    subscriptions: [
      {
        title: 'Sơn La',
        xmlUrl: 'https://baosonla.example/rss',
        htmlUrl: 'https://baosonla.example/',
        folders: ['Miền núi', 'Tây Bắc'],
      },
      { title: 'Ngoài thư mục', xmlUrl: 'https://khac.example/rss?a=1&b=2', htmlUrl: null, folders: [] },
    ],
    sites: [],
    isCut: false,
  });
});

it('says when a list is longer than it reads', () => {
  const row = '<outline xmlUrl="https://a.example/f"/>';
  const list = parseOpml(`<opml><body>${row.repeat(20_001)}</body></opml>`);
  expect([list.subscriptions.length, list.isCut]).toEqual([20_000, true]);
});

it('takes bytes in any encoding, attributes in any case and outlines of any type', () => {
  const text =
    '<?xml version="1.0" encoding="windows-1252"?><OPML><Body><Outline TITLE="caf\xe9" type="link" XMLURL="http://a.example/f"></Outline></Body></OPML>';
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  expect(parseOpml(bytes).subscriptions).toEqual([
    { title: 'café', xmlUrl: 'http://a.example/f', htmlUrl: null, folders: [] },
  ]);
});

it('steps over bare ampersands, unknown closing tags and a missing end', () => {
  const opml =
    '<opml><body><outline text="A & B" xmlUrl="http://a.example/?x=1&y=2"/></unknown><outline text="tin"><outline text="C" xmlUrl="http://c.example/"/>';
  expect(parseOpml(opml).subscriptions.map((s) => [s.title, s.xmlUrl, s.folders])).toEqual([
    ['A & B', 'http://a.example/?x=1&y=2', []],
    ['C', 'http://c.example/', ['tin']],
  ]);
});

it('leaves out rows whose address is empty', () => {
  expect(
    parseOpml('<opml><body><outline text="x" xmlUrl=" "/><outline text="y"/></body></opml>').subscriptions,
  ).toEqual([]);
});

it('answers with an empty list for what is no OPML, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 })), (input) => {
      expect(parseOpml(input).subscriptions).toBeInstanceOf(Array);
    }),
  );
});

it('a site without a feed is told beside the subscriptions', () => {
  const list = parseOpml(
    '<opml><body><outline text="Báo X" htmlUrl="https://x.example/"/><outline text="Mục"/></body></opml>',
  );

  expect([list.subscriptions, list.sites]).toEqual([[], [{ title: 'Báo X', htmlUrl: 'https://x.example/' }]]);
});
