// No form in which anything is published says more of a paper's words than the paper allows.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Rights } from '../src/domain.ts';
import { forMsn } from '../src/edition/dialect.ts';
import { buildDocument } from '../src/edition/document.ts';
import { renderDocument } from '../src/edition/render.ts';
import { ownPolicy, publicTerms } from '../src/edition/rights-terms.ts';
import { toSitemap } from '../src/web/sitemap.ts';
import { edition, makeMedia, makePublisher, makeRights, makeStory, now, options } from './edition-factory.ts';

const forms = ['rss', 'atom', 'json', 'partner', 'google', 'msn'] as const;
// Words that stand nowhere else, one for each part of a story.
const mark = {
  summary: 'zqsapo',
  early: 'zqdau',
  late: 'zqcuoi',
  author: 'zqtacgia',
  picture: 'zqanh',
  caption: 'zqchuthich',
};

const noise = fc.string({ unit: fc.constantFrom(...'<>&"\']]>;#x đắ́\u0000\u202e<p></b><img src=x>'), maxLength: 60 });
const rights = fc.record({
  show: fc.constantFrom('headline', 'excerpt', 'full'),
  excerptChars: fc.integer({ min: 0, max: 120 }),
  images: fc.boolean(),
});

const story = fc.record({ rights, noise, hasSummary: fc.boolean(), padding: fc.integer({ min: 150, max: 3_000 }) }).map(
  (wanted) => (id: number) =>
    makeStory(id, {
      title: `Tin ${id} ${wanted.noise}`,
      summary: wanted.hasSummary ? `${mark.summary} ${wanted.noise}${'lúa '.repeat(60)}${mark.late}` : '',
      bodyHtml: `<p>${mark.early}${'ngô '.repeat(wanted.padding)}</p><p>${wanted.noise}</p><figure><img src="https://a.example/${mark.picture}.jpg" alt="${mark.caption}"><figcaption>${mark.caption}</figcaption></figure><p>${mark.late}</p>`,
      authors: [mark.author],
      image: makeMedia({ url: `https://a.example/${mark.picture}-1.jpg`, title: mark.caption }),
      media: [makeMedia({ url: `https://a.example/${mark.picture}-2.jpg`, title: mark.caption })],
      publisher: makePublisher({ rights: makeRights(wanted.rights) }),
    }),
);

// The marks that stand in a text although the rights do not reach them.
function leaksIn(text: string, { show, excerptChars, images }: Rights): string[] {
  const tooLong = excerptChars < mark.early.length ? [mark.summary, mark.early] : [];
  const beyond = { headline: Object.values(mark), excerpt: [mark.late, ...tooLong], full: [] }[show];
  return [...beyond, ...(images ? [] : [mark.picture])].filter((word) => text.includes(word));
}

it('no output of any kind exceeds the rights', () => {
  fc.assert(
    fc.property(story, (make) => {
      const one = make(1);
      const { show, excerptChars } = one.publisher.rights;
      const document = buildDocument(edition, [one], {
        ...options,
        corrections: new Map([[1, { note: 'Ghi chú của toà soạn', at: now }]]),
      });
      const texts = forms.map((form) =>
        renderDocument(form, form === 'msn' ? forMsn(document, (id) => document.wholeIds.has(id), now) : document),
      );
      texts.push(toSitemap(options.publicUrl, [one], publicTerms(ownPolicy, now)));

      for (const text of texts) expect(leaksIn(text, one.publisher.rights)).toEqual([]);
      const most = show === 'excerpt' ? excerptChars : Number.POSITIVE_INFINITY;
      for (const item of document.items) expect(wordsOf(item.contentHtml).length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 150 },
  );
});

// What of an item's HTML is the paper's: everything but the line that says whose it is, the correction and the list of other papers.
function wordsOf(html: string): string {
  return html
    .replace(/^<p>Theo .*?<\/p>/, '')
    .replace(/<p><strong>Đính chính.*?<\/p>/, '')
    .replace(/<p>Báo khác cùng đưa tin:<\/p><ul>.*<\/ul>$/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#\d+|#x[0-9a-f]+|\w+);/gi, '.');
}

it('a story that meets no terms at all leaves nothing behind', () => {
  const hidden = makeStory(1, { status: 'withdrawn' });
  const document = buildDocument(edition, [hidden], options);

  for (const form of forms) expect(renderDocument(form, document)).not.toContain(hidden.uid);
  expect(toSitemap(options.publicUrl, [hidden], publicTerms(ownPolicy, now))).not.toContain('<loc>');
});
