// Places in titles and leads: an own labelled set with its precision and recall, and the rules one by one.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findPlaces, namedProvinces, provinceOf } from '../src/text/place-find.ts';

const named = (title: string, lead = '', home: string | null = null) =>
  findPlaces(title, lead, home).map((place) => `${place.code} ${place.name}`);

type Labelled = { headline: string; expected: string[] };

function readLabelled(): Labelled[] {
  const lines = readFileSync(new URL('fixtures/places.txt', import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [headline, labels] = line.split('=>');
    if (line.startsWith('#') || headline === undefined || labels === undefined) return [];
    return [
      {
        headline: headline.trim(),
        expected: labels
          .split(';')
          .map((label) => label.trim())
          .filter((label) => label !== ''),
      },
    ];
  });
}

test('the labelled headlines are found with precision of 98 % and recall of 95 % at least', () => {
  const labelled = readLabelled();
  let [right, wrong, missed] = [0, 0, 0];
  const faults: string[] = [];
  for (const { headline, expected } of labelled) {
    const found = named(headline);
    const surplus = found.filter((place) => !expected.includes(place));
    const lacking = expected.filter((place) => !found.includes(place));
    right += found.length - surplus.length;
    wrong += surplus.length;
    missed += lacking.length;
    if (surplus.length + lacking.length > 0)
      faults.push(`${headline}: + ${surplus.join('; ')} - ${lacking.join('; ')}`);
  }
  const precision = right / (right + wrong);
  const recall = right / (right + missed);
  console.log(
    `places: ${labelled.length} headlines, precision ${(100 * precision).toFixed(2)} %, recall ${(100 * recall).toFixed(2)} %`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  expect(labelled.length).toBeGreaterThanOrEqual(200);
  expect(precision).toBeGreaterThanOrEqual(0.98);
  expect(recall).toBeGreaterThanOrEqual(0.95);
});

describe('what is found', () => {
  test('each place once, in order of appearance, title before lead', () => {
    expect(named('Mộc Châu: hoa mận nở', 'Huyện Mộc Châu (Sơn La) đón khách Hà Nội')).toEqual([
      '14 Mộc Châu',
      '14 Sơn La',
      '01 Hà Nội',
    ]);
  });

  test('spellings with other tone placement, Unicode form or dashes are one place', () => {
    expect(named('Hoà Bình'.normalize('NFD'))).toEqual(['25 Hòa Bình']);
    expect(named('Bà Rịa — Vũng Tàu')).toEqual(['79 Bà Rịa - Vũng Tàu']);
    expect(named('Ðồng Tháp')).toEqual(['82 Đồng Tháp']);
  });

  test('the longest name wins', () => {
    expect(named('Châu Thành A (Hậu Giang)')).toEqual(['92 Châu Thành A', '92 Hậu Giang']);
    expect(named('Thái Bình Dương')).toEqual([]);
  });

  test('the level says what the place was', () => {
    expect(findPlaces('Yên Bái, Lào Cai, Sa Pa', '').map((place) => place.level)).toEqual([
      'former',
      'province',
      'district',
    ]);
  });

  test('a title reaches along a list of districts and no further', () => {
    expect(named('Các huyện Mai Sơn, Sông Mã và Vân Hồ có mưa; Bình Minh thì không')).toEqual([
      '14 Mai Sơn',
      '14 Sông Mã',
      '14 Vân Hồ',
    ]);
  });

  test('a name of several provinces waits for one of them, named anywhere in title or lead', () => {
    expect(named('Cháy ở huyện Châu Thành')).toEqual([]);
    expect(named('Cháy ở huyện Châu Thành', 'Tỉnh An Giang cử người đến')).toEqual(['91 Châu Thành', '91 An Giang']);
    expect(named('Châu Thành', 'An Giang và Tây Ninh')).toEqual(['91 An Giang', '80 Tây Ninh']);
  });

  test("the paper's own province tells districts apart, and makes no district of a bare word", () => {
    expect(named('Cháy ở huyện Châu Thành', '', '80')).toEqual(['80 Châu Thành']);
    expect(named('Bình Minh lên', '', '86')).toEqual([]);
  });
});

describe('what is left alone', () => {
  test('words without their capitals', () => {
    expect(named('hòa bình, thống nhất, cao bằng trời, sơn la liệt')).toEqual([]);
  });

  test('a headline in capitals gives only names that mean nothing else', () => {
    expect(named('KHÁT VỌNG HÒA BÌNH TRÊN QUÊ HƯƠNG ĐỒNG NAI')).toEqual(['75 Đồng Nai']);
  });

  test('hostile text costs linear time', () => {
    const title = 'Hà '.repeat(200_000);
    const startedAt = performance.now();
    expect(named(title, 'Bà Rịa - '.repeat(100_000))).toEqual(['79 Bà Rịa']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

test('the province of an article is that of its title, else of its lead, else none', () => {
  expect(provinceOf('Mộc Châu vào mùa', 'Khách Hà Nội tăng')).toBe('14');
  expect(provinceOf('Mùa hoa', 'Ở Hà Nội')).toBe('01');
  expect(provinceOf('Mùa hoa', '')).toBeNull();
});

test('an article is about the provinces of its title, or about the first of its lead', () => {
  const about = (title: string, lead: string) => namedProvinces(findPlaces(title, lead));
  expect(about('Cam Hà Giang về chợ Thanh Hóa', 'Chị Sửu quê Nghệ An bán cam.')).toEqual(['08', '38']);
  expect(about('Cam về chợ', 'Từ Nghệ An, xe chở cam ra Hà Nội.')).toEqual(['40']);
  expect(about('Cam về chợ', '')).toEqual([]);
});
