import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSketch, sketchOf, unpackSketch } from '../src/text/sketch.ts';
import { bridge, council } from './story-texts.ts';

const summary = bridge.lead;
const text = sketchOf({ title: bridge.title, summary, text: bridge.body });
const shared = (a: Uint32Array, b: Uint32Array) => a.filter((mark) => b.includes(mark)).length;

test('markup, case and the placing of tone marks change nothing', () => {
  const html = bridge.body
    .split('\n')
    .map((line, at) => `<p class="x">${at === 0 ? `<b>${line.slice(0, 1)}</b>${line.slice(1)}` : line}</p>`)
    .join('\n');
  expect(sketchOf({ title: bridge.title, summary: summary.toUpperCase(), html })).toEqual(text);
  const retold = bridge.body.replaceAll('thủy', 'thuỷ').replaceAll(',', ' ,');
  expect(sketchOf({ title: bridge.title, summary, text: retold })).toEqual(text);
});

test('one other word, or one other number in the title, is not exact', () => {
  expect(
    sketchOf({ title: bridge.title, summary, text: bridge.body.replace('46', '47').replace('68', '86') }).exact,
  ).not.toBe(text.exact);
  expect(sketchOf({ title: `${bridge.title} 2`, summary, text: bridge.body }).exact).not.toBe(text.exact);
});

test('texts share marks as far as they are alike: an edited copy most, a copy cut to its lead some, a stranger none', () => {
  const edited = sketchOf({ title: 'Sập cầu', summary, text: bridge.body.replace('kể rằng', 'cho hay') });
  const cut = sketchOf({ title: bridge.title, summary, text: '' });
  const other = sketchOf({ title: council.title, summary: council.lead, text: council.body });
  expect(shared(edited.marks, text.marks)).toBeGreaterThan(10);
  expect(shared(cut.marks, text.marks)).toBeGreaterThanOrEqual(4);
  expect(shared(other.marks, text.marks)).toBe(0);
});

test('a headline alone, or a handful of words, is never exact', () => {
  expect(sketchOf({ title: 'Tin vắn trong tỉnh', summary: '', text: '' })).toMatchObject({
    exact: 0,
    lines: new Uint32Array(),
  });
  expect(sketchOf({ title: 'Tin vắn', summary: 'Xem chi tiết trong video', html: '' }).exact).toBe(0);
  expect(sketchOf({ title: '', summary: '', text: 'xem thêm '.repeat(500) }).exact).toBe(0);
});

test('what is packed comes back; other bytes are no sketch', () => {
  expect(unpackSketch(packSketch(text))).toEqual(text);
  expect(packSketch(text).length).toBeLessThanOrEqual(118);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
      const read = unpackSketch(Buffer.from(bytes));
      return read === null || packSketch(read).length === bytes.length;
    }),
  );
});

test('hostile text costs no more than long text', () => {
  const started = performance.now();
  for (const html of [
    '<'.repeat(300_000),
    '&'.repeat(300_000),
    '<p'.repeat(150_000),
    '\n'.repeat(300_000),
    'a<b>'.repeat(75_000),
  ])
    sketchOf({ title: '1.'.repeat(100_000), summary: '', html });
  expect(performance.now() - started).toBeLessThan(2_000);
});
