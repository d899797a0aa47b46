// Foreign HTML made safe, made plain and cut short.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../src/text/entities.ts';
import { cleanSimply } from '../src/text/markup-simple.ts';
import { escapeHtml, excerpt, plainText, safeHtml, safeHtmlCarefully } from '../src/text/markup.ts';
import { inSlices } from '../src/text/slices.ts';

const baseUrl = 'https://bao.example/tin/bai.html';
const safe = (html: string) => safeHtml(html, { baseUrl });

describe('safeHtml keeps what readers read', () => {
  it.each([
    ['<p>Hello <b>b</b> <em>e</em></p>', '<p>Hello <b>b</b> <em>e</em></p>'],
    ['<P ALIGN="center">x</P>', '<p>x</p>'],
    ['<p style="text-align:center" class="a" id="b" onclick="x()">x</p>', '<p>x</p>'],
    ['<h1>Đề mục</h1><h3>Nhỏ</h3>', '<h2>Đề mục</h2><h3>Nhỏ</h3>'],
    ['<span><font color="red">đỏ</font></span>', 'đỏ'],
    ['<section><center>x</center></section>', '<div><div>x</div></div>'],
    ['<ol start="3"><li>a</li></ol>', '<ol start="3"><li>a</li></ol>'],
    ['<table><tr><td colspan="2" width="9">x</td></tr></table>', '<table><tr><td colspan="2">x</td></tr></table>'],
    ['<blockquote>a<br>b</blockquote><hr>', '<blockquote>a<br />b</blockquote><hr />'],
    [
      '<a href="../khac.html?a=1&b=2" target="_blank">x</a>',
      '<a href="https://bao.example/khac.html?a=1&amp;b=2">x</a>',
    ],
    ['<a href="mailto:toa-soan@bao.example">thư</a>', '<a href="mailto:toa-soan@bao.example">thư</a>'],
    [
      '<img src="/a.jpg" alt="Ảnh &quot;1&quot;" width="640px" height="480.5">',
      '<img src="https://bao.example/a.jpg" alt="Ảnh &quot;1&quot;" width="640" height="480" />',
    ],
    ['<img src="data:image/gif;base64,R0" data-src="/that.jpg">', '<img src="https://bao.example/that.jpg" alt="" />'],
    [
      '<figure><img src="/a.jpg"><figcaption>Chú thích</figcaption></figure>',
      '<figure><img src="https://bao.example/a.jpg" alt="" /><figcaption>Chú thích</figcaption></figure>',
    ],
    [
      '<video src="/v.mp4" poster="/p.jpg" autoplay></video>',
      '<video src="https://bao.example/v.mp4" poster="https://bao.example/p.jpg" controls="" preload="none"></video>',
    ],
    ['<time datetime="2026-03-18">18/3</time>', '<time datetime="2026-03-18">18/3</time>'],
    ['a &amp; b &lt; c &nbsp;&eacute;', 'a &amp; b &lt; c \u00a0é'],
    ['giá < 5 và > 3', 'giá &lt; 5 và &gt; 3'],
    ['javascript: là một ngôn ngữ, onerror= là chữ', 'javascript: là một ngôn ngữ, onerror= là chữ'],
    ['một<iframe src="https://x.example/"/> hai', 'một hai'],
  ])('%s', (from, to) => {
    expect(safe(from)).toBe(to);
  });
});

describe('safeHtml closes what is left open', () => {
  it.each([
    ['<p>một<p>hai<br>ba', '<p>một</p><p>hai<br />ba</p>'],
    ['<b><i>x', '<b><i>x</i></b>'],
    ['</div></article></main>x', 'x'],
    ['<a name="dau"></a><p></p>sau', '<p></p>sau'],
    ['<a name=x></a><p>một</p>hai', '<p>một</p>hai'],
    ['<ul><li>a<li>b</ul>', '<ul><li>a</li><li>b</li></ul>'],
    ['<p>a <span>b<p>c</p></span></p>', '<p>a b</p><p>c</p><p></p>'],
    ['<!-- mở <b>x', ''],
    ['<a href="https://a.example">x', '<a href="https://a.example/">x</a>'],
  ])('%s', (from, to) => {
    expect(safe(from)).toBe(to);
  });
});

