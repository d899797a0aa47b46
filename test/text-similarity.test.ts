import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutDateline, withoutFurniture, withoutLabel } from '../src/text/furniture.ts';
import { scan, tokenKind } from '../src/text/scan.ts';
import { countShared, overlapOf, shinglesOf, toHashSet } from '../src/text/similarity.ts';
import { compareSlots, slotsOf } from '../src/text/slots.ts';

const hashes = (text: string) => [...scan(text).hash];

describe('scan', () => {
  test.each([
    ['hoà thuý khoẻ', 'hòa thúy khỏe', 'schools of tone marks'],
    ['Trường Tiểu học', 'TRƯỜNG TIỂU HỌC', 'case'],
    ['tiếng Việt'.normalize('NFD'), 'tiếng Việt'.normalize('NFC'), 'Unicode forms'],
    ['đường Ðà Lạt', 'đường Đà Lạt', 'the Icelandic letter met for đ'],
    ['1.200 hộ, 36,47 triệu', '1200 hộ 36,47 triệu', 'thousands marks'],
    ['200km', '200 km', 'a unit glued to its number'],
    ['đi Đà LạtHồ Xuân Hương', 'đi Đà Lạt\nHồ Xuân Hương', 'a lost line break'],
    ['mùa giải 2013/14', 'mùa giải 2013-14', 'marks between numbers'],
    ['“Nhanh lên” – ông nói…', '"Nhanh lên" - ông nói...', 'quotes, dashes, dots'],
  ])('%s = %s (%s)', (a, b) => {
    expect(hashes(a)).toEqual(hashes(b));
  });

  test.each([
    ['má', 'mà'],
    ['ba', 'bă'],
    ['12', '21'],
    ['7/11', '11/7'],
    ['đa', 'da'],
  ])('%s ≠ %s', (a, b) => {
    expect(hashes(a)).not.toEqual(hashes(b));
  });

  test('a capital counts as a name inside a sentence only', () => {
    const { kind } = scan('Chiều qua, ông Lò Pành nói. Mưa còn 3 ngày');
    expect([...kind]).toEqual([
      tokenKind.opener,
      tokenKind.word,
      tokenKind.word,
      tokenKind.name,
      tokenKind.name,
      tokenKind.word,
      tokenKind.opener,
      tokenKind.word,
      tokenKind.number,
      tokenKind.word,
    ]);
  });

  test('takes any text there is, and stays linear', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const tokens = scan(text);
        expect(tokens.kind).toHaveLength(tokens.hash.length);
        expect(tokens.hash.length).toBeLessThanOrEqual(text.normalize('NFC').length);
      }),
    );
    expect(scan('1.234.567,89.'.repeat(50_000)).hash.length).toBeGreaterThan(50_000);
  });
});

describe('shingles', () => {
  test('what two texts share is counted in one pass as it would be in many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 400 }),
        (a, b) => {
          const x = shinglesOf(Uint32Array.from(a));
          const y = shinglesOf(Uint32Array.from(b));
          expect([...x.hash]).toEqual([...x.hash].sort((p, q) => p - q));
          expect(new Set(x.hash).size).toBe(x.hash.length);
          const inY = new Set(y.hash);
          const overlap = overlapOf(x, y);
          expect(overlap.shared).toBe([...x.hash].filter((hash) => inY.has(hash)).length);
          expect(overlap.shared).toBe(countShared(x.hash, y.hash));
          expect(overlap.heads[0]).toBe([...x.hash].filter((hash, at) => inY.has(hash) && (x.at[at] ?? 0) < 80).length);
        },
      ),
    );
  });

  test('repeats stand where they are first met', () => {
    const { hash, at } = shinglesOf(Uint32Array.from([1, 2, 3, 4, 1, 2, 3, 4]));
    expect(hash).toHaveLength(4);
    expect([...at].sort()).toEqual([0, 1, 2, 3]);
  });

  test('a set drops repeats', () => {
    expect([...toHashSet(Uint32Array.from([5, 1, 5, 4_294_967_295, 1]))]).toEqual([1, 5, 4_294_967_295]);
  });
});

