// What people type and what stories say meet in one spelling, with tone marks where they were typed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactQuery, filterQuery, looseQuery, parseSearch, searchVector } from '../src/text/search.ts';

const text = (typed: string) => parseSearch(typed)?.text;

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
    const search = parseSearch('lũ "son la" -hạn');
    if (search === null) throw new Error('no search');

    expect(exactQuery(search)).toBe("'lũ' & ('son' <-> 'la') & !('hạn')");
    expect(looseQuery(search)).toBe("'lu' & ('son' <-> 'la') & !('hạn')");
  });

  it('never breaks out of the query or the vector, whatever is typed', () => {
    const token = /^[\p{L}\p{M}\p{N}.,]+$/u;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        const search = parseSearch(typed);
        for (const word of search?.terms.flatMap((term) => term.words) ?? []) expect(word).toMatch(token);
        expect(parseSearch(search?.text ?? 'x')?.text).toBe(search?.text ?? 'x');
        const vector = searchVector({
          title: typed,
          summary: typed,
          provinces: [],
          sections: [],
          publishers: ["x' | 'y"],
        });
        expect(vector.split(' ').every((one) => /^'[^'\\]+'(?::\d+[AB])?$/.test(one))).toBe(true);
      }),
    );
  });
});

it('a word of any length is cut between letters', () => {
  const long = `${'a'.repeat(59)}${'𐐷'.repeat(20)}`;

  expect(parseSearch(long)?.terms).toEqual([{ words: ['a'.repeat(59)], isExcluded: false }]);
  expect(searchVector({ title: long, summary: '', provinces: [], sections: [], publishers: [] }).isWellFormed()).toBe(
    true,
  );
});

it('a story is kept under each word as written and without marks, at one place, and under where it is listed', () => {
  const vector = searchVector({
    title: 'Lũ ở Sơn La',
    summary: '3 bản',
    provinces: ['14'],
    sections: ['thoi-su'],
    publishers: ['bao-a'],
  });

  expect(vector).toBe(
    "'lũ':1A 'lu':1A 'ở':2A 'o':2A 'sơn':3A 'son':3A 'la':4A '3':15B 'bản':16B 'ban':16B '@t14' '@cthoi-su' '@bbao-a'",
  );
});

it('only words and several conditions need the search', () => {
  expect(filterQuery({})).toBeNull();
  expect(filterQuery({ province: '14' })).toBeNull();
  expect(filterQuery({ province: '14', section: 'kinh-te' })).toBe("'@t14' & '@ckinh-te'");
  expect(filterQuery({ publisher: 'bao-a', words: 'lũ' })).toBe("'@bbao-a' & 'lũ'");
  expect(filterQuery({ words: '-lũ' })).toBe("'@none'");
});