describe('safeHtml lets nothing run, load unseen or take the page', () => {
  it.each([
    ['<script>alert(1)</script>x', 'x'],
    ['<ScRiPt src=//x.example></sCrIpT >x', 'x'],
    ['<style>p{}</style>x', 'x'],
    ['<svg onload=alert(1)><a href="javascript:1"><text>t</text></a></svg>x', 'x'],
    ['<math><mtext><img src=x onerror=alert(1)></mtext></math>', '<img src="https://bao.example/tin/x" alt="" />'],
    ['<noscript><p title="</noscript><img src=1 onerror=alert(1)>">x', ''],
    [
      '<textarea><img title="</textarea><img src=1 onerror=alert(1)>"></textarea>',
      '<img src="https://bao.example/tin/1" alt="" />"&gt;',
    ],
    ['<template><b>x</b></template>y', 'y'],
    ['<a href="java&#09;script:alert(1)">x</a>', 'x'],
    ['<a href="data:text/html,x">x</a>', 'x'],
    ['<a href="//evil.example">x</a>', '<a href="https://evil.example/">x</a>'],
    ['<img src="javascript:alert(1)">x', 'x'],
    ['<form action="/x"><input name="p"><button formaction="javascript:1">Gửi</button></form>', 'Gửi'],
    [
      '<base href="https://evil.example/"><meta http-equiv="refresh" content="0"><link rel="stylesheet" href="x">x',
      'x',
    ],
    ['<object data="x.swf"><embed src="x.swf"></object>x', 'x'],
    ['<img src="https://dem.example/p.gif" width="1" height="1">x', 'x'],
    ['<img src="https://dem.example/p.gif" style="display: none">x', 'x'],
    [
      '<img src="/a.jpg" srcset="javascript:1 2x, //t.example/b.jpg 3x">',
      '<img src="https://bao.example/a.jpg" alt="" />',
    ],
    ['x\u0000y&#0;z&#1;', 'xy\ufffdz'],
  ])('%s', (from, to) => {
    expect(safe(from)).toBe(to);
  });

  it('without a base drops relative links and pictures and keeps the text', () => {
    expect(safeHtml('<a href="/x">đọc</a><img src="a.jpg">', {})).toBe('đọc');
  });
});

const open = fc.constantFrom(
  'p',
  'div',
  'span',
  'b',
  'a',
  'h1',
  'h3',
  'ul',
  'li',
  'td',
  'tr',
  'table',
  'tbody',
  'figure',
  'center',
  'dt',
  'dl',
  'summary',
  'pre',
  'script',
  'svg',
  'iframe',
  'title',
  'noscript',
);
const value = fc.constantFrom(
  '/x?a=1&b=2',
  'https://a.example/á "b',
  'javascript:1',
  'a&amp;b&quot;c',
  '1',
  '640',
  '',
  '<i>',
  'x\u0001',
  '&copy=1',
  'display:none',
);
const attribute = fc.tuple(
  fc.constantFrom(
    'href',
    'src',
    'alt',
    'width',
    'height',
    'title',
    'class',
    'onclick',
    'HREF',
    'data-src',
    'style',
    'colspan',
  ),
  value,
  fc.constantFrom('"', "'", ''),
);
const attributes = fc
  .array(attribute, { maxLength: 3 })
  .map((list) => list.map(([n, v, q]) => ` ${n}=${q}${q === '"' ? v.replaceAll('"', '') : v}${q}`).join(''));
