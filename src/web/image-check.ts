// The first bytes of what claims to be a picture → its true type and size, or nothing: what a server says of it is not believed.

/** A picture as its bytes say. Pixels. */
export type ImageFacts = {
  type: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';
  width: number;
  height: number;
};

const maxSide = 16_000;
const maxPixels = 50_000_000;

// ITU T.81 B.1.1.3: frame headers, all but those of tables and arithmetic conditioning.
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function jpegSize(bytes: Buffer): [number, number] | null {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    // The picture itself begins before any frame told its size, or a segment has no length.
    else if (marker === 0xda || bytes.readUInt16BE(at + 2) < 2) return null;
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

// https://developers.google.com/speed/webp/docs/riff_container
function webpSize(bytes: Buffer): [number, number] | null {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (kind === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (kind !== 'VP8L') return null;
  const bits = bytes.readUInt32LE(21);
  return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
}

function sizeOf(bytes: Buffer): [ImageFacts['type'], [number, number] | null] | null {
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n') && head.endsWith('IHDR'))
    return ['image/png', [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]];
  if (head.startsWith('\xff\xd8\xff')) return ['image/jpeg', jpegSize(bytes)];
  if (/^GIF8[79]a/.test(head)) return ['image/gif', [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]];
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return ['image/webp', webpSize(bytes)];
  return null;
}

/** The facts of a PNG, JPEG, GIF or WebP of sensible size; null for all else, SVG (which is a document) and pages included. */
export function checkImage(bytes: Buffer): ImageFacts | null {
  if (bytes.length < 32) return null;
  const [type, size] = sizeOf(bytes) ?? [];
  if (type === undefined || !size) return null;
  const [width, height] = size;
  const isSensible = width > 0 && height > 0 && width <= maxSide && height <= maxSide && width * height <= maxPixels;
  return isSensible ? { type, width, height } : null;
}
