import { expect, test } from 'vitest';
import { addSketch, findNear, newSketchIndex, sizeOfIndex, windowMs } from '../src/story/sketch-index.ts';
import type { Sketch } from '../src/text/sketch.ts';

const day = 86_400_000;
let serial = 1_000_000;
const sketch = (marks: number[], more: Partial<Sketch> = {}): Sketch => ({
  exact: ++serial,
  title: ++serial,
  skeleton: 0,
  lines: new Uint32Array(),
  marks: Uint32Array.from(marks),
  ...more,
});

test('three marks in common, or the title, make a candidate; those that share most come first, of equals the latest', () => {
  const index = newSketchIndex();
  addSketch(index, 1, 0, sketch([1, 2, 3, 4]));
  addSketch(index, 2, 0, sketch([1, 2, 3]));
  addSketch(index, 3, 0, sketch([1, 2, 3]));
  addSketch(index, 4, 0, sketch([4, 5]));
  addSketch(index, 5, 0, sketch([], { title: 77 }));
  expect(findNear(index, sketch([2, 3, 4, 5], { title: 77 }), 0)).toEqual({ exact: [], near: [5, 1] });
  expect(findNear(index, sketch([9, 8]), 0)).toEqual({ exact: [], near: [] });
});

test('the same words are found alone, and however long ago the index still holds them', () => {
  const index = newSketchIndex();
  const same = sketch([1, 2, 3]);
  addSketch(index, 1, 0, same);
  addSketch(index, 2, 0, sketch([1, 2, 3]));
  expect(findNear(index, same, 400 * day)).toEqual({ exact: [1], near: [] });
});

test('edited copies are looked for in 14 days only', () => {
  const index = newSketchIndex();
  addSketch(index, 1, 0, sketch([1, 2, 3]));
  expect(findNear(index, sketch([1, 2, 3]), windowMs).near).toEqual([1]);
  expect(findNear(index, sketch([1, 2, 3]), windowMs + 1).near).toEqual([]);
});

test('sentences that many articles share make no candidates, a whole text that many papers carry does', () => {
  const index = newSketchIndex();
  for (let id = 1; id <= 50; id++) addSketch(index, id, 0, sketch([11, 12, 13, 1_000 + id]));
  expect(findNear(index, sketch([11, 12, 13]), 0).near).toEqual([]);
  const text = [21, 22, 23, 24, 25, 26, 27];
  for (let id = 101; id <= 140; id++) addSketch(index, id, 0, sketch([...text, 2_000 + id]));
  expect(findNear(index, sketch(text), 0).near).toEqual([140, 139, 138, 137, 136, 135]);
});

test('what left the window makes room: memory follows the window, not the store', () => {
  const index = newSketchIndex(5_000);
  for (let id = 0; id < 60_000; id++)
    addSketch(index, id, (id / 1_000) * day, sketch([id * 3 + 1, id * 3 + 2, id * 3 + 3]));
  expect(findNear(index, sketch([179_989, 179_990, 179_991]), 60 * day).near).toEqual([59_996]);
  expect(index.count).toBeLessThanOrEqual(20_000);
  expect(sizeOfIndex(index)).toBeLessThan(12_000_000);
});

test('beyond its bound it forgets the oldest and says how many', () => {
  const index = newSketchIndex(2_000);
  for (let id = 0; id < 9_000; id++) addSketch(index, id, 0, sketch([id * 3 + 1, id * 3 + 2, id * 3 + 3]));
  expect(index.count).toBeLessThanOrEqual(2_100);
  expect(index.dropped).toBeGreaterThan(6_000);
  expect(findNear(index, sketch([26_998, 26_999, 27_000]), 0).near).toEqual([8_999]);
  expect(findNear(index, sketch([1, 2, 3]), 0).near).toEqual([]);
});
