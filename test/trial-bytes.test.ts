// Bytes that the trial newsroom makes itself: windows-1258 text and PNG pictures.
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { past } from '../src/trial/articles/past.ts';
import { drawPicture, pictureHeight, pictureWidth } from '../src/trial/picture.ts';
import { encodeWindows1258 } from '../src/trial/windows1258.ts';

function roundTrip(text: string): string {
  return new TextDecoder('windows-1258').decode(encodeWindows1258(text)).normalize('NFC');
}

describe('windows-1258', () => {
  it('brings back every Vietnamese letter in both cases', () => {
    const bases = 'aăâeêioôơuưyđ';
    const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
    const letters = [...bases].flatMap((base) => tones.map((tone) => (base + tone).normalize('NFC'))).join('');
    expect(roundTrip(letters + letters.toUpperCase())).toBe(letters + letters.toUpperCase());
  });

  it('brings back every article that is printed in it, also from decomposed input', () => {
    for (const one of past.filter(({ paper }) => paper === 'dong-chieu')) {
      const text = [one.title, one.sapo, ...one.body].join('\n');
      expect(roundTrip(text).replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))).toBe(text);
      expect(roundTrip(text.normalize('NFD'))).toBe(roundTrip(text));
    }
  });

  it('writes one byte for a plain letter, two for a letter with a tone that the page lacks', () => {
    expect([...encodeWindows1258('aế')]).toEqual([0x61, 0xea, 0xec]);
  });

  it('writes what the page cannot hold as a numeric reference', () => {
    expect(new TextDecoder('latin1').decode(encodeWindows1258('→'))).toBe('&#8594;');
  });
});

type Chunk = { type: string; data: Buffer; isSound: boolean };

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data,
      isSound: crc32(png.subarray(at + 4, at + 8 + length)) === png.readUInt32BE(at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

describe('pictures', () => {
  it('are sound PNG files of the promised size, with checksums right and rows complete', () => {
    for (const scene of ['hills', 'fields', 'sea', 'river', 'town'] as const) {
      const png = drawPicture(`test ${scene}`, scene);
      const chunks = chunksOf(png);
      const [header, palette, pixels] = chunks;
      expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      expect(chunks.map(({ type, isSound }) => [type, isSound])).toEqual([
        ['IHDR', true],
        ['PLTE', true],
        ['IDAT', true],
        ['IEND', true],
      ]);
      expect([header?.data.readUInt32BE(0), header?.data.readUInt32BE(4)]).toEqual([pictureWidth, pictureHeight]);
      expect((palette?.data.length ?? 1) % 3).toBe(0);
      expect(inflateSync(pixels?.data ?? Buffer.alloc(0)).length).toBe((pictureWidth + 1) * pictureHeight);
    }
  });

  it('use no colour that the palette lacks', () => {
    for (const scene of ['hills', 'fields', 'sea', 'river', 'town'] as const) {
      const [, palette, pixels] = chunksOf(drawPicture(`test ${scene}`, scene));
      const rows = inflateSync(pixels?.data ?? Buffer.alloc(0));
      const above = new Uint8Array(pictureWidth);
      let most = 0;
      for (let y = 0; y < pictureHeight; y++) {
        for (let x = 0; x < pictureWidth; x++) {
          above[x] = (above[x] ?? 0) + (rows[y * (pictureWidth + 1) + 1 + x] ?? 0);
          most = Math.max(most, above[x] ?? 0);
        }
      }
      expect(most).toBeLessThan((palette?.data.length ?? 0) / 3);
    }
  });

  it('stay below 25 KB and are the same for the same name, another for another', () => {
    const photos = past.flatMap((one) =>
      one.photos.map((photo, i) => drawPicture(`${one.slug}-${i + 1}`, photo.scene)),
    );
    expect(Math.max(...photos.map((png) => png.length))).toBeLessThan(25_000);
    expect(drawPicture('a', 'sea').equals(drawPicture('a', 'sea'))).toBe(true);
    expect(drawPicture('a', 'sea').equals(drawPicture('b', 'sea'))).toBe(false);
  });
});
