// Texts of any kind → lines as feeds may hold them: the quick look that passes most of them says what the slow one says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanCharacters, cleanLine } from '../src/edition/clean.ts';

const unwantedCode = (code: number) =>
  code < 9 ||
  code === 0xb ||
  code === 0xc ||
  (code > 0xd && code < 0x20) ||
  (code > 0x7e && code < 0xa0) ||
  [0x200b, 0x2060, 0xfeff].includes(code) ||
  (code > 0x2029 && code < 0x202f) ||
  (code > 0x2065 && code < 0x206a) ||
  (code > 0xfdcf && code < 0xfdf0) ||
  (code > 0xfff8 && code < 0x10000) ||
  (code > 0xffff && (code & 0xfffe) === 0xfffe);

// Character by character, as the rule is written down.
const slowly = (text: string) =>
  [...text.toWellFormed()].filter((character) => !unwantedCode(character.codePointAt(0) ?? 0)).join('');

const spaces = ' \t\n\r\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\ufeff';
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'Tin mới ở Đắk Lắk – “giá cà phê” 120₫') },
  { weight: 2, arbitrary: fc.constantFrom(...spaces) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...'\u0301\u0323\u200b\u202e\u2069\u007f\u0085\u00ad\ufffd\uffff\ud800\udfff\ufdd0\u{1fffe}\u{1f600}\u2011\u2027\u205e',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const text = fc.array(character, { maxLength: 30 }).map((characters) => characters.join(''));

describe('texts of feeds', () => {
  it('lose exactly the characters that XML forbids or validators flag', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(cleanCharacters(one)).toBe(slowly(one));
      }),
      { numRuns: 2_000 },
    );
  });

  it('become one composed line without spaces at its ends or two together', () => {
    fc.assert(
      fc.property(text, (one) => {
        const meant = slowly(one).replace(/\s+/gu, ' ').trim().normalize('NFC');
        expect(cleanLine(one)).toBe(meant);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are told apart at each character there is', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const one = `a${String.fromCodePoint(code)}b`;
      if (cleanCharacters(one) !== slowly(one)) wrong.push(`U+${code.toString(16)}`);
    }
    expect(wrong).toEqual([]);
  });
});
