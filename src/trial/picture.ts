// The name of a photo → a small landscape, always the same for the same name.
import type { Scene } from './article.ts';
import { encodePng } from './png.ts';
import { random } from './seed.ts';

export const pictureWidth = 720;
export const pictureHeight = 405;

type Colour = readonly [number, number, number];
type Mood = { top: Colour; low: Colour; sun: Colour; land: Colour; water: Colour };

const moods: readonly Mood[] = [
  { top: [96, 160, 214], low: [224, 238, 243], sun: [255, 247, 214], land: [46, 112, 74], water: [92, 156, 186] },
  { top: [64, 84, 142], low: [250, 190, 140], sun: [255, 226, 150], land: [58, 74, 84], water: [150, 120, 130] },
  { top: [142, 178, 196], low: [246, 230, 206], sun: [255, 240, 205], land: [78, 118, 70], water: [128, 166, 168] },
  { top: [78, 138, 150], low: [238, 244, 222], sun: [255, 252, 224], land: [30, 96, 88], water: [72, 140, 140] },
  { top: [120, 96, 140], low: [248, 206, 190], sun: [255, 236, 200], land: [84, 70, 92], water: [168, 132, 150] },
];

const skyBands = 40;
const waterBands = 14;
const sun = skyBands;
const halo = skyBands + 1;
const layers = skyBands + 2;
const water = layers + 5;
const furrow = water + waterBands;
const wall = furrow + 1;
const lamp = furrow + 2;

function mix(a: Colour, b: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => Math.round((a[i] ?? 0) * (1 - share) + (b[i] ?? 0) * share)) as unknown as Colour;
}

function paletteOf(mood: Mood): Colour[] {
  const sky = Array.from({ length: skyBands }, (_, i) => mix(mood.top, mood.low, i / (skyBands - 1)));
  const land = [0.7, 0.5, 0.3, 0.12, 0].map((share) => mix(mood.land, mood.low, share));
  const waves = Array.from({ length: waterBands }, (_, i) => mix(mood.low, mood.water, 0.35 + (0.65 * i) / waterBands));
  return [
    ...sky,
    mood.sun,
    mix(mood.low, mood.sun, 0.6),
    ...land,
    ...waves,
    mix(mood.land, mood.sun, 0.35),
    mix(mood.land, [20, 24, 36], 0.5),
    mix(mood.sun, [255, 210, 110], 0.5),
  ];
}

/** Heights of a ridge for every column: a few sine waves with seeded phases. */
function ridge(next: () => number, level: number, rise: number, waves: number): number[] {
  const parts = Array.from({ length: 4 }, (_, i) => ({
    phase: next() * 7,
    pace: (waves * (i + 1) * (0.7 + next() * 0.6)) / pictureWidth,
    size: rise / (i + 1),
  }));
  return Array.from(
    { length: pictureWidth },
    (_, x) => level - parts.reduce((sum, p) => sum + Math.sin(p.phase + x * p.pace * 6.283) * p.size, 0),
  );
}

type Canvas = {
  pixels: Uint8Array;
  set(x: number, y: number, index: number): void;
  fill(x0: number, y0: number, x1: number, y1: number, index: number): void;
};

function canvas(): Canvas {
  const pixels = new Uint8Array(pictureWidth * pictureHeight);
  const set = (x: number, y: number, index: number): void => {
    if (x >= 0 && x < pictureWidth && y >= 0 && y < pictureHeight)
      pixels[Math.floor(y) * pictureWidth + Math.floor(x)] = index;
  };
  const fill = (x0: number, y0: number, x1: number, y1: number, index: number): void => {
    const left = Math.max(0, Math.floor(x0));
    const right = Math.min(pictureWidth, Math.ceil(x1));
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(pictureHeight, y1); y++)
      pixels.fill(index, y * pictureWidth + left, y * pictureWidth + Math.max(left, right));
  };
  return { pixels, set, fill };
}

function paintSky(to: Canvas, next: () => number): void {
  for (let y = 0; y < pictureHeight; y++)
    to.fill(0, y, pictureWidth, y + 1, Math.min(skyBands - 1, Math.floor((y / (pictureHeight * 0.72)) * skyBands)));
  const x0 = 90 + next() * 540;
  const y0 = 60 + next() * 110;
  const radius = 20 + next() * 16;
  for (let y = -radius * 1.5; y <= radius * 1.5; y++) {
    for (let x = -radius * 1.5; x <= radius * 1.5; x++) {
      const distance = Math.hypot(x, y);
      if (distance < radius) to.set(x0 + x, y0 + y, sun);
      else if (distance < radius * 1.4) to.set(x0 + x, y0 + y, halo);
    }
  }
}

