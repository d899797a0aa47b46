// Names of provinces, of today and before, found as today's province.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { provinceByCode, provinceByName, provinceBySlug, provinces } from '../src/text/place.ts';
import { slugify } from '../src/text/vietnamese.ts';

it('there are 34 provinces of 63, in the order of their codes', () => {
  expect(provinces).toHaveLength(34);
  expect(provinces.length + provinces.flatMap((p) => p.formerNames).length).toBe(63);
  expect(provinces.map((p) => p.code)).toEqual(provinces.map((p) => p.code).toSorted());
});

it('each is found by code, slug and every name', () => {
  for (const province of provinces) {
    expect(province.slug).toBe(slugify(province.name));
    expect(provinceByCode(province.code)).toBe(province);
    expect(provinceBySlug(province.slug)).toBe(province);
    for (const name of [province.name, province.nameEn, ...province.formerNames]) {
      expect(provinceByName(name)).toBe(province);
      expect(provinceByName(`Tỉnh ${name.toUpperCase().normalize('NFD')}`)).toBe(province);
      expect(provinceByName(slugify(name))).toBe(province);
    }
  }
});

it.each([
  ['TP.HCM', '79'],
  ['TP Hồ Chí Minh', '79'],
  ['Thành phố Hồ Chí Minh', '79'],
  ['Ho Chi Minh City', '79'],
  ['Sài Gòn', '79'],
  ['Bà Rịa-Vũng Tàu', '79'],
  ['Hà Giang', '08'],
  ['Thừa Thiên - Huế', '46'],
  ['TP. Huế', '46'],
  ['Đắc Lắc', '66'],
  ['Đăk Nông', '68'],
  ['Bắc Cạn', '19'],
  ['Kontum', '51'],
  ['Khánh Hoà', '56'],
  ['Hòa Bình', '25'],
  ['Hanoi', '01'],
  ['Son La province', '14'],
])('%s is %s', (name, code) => {
  expect(provinceByName(name)?.code).toBe(code);
});

it.each(['', 'Tỉnh', 'Mộc Châu', 'Việt Nam', 'Hà', 'x'.repeat(1000), 'Sơn La và Điện Biên'])(
  '%j is no province',
  (name) => {
    expect(provinceByName(name)).toBeNull();
  },
);

it('an unknown code or slug is null', () => {
  expect(provinceByCode('99')).toBeNull();
  expect(provinceBySlug('ha-giang')).toBeNull();
});

const facts = new URL('../../shared/corpus/vi/provinces_papers.json', import.meta.url);
describe.skipIf(!existsSync(facts))('the collected facts', () => {
  it('agree with the table', () => {
    type Fact = { code: string; name: string; old_names: string[] };
    const list: Fact[] = JSON.parse(readFileSync(facts, 'utf8'));
    for (const fact of list)
      for (const name of [fact.name, ...fact.old_names])
        expect([name, provinceByName(name)?.code]).toEqual([name, fact.code]);
    expect(list).toHaveLength(provinces.length);
  });
});
