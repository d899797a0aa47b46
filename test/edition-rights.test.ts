// What a publisher did not grant is nowhere in what we show: not in a field, not in a document of any format.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format } from '../src/domain.ts';
import { buildDocument } from '../src/edition/document.ts';
import { renderDocument } from '../src/edition/render.ts';
import type { ShownStory } from '../src/edition/rights.ts';
import { showable } from '../src/edition/rights.ts';
import { ownPolicy, publicTerms } from '../src/edition/rights-terms.ts';
import type { ListedStory } from '../src/store/story.ts';
import { tidyHtml } from '../src/edition/tidy.ts';
import { edition, makeMedia, makePublisher, makeRights, makeStory, now, options } from './edition-factory.ts';

const secrets = {
  summary: 'TOMTAT',
  body: 'THANBAI',
  picture: 'ANHRIENG',
  caption: 'CHUTHICH',
  credit: 'TACGIAANH',
  sound: 'AMTHANH',
  author: 'NGUOIVIET',
  label: 'NHANRIENG',
};

function shown(story: ListedStory): ShownStory {
  const allowed = showable(story, publicTerms(ownPolicy, now));
  if (allowed === null) throw new Error('the story may not be shown');
  return allowed;
}

function storyWith(rights: Parameters<typeof makeRights>[0]) {
  const picture = makeMedia({
    url: `https://a.vn/${secrets.picture}.jpg`,
    title: secrets.caption,
    credit: secrets.credit,
  });
  return makeStory(1, {
    summary: `${secrets.summary} ${'chữ '.repeat(200)}`,
    bodyHtml: `<p>${secrets.body}</p><figure><img src="${picture.url}" alt="${secrets.caption}"><figcaption>${secrets.caption}</figcaption></figure><p><img src="https://a.vn/${secrets.picture}2.jpg" alt=""></p>`,
    image: picture,
    media: [
      picture,
      makeMedia({
        url: `https://a.vn/${secrets.sound}.mp3`,
        medium: 'audio',
        type: 'audio/mpeg',
        title: null,
        credit: null,
      }),
      makeMedia({ url: `https://a.vn/${secrets.picture}3`, medium: null, type: null, title: null, credit: null }),
    ],
    authors: [secrets.author],
    categories: [secrets.label],
    publisher: makePublisher({ rights: makeRights(rights) }),
  });
}

function shownSecrets(rights: Parameters<typeof makeRights>[0]): string[] {
  const story = storyWith(rights);
  const document = buildDocument(edition, [story], options);
  const all =
    (['rss', 'atom', 'json'] as Format[]).map((format) => renderDocument(format, document)).join('\n') +
    JSON.stringify({ ...shown(story), publisher: null });
  return Object.entries(secrets)
    .filter(([, text]) => all.includes(text))
    .map(([name]) => name);
}