describe('slots', () => {
  const compare = (a: string, b: string) => compareSlots(slotsOf(scan(a)), slotsOf(scan(b)));

  test('the same places filled otherwise are told apart by number and name', () => {
    const a = 'Công an xã Tà Lềnh bắt giữ hai đối tượng, thu giữ 227 viên thuốc và một xe máy';
    const b = 'Công an xã Huổi Sản bắt giữ hai đối tượng, thu giữ 112 viên thuốc và một xe máy';
    expect(compare(a, b)).toEqual({ alike: 0, otherNumber: 1, otherName: 1 });
    expect(compare(a, a)).toEqual({ alike: 2, otherNumber: 0, otherName: 0 });
  });

  test('a date is one filling whose parts have an order', () => {
    expect(compare('tỷ giá ngày 12/05 tăng', 'tỷ giá ngày 05/12 tăng')).toMatchObject({ otherNumber: 1 });
    expect(compare('tỷ giá ngày 12/05 tăng', 'tỷ giá ngày 12-05 tăng')).toMatchObject({ alike: 1, otherNumber: 0 });
  });

  test('a place met more than once is alike when any filling is', () => {
    expect(compare('tỉnh Đông Chiêu có mưa. Cả tỉnh Núi Ngàn có mưa', 'cả tỉnh Núi Ngàn có mưa')).toEqual({
      alike: 1,
      otherNumber: 0,
      otherName: 0,
    });
  });
});

describe('furniture', () => {
  test.each([
    'Ảnh: Lò Pành',
    '(Ảnh: CTV)',
    'Ảnh minh họa.',
    'Nguồn: TTXVN',
    'Theo Báo Sông Mây',
    '(Theo TTXVN)',
    'TTXVN',
    'Minh Anh (TTXVN)',
    'Quang cảnh buổi họp. Ảnh: Vàng A Lử',
    'Cập nhật lúc 16h: sẽ còn thông tin',
    'Chia sẻ bài viết lên mạng',
    'Bình luận (0)',
  ])('"%s" is no line of the article', (line) => {
    expect(withoutFurniture(`Câu đầu của bài.\n${line}\nCâu cuối của bài.`)).toBe(
      'Câu đầu của bài.\nCâu cuối của bài.',
    );
  });

  test.each([
    'Theo ông Pành, mưa còn kéo dài, bà con cần đề phòng.',
    'Bức ảnh được chụp từ năm 1965 ở phố chính.',
    'Nguồn nước của bản đã cạn.',
    '- Đoạn mở đầu bằng gạch ngang.',
  ])('"%s" is a line of the article', (line) => {
    expect(withoutFurniture(line)).toBe(line);
  });

  test('a box of other stories goes with its bullets and no further', () => {
    expect(withoutFurniture('Một câu.\nTin liên quan\n- Bài khác\n- Bài khác nữa\nCâu sau hộp.')).toBe(
      'Một câu.\nCâu sau hộp.',
    );
  });

  test('datelines and labels go, words stay', () => {
    expect(withoutDateline('(TTXVN) - Sáng nay mưa to.')).toBe('Sáng nay mưa to.');
    expect(withoutDateline('TTO – Sáng nay mưa to.')).toBe('Sáng nay mưa to.');
    expect(withoutDateline('Sáng nay - một ngày mưa - cầu sập.')).toBe('Sáng nay - một ngày mưa - cầu sập.');
    expect(withoutLabel('Tin mới: Cầu sập')).toBe('Cầu sập');
    expect(withoutLabel('[Cập nhật] Cầu sập')).toBe('Cầu sập');
    expect(withoutLabel('Mới sáng ra cầu đã sập')).toBe('Mới sáng ra cầu đã sập');
  });

  test('hostile lines cost no more than long ones', () => {
    const started = performance.now();
    withoutFurniture(`${'('.repeat(200_000)}\n${'ảnh '.repeat(50_000)}\n${'(ảnh '.repeat(30)}\n`.repeat(3));
    withoutDateline('('.repeat(200_000));
    withoutLabel('['.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
