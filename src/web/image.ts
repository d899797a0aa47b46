// A signed address of a picture → its bytes: rights asked anew, fetched by the guarded way out, checked, resized, kept on disk.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { judge } from '../edition/rights.ts';
import { publicTerms } from '../edition/rights-terms.ts';
import { imageSecret } from '../store/image.ts';
import { openPolicy } from '../store/policy.ts';
import { findStory } from '../store/story.ts';
import type { WebContext } from './feeds.ts';
import { openGate } from './gate.ts';
import { dataSecurity } from './headers.ts';
import { imagePath, imageWidths, readImagePath } from './image-address.ts';
import { checkImage } from './image-check.ts';
import { openImageCache } from './image-cache.ts';
import type { ServedImage } from './image-resize.ts';
import { resizeImage } from './image-resize.ts';
import { hashTag, toRendition } from './rendition.ts';
import type { Load, Patience } from './shelf.ts';

/** Whether it may still be shown is asked at most once a minute, and before serving what nobody asked for in five. */
export const imagePatience: Patience = { freshMs: 60_000, usableMs: 300_000 };

/** A picture's path on our site; null where pictures are off. */
export type PictureLink = (storyId: number, url: string, width: number) => string | null;

const cacheControl = 'public, max-age=86400, stale-if-error=604800';
const maxBytes = 8 * 1024 * 1024;
// What a paper's server refused is not asked for again at once, however many readers want it.
const refusedMs = 120_000;
const maxRefused = 5_000;

/** The pictures of a site: `link` makes their paths, `load` brings what is under one. `isOn` false = no picture is shown at all. */
export type Pictures = { isOn: boolean; link(): Promise<PictureLink>; load(pathname: string): Load };

/** Pictures over a context. Without a way out, or with IMAGES=off, there are none. Reads story and setting, writes under `dataDir`. */
export function openPictures(ctx: WebContext): Pictures {
  const { http } = ctx;
  const isOn = http !== undefined && ctx.config.images !== 'off';
  const policy = openPolicy(ctx.db, ctx.now);
  const cache = openImageCache(ctx.config.dataDir === undefined ? null : join(ctx.config.dataDir, 'images'), ctx.now);
  const gate = openGate(6, 300);
  const resizing = openGate(1, 300);
  const refused = new Map<string, number>();
  let secret: Promise<Buffer> | null = null;

  function secretOnce(): Promise<Buffer> {
    if (secret === null) {
      const asked = imageSecret(ctx.db);
      asked.catch(() => {
        secret = null;
      });
      secret = asked;
    }
    return secret;
  }

  // The words of a story are not read for it: that it may be shown, and with pictures.
  async function isAllowed(storyId: number): Promise<boolean> {
    const story = await findStory(ctx.db, storyId);
    if (story === null) return false;
    const verdict = judge(story, publicTerms(await policy(), ctx.now()));
    return verdict.kind === 'shown' && story.publisher.rights.images && story.publisher.rights.show !== 'headline';
  }

  async function fetchOriginal(url: string): Promise<Buffer | null> {
    const at = ctx.now().getTime();
    if (http === undefined || (refused.get(url) ?? 0) > at) return null;
    try {
      const answer = await http.get({
        url,
        accept: 'image/webp,image/jpeg,image/png,image/gif',
        maxWireBytes: maxBytes,
        maxBytes,
        maxHops: 3,
        deadlineMs: 7_000,
        ungated: true,
        signal: ctx.signal,
      });
      if (answer.status === 200) return answer.body;
      ctx.log.debug({ url, status: answer.status }, 'web.image_refused');
    } catch (error) {
      ctx.log.debug({ url, err: error }, 'web.image_failed');
    }
    if (refused.size >= maxRefused) refused.clear();
    refused.set(url, at + refusedMs);
    return null;
  }

  async function make(url: string, width: number): Promise<ServedImage | null> {
    const name = createHash('sha256').update(`${width}\n${url}`).digest('hex').slice(0, 40);
    const kept = await cache.read(name);
    const keptFacts = kept === null ? null : checkImage(kept);
    if (kept !== null && keptFacts !== null) return { body: kept, type: keptFacts.type };
    const original = await gate(() => fetchOriginal(url));
    const facts = original === null ? null : checkImage(original);
    if (original === null || facts === null) return null;
    const made = await resizing(() => resizeImage(original, facts, width)).catch((error: unknown) => {
      ctx.log.debug({ url, err: error }, 'web.image_broken');
      return null;
    });
    if (made !== null) await cache.write(name, made.body);
    return made;
  }

  return {
    isOn,
    link: async () => {
      if (!isOn) return () => null;
      const key = await secretOnce();
      return (storyId, url, width) => imagePath(key, { storyId, url, width });
    },
    load: (pathname) => async (known) => {
      const address = isOn ? readImagePath(await secretOnce(), pathname) : null;
      if (address === null || !(await isAllowed(address.storyId))) return { kind: 'missing' };
      if (known !== null) return { kind: 'here', rendition: known };
      const made = await make(address.url, address.width);
      if (made === null) return { kind: 'missing' };
      const tag = hashTag(made.body);
      const { body, type: contentType } = made;
      const mayShow = address.width === imageWidths.embed ? 'cross-origin' : 'same-site';
      const headers = [...dataSecurity, ['Cross-Origin-Resource-Policy', mayShow] as const];
      return {
        kind: 'here',
        rendition: toRendition({ body, contentType, cacheControl, tag, isCompressible: false, headers }, tag),
      };
    },
  };
}
