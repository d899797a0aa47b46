// A checked picture → one no wider than a page needs, by sharp where it is installed.
import type { Sharp, SharpOptions } from 'sharp';
import type { ImageFacts } from './image-check.ts';

/** Bytes to serve and their type. */
export type ServedImage = { body: Buffer; type: string };

// sharp is an optional dependency: on a platform without a build of it, originals are served.
async function openSharp(): Promise<((bytes: Buffer, options: SharpOptions) => Sharp) | null> {
  try {
    const { default: sharp } = await import('sharp');
    // One picture at a time, one thread, nothing kept: the shelf keeps what was made.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  } catch {
    return null;
  }
}

let opened: ReturnType<typeof openSharp> | undefined;

/** The picture at most `width` pixels wide as WebP, upright and without its metadata; the original where that is no gain. Rejects what cannot be decoded. */
export async function resizeImage(original: Buffer, facts: ImageFacts, width: number): Promise<ServedImage> {
  opened ??= openSharp();
  const sharp = await opened;
  if (sharp === null) return { body: original, type: facts.type };
  const body = await sharp(original, { limitInputPixels: 50_000_000, failOn: 'error', sequentialRead: true })
    .timeout({ seconds: 5 })
    .rotate()
    .resize({ width, withoutEnlargement: true })
    .webp({ quality: 76 })
    .toBuffer();
  return body.length >= original.length && facts.width <= width
    ? { body: original, type: facts.type }
    : { body, type: 'image/webp' };
}
