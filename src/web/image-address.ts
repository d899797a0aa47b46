// A picture of a story and a width ⇄ the signed path under which our own site serves it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { safeUrl } from './safe-url.ts';

/** The widths that are asked for, in pixels: a card, the lead of a list, an article; an embed, whose pictures alone other sites may show. */
export const imageWidths = { card: 320, lead: 800, article: 1_080, embed: 240 } as const;

/** What a path names. `url` is the paper's own address of the picture. */
export type ImageAddress = { storyId: number; width: number; url: string };

const path = /^\/anh\/(\d{1,15})\/(\d{2,4})\/([A-Za-z0-9_-]{22})\/([A-Za-z0-9_-]{8,6000})$/;

function sign(secret: Buffer, { storyId, width, url }: ImageAddress): Buffer {
  return createHmac('sha256', secret).update(`${storyId}\n${width}\n${url}`).digest().subarray(0, 16);
}

/** The path of a picture. Only what pages show gets one: nobody can make us fetch what he likes. */
export function imagePath(secret: Buffer, address: ImageAddress): string {
  const signature = sign(secret, address).toString('base64url');
  return `/anh/${address.storyId}/${address.width}/${signature}/${Buffer.from(address.url).toString('base64url')}`;
}

/** What a path names; null when it is none of ours, changed in any letter. */
export function readImagePath(secret: Buffer, pathname: string): ImageAddress | null {
  const [, storyId, width, signature = '', encoded = ''] = path.exec(pathname) ?? [];
  const url = safeUrl(Buffer.from(encoded, 'base64url').toString('utf8'));
  if (url === null) return null;
  const address = { storyId: Number(storyId), width: Number(width), url };
  // Base64 has several spellings of the same bytes; one picture has one address.
  if (imagePath(secret, address) !== pathname) return null;
  return timingSafeEqual(Buffer.from(signature, 'base64url'), sign(secret, address)) ? address : null;
}
