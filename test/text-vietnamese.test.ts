// Spellings of Vietnamese brought to one form.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, isSyllable, placeToneMarks, slugify, syllables, toNfc } from '../src/text/vietnamese.ts';

const sentence = 'Đường về bản Huổi Một đã được mở rộng, bà con phấn khởi đón Tết.';

describe('placeToneMarks', () => {
  it.each([
    ['hoà bình', 'hòa bình'],
    ['HOÀ BÌNH', 'HÒA BÌNH'],
    ['sức khoẻ', 'sức khỏe'],
    ['thuỷ lợi', 'thủy lợi'],
    ['Uỷ ban', 'Ủy ban'],
    ['xoá đói', 'xóa đói'],
    ['loè loẹt', 'lòe loẹt'],
    ['huỷ', 'hủy'],
    ['tóan học', 'toán học'],
    ['ngòai trời', 'ngoài trời'],
    ['đựơc mùa', 'được mùa'],
    ['qúy', 'quý'],
    ['qùa tặng', 'quà tặng'],
    ['gìa làng', 'già làng'],
    ['khuyủ tay', 'khuỷu tay'],
  ])('%s becomes %s', (from, to) => {
    expect(placeToneMarks(from)).toBe(to);
  });

  it.each([
    'quà',
    'quý',
    'quỳnh',
    'quốc',
    'già',
    'gì',
    'giữ',
    'giếng',
    'giúp',
    'gìn',
    'toán',
    'hoàn',
    'ngoài',
    'khuỷu',
    'thuở',
    'nghĩa',
    'mùa',
    'tiến',
    'huỳnh',
    'yếu',
    'née',
    'cité',
    'très bien',
    'naïve',
    'São Paulo',
    'über',
    'Noël',
  ])('%s stays', (word) => {
    expect(placeToneMarks(word)).toBe(word);
  });

  it('makes NFD equal to NFC', () => {
    expect(placeToneMarks('Uỷ ban xoá nợ'.normalize('NFD'))).toBe('Ủy ban xóa nợ');
  });
});

describe('fold', () => {
  it('is one form for any case, marks and composition', () => {
    const expected = 'duong ve ban huoi mot da duoc mo rong, ba con phan khoi don tet.';
    expect(fold(sentence)).toBe(expected);
    expect(fold(sentence.normalize('NFD'))).toBe(expected);
    expect(fold(sentence.toUpperCase())).toBe(expected);
  });
  it('is the same for both schools of tone marks', () => {
    expect(fold('Thuỷ điện Hoà Bình')).toBe(fold('Thủy điện Hòa Bình'));
  });
  it('reads Eth as the Đ that was meant, and keeps the base letters of other scripts', () => {
    expect(fold('Ðắk Nông · Ελλάδα · 東京 · “x”')).toBe('dak nong · ελλαδα · 東京 · “x”');
  });
});

describe('slugify', () => {
  it('writes ASCII words with hyphens', () => {
    expect(slugify('  Giá cà phê: tăng 1.500 đồng/kg — “kỷ lục”!')).toBe('gia-ca-phe-tang-1-500-dong-kg-ky-luc');
  });
  it('cuts at a word', () => {
    expect(slugify('phát triển kinh tế vùng cao', 14)).toBe('phat-trien');
    expect(slugify('x'.repeat(300), 14)).toBe('x'.repeat(14));
  });
  it('is empty when nothing can be written', () => {
    expect(slugify('… 東京 …')).toBe('');
  });
});

describe('syllables', () => {
  it('gives words in lower case with canonical marks, and whole numbers', () => {
    expect(syllables('Thuỷ lợi: 1.250,5 ha (covid-19), NÔNG-LÂM 24/7')).toEqual([
      'thủy',
      'lợi',
      '1.250,5',
      'ha',
      'covid',
      '19',
      'nông',
      'lâm',
      '24',
      '7',
    ]);
  });
  it('is empty for text without words', () => {
    expect(syllables(' … !')).toEqual([]);
  });
});

describe('isSyllable', () => {
  it.each(['a', 'ở', 'nghiêng', 'quyết', 'gì', 'giường', 'khuỷu', 'oái', 'Đắk', 'THÁCH', 'yêu', 'xoong'])(
    '%s is one',
    (s) => {
      expect(isSyllable(s)).toBe(true);
    },
  );
  it.each(['', 'ộtộ', 'hảc', 'strong', 'fỹr', 'z', 'bcd', 'ngngo', 'viẽt', 'aaa', 'ban nhân'])('%s is none', (s) => {
    expect(isSyllable(s)).toBe(false);
  });
});

const letters = fc
  .array(fc.constantFrom(...'aăâeêioôơuưyàáảãạằắầấèéềếìíòóồốờớùúừứỳýbcdđghklmnpqrstvxQGHOÀỦ ,.\u0301\u0323'), {
    maxLength: 30,
  })
  .map((a) => a.join(''));

it('placing marks is idempotent and changes neither letters nor length', () => {
  fc.assert(
    fc.property(fc.oneof(letters, fc.string({ unit: 'grapheme' })), (s) => {
      const once = placeToneMarks(s);
      expect(placeToneMarks(once)).toBe(once);
      expect(fold(once)).toBe(fold(toNfc(s)));
    }),
    { numRuns: 500 },
  );
});

it('folding is idempotent, and a slug is made of its alphabet', () => {
  fc.assert(
    fc.property(fc.oneof(letters, fc.string()), (s) => {
      expect(fold(fold(s))).toBe(fold(s));
      expect(slugify(s)).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
      expect(slugify(s).length).toBeLessThanOrEqual(80);
    }),
    { numRuns: 500 },
  );
});

it('400 KB of anything takes well under a second', () => {
  const started = performance.now();
  for (const piece of ['á', 'a\u0301', '\u0301', 'oà ', 'nghuyên', '1.', 'oáoà', 'A']) {
    const s = piece.repeat(400_000 / piece.length);
    fold(s);
    slugify(s);
    placeToneMarks(s);
    syllables(s);
  }
  expect(performance.now() - started).toBeLessThan(3000);
});
