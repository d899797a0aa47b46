// What people type and what stories say meet in one spelling, with tone marks where they were typed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, pairKey, wordKeys } from '../src/text/search-key.ts';
import { exactQuery, filterQuery, looseQuery, parseSearch, storyWords } from '../src/text/search.ts';
import { fold } from '../src/text/vietnamese.ts';

const text = (typed: string) => parseSearch(typed)?.text;

const neighbours = (first: string, second: string) => pairKey(wordKeys(first), wordKeys(second));

describe('a search', () => {
  it('has one canonical text for all its spellings', () => {
    expect(text('  LŨ   quét ')).toBe('lũ quét');
    expect(text('lũ quét'.normalize('NFD'))).toBe('lũ quét');
    expect(text('hoà bình')).toBe('hòa bình');
    expect(text('“Sơn La” -bóng "bóng   đá"')).toBe('"sơn la" -bóng "bóng đá"');
    expect(text('covid-19')).toBe('"covid 19"');
    expect(text('lũ lũ LŨ')).toBe('lũ');
  });

  it('is none when nothing is asked for', () => {
    for (const typed of ['', '   ', '"', '-"', '…?!', '-lũ', '-"lũ quét"']) expect(parseSearch(typed)).toBeNull();
  });

  it('takes words with marks exactly and words without any as any spelling', () => {
    const search = parseSearch('lũ "son la" "thanh niên" -hạn -han');
    if (search === null) throw new Error('no search');
    const not = { notSaid: [' hạn '], notPlain: [' han '] };

    const exact = exactQuery(search);
    expect(exact).toMatchObject({ said: [' lũ ', ' thanh niên '], plain: [' son la '], ...not });
    expect(exact.keys).toContainEqual([keyOf('lũ')]);
    expect(exact.keys).toContainEqual(expect.arrayContaining(['son', 'sơn', 'sộn'].map(keyOf)));
    const loose = looseQuery(search);
    expect(loose).toMatchObject({ said: [], plain: [' lu ', ' son la ', ' thanh nien '], ...not });
    expect(loose?.keys).toContainEqual(expect.arrayContaining(['lu', 'lũ', 'lự'].map(keyOf)));
    expect(looseQuery(parseSearch('"son la" -hạn') ?? search)).toBeNull();
  });

  it('of two words that everybody uses, side by side, asks for the two together', () => {
    const keys = (typed: string) => exactQuery(parseSearch(typed) ?? { text: '', terms: [] }).keys.flat();

    expect(keys('"của các"')).toContain(neighbours('cua', 'cac'));
    expect(keys('của các')).not.toContain(neighbours('cua', 'cac'));
    expect(keys('"sơn la"').length).toBe(2);
  });

  it('that excludes what it asks for finds nothing, without a look at the stories', () => {
    const none = filterQuery({ words: '-' });

    expect(filterQuery({ words: 'lũ -lũ' })).toEqual(none);
    expect(filterQuery({ words: 'lũ -lu' })).toEqual(none);
    expect(filterQuery({ words: 'lu -lũ' })).not.toEqual(none);
    expect(filterQuery({ words: '"lũ quét" -quét' })).toEqual(none);
    expect(filterQuery({ words: 'lũ -"lũ quét"' })).not.toEqual(none);
  });

  it('never breaks out of the query or the vector, whatever is typed', () => {
    const token = /^[\p{L}\p{M}\p{N}.,]+$/u;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        const search = parseSearch(typed);
        for (const word of search?.terms.flatMap((term) => term.words) ?? []) expect(word).toMatch(token);
        expect(parseSearch(search?.text ?? 'x')?.text).toBe(search?.text ?? 'x');
        const { said, plain, keys } = storyWords({
          title: typed,
          summary: typed,
          provinces: [],
          sections: [],
          publishers: ["x' | 'y"],
        });
        for (const text of [said, plain])
          expect(text).toMatch(/^(?: [\p{L}\p{M}\p{N}.,]+)* \/(?: [\p{L}\p{M}\p{N}.,]+)* \/(?: @bxy)? $/u);
        expect(keys.every((key) => Number.isInteger(key) && key < 0 && key >= -(2 ** 31))).toBe(true);
      }),
    );
  });
});

it('a mark without a letter is no word, neither asked for nor kept', () => {
  const stray = 'lũ \u0300 quét';

  expect(parseSearch('\u0300')).toBeNull();
  expect(parseSearch(`"${stray}"`)?.terms).toEqual([{ words: ['lũ', 'quét'], isExcluded: false }]);
  expect(storyWords({ title: stray, summary: '', provinces: [], sections: [], publishers: [] })).toMatchObject({
    said: ' lũ quét / / ',
    plain: ' lu quet / / ',
  });
});

it('a word of any length is cut between letters', () => {
  const long = `${'a'.repeat(59)}${'𐐷'.repeat(20)}`;

  expect(parseSearch(long)?.terms).toEqual([{ words: ['a'.repeat(59)], isExcluded: false }]);
  expect(storyWords({ title: long, summary: '', provinces: [], sections: [], publishers: [] }).said).toBe(
    ` ${'a'.repeat(59)} / / `,
  );
});

it('a story is kept as its words with and without marks, with the number of each and of where it is listed', () => {
  const story = storyWords({
    title: 'Lũ ở Sơn La',
    summary: '3 bản có café, có lũ',
    provinces: ['14'],
    sections: ['thoi-su'],
    publishers: ['bao-a'],
  });

  expect(story.said).toBe(' lũ ở sơn la / 3 bản có café có lũ / @t14 @cthoi-su @bbao-a ');
  expect(story.plain).toBe(' lu o son la / 3 ban co cafe co lu / ');
  // What no syllable folds to is kept without marks as well; of what everybody uses, the neighbours.
  const words = 'lũ ở sơn la 3 bản có café cafe @t14 @cthoi-su @bbao-a'.split(' ');
  const pairs = [neighbours('3', 'bản'), neighbours('bản', 'có')];
  expect(new Set(story.keys)).toEqual(new Set([...words.map(keyOf), ...pairs]));
  expect(story.keys.length).toBe(14);
});

it('whatever spelling a story has, the word without marks finds it', () => {
  const letter = fc.constantFrom(...'aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạầấậằắặèẹềếệìíịòóọồốộờớợùúụừứựỳýéñöß'.split(''));
  fc.assert(
    fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 8 }), (typed) => {
      const story = storyWords({ title: typed, summary: '', provinces: [], sections: [], publishers: [] });
      const loose = exactQuery(parseSearch(fold(typed)) ?? { text: '', terms: [] });
      expect(loose.plain.every((piece) => story.plain.includes(piece))).toBe(true);
      expect(loose.keys.every((list) => list.some((key) => story.keys.includes(key)))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

it('only words and several conditions need the search', () => {
  const of = (said: string[], words: string[]) => ({
    said,
    plain: [],
    notSaid: [],
    notPlain: [],
    keys: words.map((word) => [keyOf(word)]),
  });

  expect(filterQuery({})).toBeNull();
  expect(filterQuery({ province: '14' })).toBeNull();
  expect(filterQuery({ province: '14', section: 'kinh-te' })).toEqual(
    of([' @t14 ', ' @ckinh-te '], ['@t14', '@ckinh-te']),
  );
  expect(filterQuery({ publisher: 'bao-a', words: 'lũ' })).toEqual(of([' @bbao-a ', ' lũ '], ['@bbao-a', 'lũ']));
  expect(filterQuery({ words: '-lũ' })).toEqual(of([' @none '], ['@none']));
});