const words = fc.constantFrom(
  'chữ ',
  ' ',
  'ệ',
  '&nbsp;',
  '&amp;lt;b&gt;',
  '&#1;',
  '&copy ',
  '5 < 6',
  '>',
  '<!-- c -->',
  '<!-->',
  '\n',
  '&',
  '😀',
  '\u0007',
  '<br>',
  '<br/>',
  '<img src="/i.png">',
  '<hr class="x" />',
  '</p>',
  '</br>',
  '<',
);
const { markup } = fc.letrec((tie) => ({
  markup: fc
    .array(fc.oneof({ withCrossShrink: true, maxDepth: 5 }, words, tie('element')), { maxLength: 5 })
    .map((list) => list.join('')),
  element: fc
    .tuple(open, attributes, tie('markup'), fc.boolean(), fc.integer({ min: 0, max: 9 }))
    .map(([name, attrs, inner, upper, close]) => {
      const tag = upper ? name.toUpperCase() : name;
      return `<${tag}${attrs}>${String(inner)}${close === 0 ? '' : `</${name}>`}`;
    }),
}));
const html = markup.map(String);

it('cleaning is idempotent, whatever the markup', () => {
  fc.assert(
    fc.property(html, (source) => {
      const once = safe(source);
      expect(safe(once)).toBe(once);
      expect(safeHtml(once, {})).toBe(once);
    }),
    { numRuns: 1000 },
  );
});

it('the short way gives what the careful way gives, or declines', () => {
  let taken = 0;
  fc.assert(
    fc.property(html, (source) => {
      const quick = cleanSimply(source, baseUrl);
      if (quick === null) return;
      taken++;
      expect(quick).toBe(safeHtmlCarefully(source, baseUrl));
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(300);
});

it('nothing but the allow-list comes out', () => {
  const tag =
    /^<(?:\/?(?:p|div|b|i|a|h2|h3|ul|li|td|tr|table|tbody|figure|dt|dl|pre)|br \/|hr \/|a href="(?:https?|mailto):[^"<>]*"|img src="https?:[^"<>]*" alt="[^"<>]*"(?: width="\d+")?(?: height="\d+")? \/|td colspan="\d+")>$/;
  fc.assert(
    fc.property(html, (source) => {
      for (const [found] of safe(source).matchAll(/<[^>]*>?/g)) expect(found).toMatch(tag);
    }),
    { numRuns: 1000 },
  );
});

describe('plainText', () => {
  it.each([
    ['Một  hai\n ba', 'Một hai ba'],
    ['<p>Một&nbsp;hai</p><p>ba</p>', 'Một hai\nba'],
    ['<h2>Đề</h2>\n\n<div><div>mục</div></div>', 'Đề\nmục'],
    ['một<br>hai<br/><br/>ba', 'một\nhai\nba'],
    ['<b>nhấn</b>mạnh', 'nhấnmạnh'],
    ['<td>a</td><td>b</td>', 'a b'],
    ['giá < 5, > 3 & "x" <3', 'giá < 5, > 3 & "x" <3'],
    ['&lt;b&gt; &amp;amp; &hellip; &#x1EC7; &CounterClockwiseContourIntegral; &copy 2026', '<b> &amp; … ệ ∳ © 2026'],
    ['a<script>if (a < b) {}</script>b<style>p{}</style>c<!-- d -->e', 'abce'],
    ['<img alt="a > b" src=x>sau', 'sau'],
    ['trước <img alt="a > b', 'trước b'],
    ['trước <b chưa đóng', 'trước <b chưa đóng'],
    ['<![CDATA[trong]]>', 'trong]]>'],
    ['<p>', ''],
    ['hoà'.normalize('NFD'), 'hoà'],
    ['chữ\u200b \ufeffẩn', 'chữ ẩn'],
  ])('%j is %j', (from, to) => {
    expect(plainText(from)).toBe(to);
  });

  it('is what is read in the safe HTML too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<p>', '</p>', '<b>', '</b>', 'chữ ', '&amp;', '<br>', '5 < 6 ', '&eacute;'), {
          maxLength: 20,
        }),
        (parts) => {
          const source = parts.join('');
          expect(plainText(safe(source)).replace(/\s/g, '')).toBe(plainText(source).replace(/\s/g, ''));
        },
      ),
    );
  });
});