function paintRidges(to: Canvas, next: () => number, horizon: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const heights = ridge(next, horizon + (i * (pictureHeight - horizon)) / (count + 0.6), 34 - i * 4, 1 + i * 0.8);
    const colour = layers + Math.min(4, i + 5 - count);
    const highest = Math.max(0, Math.floor(Math.min(...heights)));
    for (let y = highest; y < pictureHeight; y++) {
      const row = y * pictureWidth;
      for (let x = 0; x < pictureWidth; x++) if (y >= Math.floor(heights[x] ?? 0)) to.pixels[row + x] = colour;
    }
  }
}

function paintWater(to: Canvas, next: () => number, from: number): void {
  for (let y = Math.floor(from); y < pictureHeight; y++)
    to.fill(
      0,
      y,
      pictureWidth,
      y + 1,
      water + Math.min(waterBands - 1, Math.floor(((y - from) / (pictureHeight - from)) * waterBands)),
    );
  for (let i = 0; i < 70; i++) {
    const y = from + 4 + next() * (pictureHeight - from - 6);
    const x = next() * pictureWidth;
    to.fill(x, y, x + 12 + next() * 40, y + 1, water);
  }
  for (let i = 0; i < 3; i++) {
    const x = 60 + next() * 600;
    const y = from + 14 + next() * (pictureHeight - from - 60);
    const size = 0.5 + (y - from) / 90;
    for (let row = 0; row < 7 * size; row++)
      to.fill(x - 26 * size + row * 1.6, y + row, x + 26 * size - row * 1.6, y + row + 1, wall);
    to.fill(x - 1, y - 34 * size, x + 1.5, y, wall);
    for (let row = 0; row < 28 * size; row++)
      to.fill(x + 3, y - 32 * size + row, x + 3 + row * 0.7, y - 32 * size + row + 1, halo);
  }
}

function paintFields(to: Canvas, next: () => number, from: number): void {
  to.fill(0, from, pictureWidth, pictureHeight, layers + 3);
  const vanish = 200 + next() * 320;
  for (let y = Math.floor(from); y < pictureHeight; y++) {
    const depth = (y - from + 3) / (pictureHeight - from);
    // Nearer to the horizon the stripes are narrower than pixels and would only flicker.
    if (46 * depth * pictureHeight < 3200) continue;
    for (let x = 0; x < pictureWidth; x++)
      if (Math.floor((x - vanish) / (46 * depth) + 400) % 2 === 0) to.set(x, y, furrow);
  }
}

function paintTown(to: Canvas, next: () => number, from: number): void {
  for (let x = -10; x < pictureWidth; ) {
    const width = 36 + next() * 54;
    const top = from - 20 - next() * 110;
    to.fill(x, top, x + width, pictureHeight, layers + (next() < 0.5 ? 3 : 4));
    for (let y = top + 12; y < pictureHeight - 50; y += 22)
      for (let at = x + 8; at < x + width - 12; at += 18) if (next() < 0.55) to.fill(at, y, at + 8, y + 11, lamp);
    x += width + 3;
  }
  to.fill(0, pictureHeight - 44, pictureWidth, pictureHeight, wall);
  for (let x = 12; x < pictureWidth; x += 60) to.fill(x, pictureHeight - 23, x + 30, pictureHeight - 20, halo);
}

const drawn = new Map<string, Buffer>();
const mostDrawn = 400;

/** PNG of `pictureWidth` × `pictureHeight`, below 25 KB; drawn once per process and kept. */
export function drawPicture(seed: string, scene: Scene): Buffer {
  const key = `${scene} ${seed}`;
  const known = drawn.get(key);
  if (known) return known;
  const next = random(key);
  const mood = moods[Math.floor(next() * moods.length)] ?? moods[0];
  const to = canvas();
  paintSky(to, next);
  const horizon = 190 + next() * 40;
  if (scene === 'hills') paintRidges(to, next, horizon, 5);
  if (scene === 'fields' || scene === 'river' || scene === 'sea')
    paintRidges(to, next, scene === 'sea' ? horizon + 40 : horizon, scene === 'sea' ? 1 : 3);
  if (scene === 'fields') paintFields(to, next, 290);
  if (scene === 'river') paintWater(to, next, 300);
  if (scene === 'sea') paintWater(to, next, 250);
  if (scene === 'town') paintRidges(to, next, horizon, 2);
  if (scene === 'town') paintTown(to, next, 290);
  const png = encodePng(pictureWidth, pictureHeight, to.pixels, mood ? paletteOf(mood) : []);
  if (drawn.size >= mostDrawn) drawn.clear();
  drawn.set(key, png);
  return png;
}
