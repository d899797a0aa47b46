// Terms of an article: what counts, what is equal, what a hostile text costs.
import { expect, test } from 'vitest';
import { kindOf, placeTerm, termKind, termsOf } from '../src/text/terms.ts';

const text = (title: string, lead = '', body = '') => ({ title, lead, body });
const namesOf = (title: string, lead = '') =>
  [...termsOf(text(title, lead)).labels].filter(([term]) => kindOf(term) === termKind.name).map(([, label]) => label);

test('spellings of other Unicode form and tone placement have equal terms', () => {
  const one = termsOf(text('Thủy điện Hòa Bình xả lũ'));
  const other = termsOf(text('Thuỷ điện Hoà Bình xả lũ'.normalize('NFD')));
  expect([...other.terms]).toEqual([...one.terms]);
});

test('a term of the title counts more than one of the lead, and that more than one of the body', () => {
  const { counts } = termsOf(text('cam', 'bưởi', 'quýt'));
  expect([...counts]).toEqual([4, 1.5, 1]);
});

test('function words make no term of their own and no pair with each other', () => {
  expect(termsOf(text('', '', 'và của là')).terms).toHaveLength(0);
});

test('a pair does not reach across a comma or a stop', () => {
  const pairs = (body: string) =>
    [...termsOf(text('', '', body)).terms].filter((term) => kindOf(term) === termKind.pair).length;
  expect([pairs('cà phê'), pairs('cà, phê'), pairs('cà. Phê')]).toEqual([1, 0, 0]);
});

test('a run of capitals is a name wherever it stands, a single capital only inside a sentence', () => {
  expect(namesOf('Trần Hữu Khôi gặp Rooney ở sân. Hôm sau về')).toEqual(['Trần Hữu Khôi', 'Rooney']);
});

test('a headline in capitals throughout names nobody', () => {
  expect(namesOf('KHAI MẠC HỘI CHỢ XUÂN')).toEqual([]);
});

test('a place is one term under all its names', () => {
  const of = (title: string) =>
    [...termsOf(text(title)).labels.keys()].filter((term) => kindOf(term) === termKind.place);
  expect(of('Đắc Lắc vào mùa')).toEqual([placeTerm({ code: '66', name: 'Đắk Lắk' })]);
  expect(of('Dak Lak vào mùa')).toEqual(of('Đắk Lắk vào mùa'));
});

test('numbers keep their inner marks', () => {
  const one = termsOf(text('', '', '1.500')).terms.length;
  const two = termsOf(text('', '', '1 500')).terms.length;
  // The single digit says nothing alone.
  expect([one, two]).toEqual([1, 2]);
});

test('texts of a megabyte without a space, of marks and of names cost little', () => {
  const startedAt = performance.now();
  for (const body of ['a'.repeat(1e6), '1.'.repeat(5e5), 'Á '.repeat(5e5), '\u0301'.repeat(1e6), '"('.repeat(5e5)])
    termsOf(text(body, body, body));
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