describe('excerpt', () => {
  const text = 'Nước sạch đã về tới bản cao nhất của xã.';
  it('gives a text that fits as it is', () => {
    expect(excerpt(` ${text} `, 40)).toBe(text);
  });
  it('cuts at a word and says so', () => {
    expect(excerpt(text, 20)).toBe('Nước sạch đã về tới…');
    expect(excerpt(text, 19)).toBe('Nước sạch đã về…');
    expect(excerpt('Nước sạch, đã về', 12)).toBe('Nước sạch…');
  });
  it('cuts a word that is longer than the room', () => {
    expect(excerpt('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`);
  });
  it('never halves a letter', () => {
    expect(excerpt('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
    expect(excerpt('ệệệệ'.normalize('NFD'), 3).normalize('NFC')).toBe('ệệ…');
  });
  it('is never longer than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (s, max) => {
        const count = [...new Intl.Segmenter('vi').segment(excerpt(s, max))].length;
        expect(count).toBeLessThanOrEqual(max);
      }),
    );
  });
});

it('escapeHtml escapes for text and attributes', () => {
  expect(escapeHtml(`<a b="c" d='e'>&amp;`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;');
});

it('what is nested too deep is cleaned of half characters all the same', () => {
  expect(safe(`${'<div>'.repeat(300)}a\ud800\u0001<b>`)).toBe('<p>a\ufffd</p>');
});

it('what is nested too deep comes back as paragraphs of its text', () => {
  expect(safe(`${'<div>'.repeat(1000)}một<p>hai &lt; ba${'</div>'.repeat(1000)}`)).toBe('<p>một</p><p>hai &lt; ba</p>');
});

it.each([
  '<',
  '<b>',
  '<div><p>',
  '<tr><p>',
  '<a "2>" ',
  '<a x="2>" ',
  '&',
  '&amp',
  '<!--',
  '<![CDATA[',
  '<script>',
  '<iframe>',
  '<noscript></p>',
  '<svg><style>',
  '<table><tr><td>',
  '<img width=1 height=1 src=//a/b>x',
  '<a href=//a.example>',
  '<textarea><a title="</textarea>',
  ' \n',
  '<form>',
  '</p>',
  '</b>',
  '<p a=1 ',
  ' a=1',
  'x<',
  '<?',
  '</',
  '<li>',
  '<br>',
])('400 KB of %j takes under a second of this process', (piece) => {
  const hostile = `<p${piece === ' a=1' ? '' : '>'}${piece.repeat(Math.floor(400_000 / piece.length))}`;
  const started = process.cpuUsage();
  safe(hostile);
  plainText(hostile);
  const used = process.cpuUsage(started);
  expect((used.user + used.system) / 1000).toBeLessThan(1000);
});

describe('a long text is changed in slices', () => {
  it('of a bounded length, none of which ends within a character reference', () => {
    for (const shift of [0, 1, 2, 3, 4, 5]) {
      const text = `${'x'.repeat(65_530 + shift)}&eacute;${'&lt;a '.repeat(30_000)}${'y'.repeat(70_000)}`;
      const lengths: number[] = [];
      const same = inSlices(text, (slice, at) => {
        lengths.push(slice.length);
        expect(text.startsWith(slice, at)).toBe(true);
        expect(slice).not.toMatch(/&[a-z]*$/);
        return slice;
      });
      expect(same).toBe(text);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(65_536);
      expect(decodeText(text)).toBe(`${'x'.repeat(65_530 + shift)}é${'<a '.repeat(30_000)}${'y'.repeat(70_000)}`);
      expect(decodeText(escapeHtml(text))).toBe(text);
    }
  });
});