describe('rights', () => {
  it('show a headline with source, time and link, and nothing else', () => {
    expect(shownSecrets({ show: 'headline', images: true })).toEqual([]);
  });

  it('show an excerpt without body and sound, with a picture only where pictures are granted', () => {
    expect(shownSecrets({ show: 'excerpt', images: false })).toEqual(['summary', 'author', 'label']);
    expect(shownSecrets({ show: 'excerpt', images: true })).toEqual([
      'summary',
      'picture',
      'caption',
      'credit',
      'author',
      'label',
    ]);
  });

  it('show everything, and without pictures neither them nor their captions', () => {
    expect(shownSecrets({ show: 'full', images: true })).toEqual(Object.keys(secrets));
    expect(shownSecrets({ show: 'full', images: false })).toEqual(['summary', 'body', 'sound', 'author', 'label']);
  });

  it('never let an excerpt grow beyond what was agreed, whatever the text', () => {
    const segments = new Intl.Segmenter('vi', { granularity: 'grapheme' });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 0, max: 120 }),
        (text, excerptChars) => {
          const story = shown(
            makeStory(1, {
              summary: text,
              bodyHtml: `<p>${text}</p>`,
              publisher: makePublisher({ rights: makeRights({ show: 'excerpt', excerptChars }) }),
            }),
          );
          expect([...segments.segment(story.summary)].length).toBeLessThanOrEqual(excerptChars);
          expect(story.bodyHtml).toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('take an excerpt from the body where a paper gives no summary', () => {
    const story = shown(
      makeStory(1, {
        summary: '',
        bodyHtml: '<p>Mùa vàng về trên những thửa ruộng bậc thang.</p>',
        publisher: makePublisher({ rights: makeRights({ show: 'excerpt', excerptChars: 20 }) }),
      }),
    );
    expect(story.summary).toBe('Mùa vàng về trên…');
  });

  it('always name publisher, time and address', () => {
    const { attribution } = shown(storyWith({ show: 'headline' }));
    expect(attribution).toEqual({
      publisherName: 'Báo Sông Xanh',
      url: 'https://songxanh.example.vn/tin/1.html?chuy%C3%AAn=m%E1%BB%A5c',
      publishedAt: new Date('2026-11-22T01:31:00.417Z'),
    });
  });
});

describe('tidied HTML', () => {
  const cases: [string, string, string][] = [
    ['a block ends the paragraph it stands in', '<p>a<div>b</div>c</p>', '<p>a</p><div>b</div>c'],
    [
      'a heading inside a link keeps its words',
      '<a href="https://x.vn/"><h3>Tít</h3></a>',
      '<a href="https://x.vn/"></a><h3>Tít</h3>',
    ],
    ['a link to a script is text', '<a href="javascript:alert(1)">bấm</a>', 'bấm'],
    [
      'an address becomes ASCII',
      '<a href="https://x.vn/tin mới?[1]">x</a>',
      '<a href="https://x.vn/tin%20m%E1%BB%9Bi?%5B1%5D">x</a>',
    ],
    [
      'a table gets the rows and cells it lacks',
      '<table><td>1</td>x<tr><td>2</table>',
      '<table><tr><td>1</td><td>x</td></tr><tr><td>2</td></tr></table>',
    ],
    ['a cell without a table is a block', '<td>1</td>', '<div>1</div>'],
    ['a list item without a list is a paragraph', '<li>một</li>', '<p>một</p>'],
    ['crossed elements are parted', '<b>a<i>b</b>c</i>', '<b>a<i>b</i></b>c'],
    ['unknown elements leave their words', '<blink>x</blink><iframe src="https://x.vn"></iframe>', 'x'],
    [
      'a picture without a usable address goes',
      '<p><img src="data:image/png;base64,AA"><img src="/a.jpg">x</p>',
      '<p>x</p>',
    ],
    [
      'a picture keeps its size and words',
      '<img src="https://x.vn/a.jpg" alt="Lúa &quot;vàng&quot;" width="300" height="200">',
      '<img src="https://x.vn/a.jpg" alt="Lúa &quot;vàng&quot;" width="300" height="200">',
    ],
    ['what never ends is ended', '<ul><li><b>x', '<ul><li><b>x</b></li></ul>'],
    ['a bracket that is no tag is text', 'giá < 5 & > 3 ]]>', 'giá &lt; 5 &amp; &gt; 3 ]]&gt;'],
    ['characters nobody may send vanish', 'a\u0000\u0085\ud800&#0;&#x9;b', 'a\tb'],
  ];
  it.each(cases)('%s', (_name, html, tidied) => {
    expect(tidyHtml(html, { images: true })).toBe(tidied);
  });

  it('stays as it is when tidied again', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<p>',
            '</p>',
            '<b>',
            '</b>',
            '<table>',
            '</table>',
            '<tr>',
            '<td>',
            '</td>',
            '<ul>',
            '</ul>',
            '<li>',
            'chữ',
            ' ',
            '&amp;',
            '<h2>',
            '</h2>',
            '<br>',
            '<hr>',
            '<blockquote>',
            '</blockquote>',
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const once = tidyHtml(parts.join(''), { images: true });
          expect(tidyHtml(once, { images: true })).toBe(once);
        },
      ),
    );
  });

  it('takes time in proportion to the size', () => {
    for (const piece of ['<', '<a ', '<a b="', '<p>', '<table><tr><td>', '&', '&#', '<b x="<a b=" ', '<ul><li>']) {
      const started = performance.now();
      tidyHtml(piece.repeat(20_000), { images: true });
      expect(performance.now() - started, piece).toBeLessThan(8_000);
    }
  });
});
