// A story and a format → the rendition of its related stories, rendered when somebody reads it and proven before it is served.
import type { Format } from '../domain.ts';
import { relatedUrl } from '../edition/document.ts';
import { buildRelatedDocument } from '../edition/related-document.ts';
import { renderDocument } from '../edition/render.ts';
import { shownTitle } from '../edition/rights.ts';
import { permissionFor, publicTerms } from '../edition/rights-terms.ts';
import { mergedTarget } from '../store/front.ts';
import { openPolicy } from '../store/policy.ts';
import { findStory } from '../store/story.ts';
import { relatedStoriesOf } from '../story/related-answer.ts';
import { formats } from './address.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity } from './headers.ts';
import type { Proofs } from './proof.ts';
import { hashTag, type Rendition, toRendition } from './rendition.ts';
import type { Load, Patience } from './shelf.ts';

/** Which document; `name` is the part of the path that names the story, its number and perhaps more. */
export type RelatedAddress = { id: number; name: string; format: Format };

/** Lists change seldom and are read by many machines: asked about every 10 s while they are read. */
export const relatedPatience: Patience = { freshMs: 10_000, usableMs: 20_000 };

const cacheControl = 'public, max-age=300, stale-while-revalidate=600, stale-if-error=86400';

/** Takes `/tin/123/tin-lien-quan.rss` apart, with or without words after the number; null when it is no such path. */
export function readRelatedPath(pathname: string): RelatedAddress | null {
  const match = /^\/tin\/((\d{1,15})(?:-[^/]*)?)\/tin-lien-quan\.(rss|atom|json)$/.exec(pathname);
  const [, name, id, format] = match ?? [];
  if (name === undefined || (format !== 'rss' && format !== 'atom' && format !== 'json')) return null;
  return { id: Number(id), name, format };
}

function toRelatedRendition(url: string, format: Format, body: Buffer, tag: string, updated: Date): Rendition {
  const headers: (readonly [string, string])[] = [['Link', `<${url}>; rel="self"`], ...dataSecurity];
  if (format === 'json')
    headers.push(['Access-Control-Allow-Origin', '*'], ['Access-Control-Expose-Headers', 'ETag, Last-Modified, Link']);
  const type = formats.find((form) => form.format === format)?.type ?? 'application/xml';
  const contentType = `${type}; charset=utf-8`;
  return toRendition({ body, contentType, cacheControl, tag, lastModified: updated, headers, isQuick: true }, tag);
}

/**
 * Loaders of documents of related stories. A merged story leads to the one it became, a withdrawn one is gone, and so is one that
 * may not be shown any more. A document that cannot be proven (see `openProofs`) rejects: the shelf goes on with the last good one.
 */
export function openRelated(ctx: WebContext, proofs: Proofs): (address: RelatedAddress) => Load {
  const policy = openPolicy(ctx.db, ctx.now);
  const { publicUrl } = ctx.config;
  return ({ id, name, format }) =>
    async (known) => {
      // Most are asked for by their own address and shown: then the story comes with its list.
      const answer = name === String(id) ? await relatedStoriesOf(ctx, id) : null;
      const story = answer?.own ?? (await findStory(ctx.db, id));
      if (story?.status === 'merged') {
        const target = await mergedTarget(ctx.db, id);
        return target ? { kind: 'moved', location: relatedUrl('', target.id, format) } : { kind: 'missing' };
      }
      if (story?.status === 'withdrawn') return { kind: 'gone' };
      if (story?.status !== 'live') return { kind: 'missing' };
      const now = ctx.now();
      const terms = publicTerms(await policy(), now);
      const permission = permissionFor(story, terms);
      if (permission.kind !== 'may-show') return { kind: permission.kind === 'gone' ? 'gone' : 'missing' };
      if (name !== String(id)) return { kind: 'moved', location: relatedUrl('', id, format) };
      if (answer === null) return { kind: 'missing' };
      const document = buildRelatedDocument(
        { id, title: shownTitle(story) },
        answer.stories,
        answer.changedAt ?? story.changedAt,
        {
          publicUrl,
          now,
          policy: terms.policy,
        },
      );
      const text = renderDocument(format, document);
      const body = Buffer.from(text);
      const tag = hashTag(body);
      if (known?.source === tag) return { kind: 'here', rendition: known };
      await proofs.prove({ format, text, document, tag }, known !== null);
      const url = relatedUrl(publicUrl, id, format);
      return { kind: 'here', rendition: toRelatedRendition(url, format, body, tag, document.updated) };
    };
}
