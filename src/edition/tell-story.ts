// A stored story and its reader's terms → what a webhook says of it, as JSON.
import type { Media, Policy } from '../domain.ts';
import type { ListedStory } from '../store/story.ts';
import { storyUrl } from './document.ts';
import type { Attribution, ShownStory } from './rights.ts';
import { judge } from './rights.ts';
import type { Audience } from './rights-terms.ts';

/** What may be told: everything within the rights, nothing yet, or nothing any more. */
export type Tellable = { kind: 'shown'; data: Record<string, unknown> } | { kind: 'not-yet' } | { kind: 'gone' };

/** To whom: a partner within what it may have, or (null) the public. */
export type TellReader = { partnerId: number | null; show: ShownStory['publisher']['rights']['show']; images: boolean };

const toSource = (source: Attribution) => ({
  name: source.publisherName,
  url: source.url,
  published_at: source.publishedAt.toISOString(),
});

const toMedia = (media: Media) => ({
  url: media.url,
  type: media.type,
  medium: media.medium,
  width: media.width,
  height: media.height,
  caption: media.title,
  credit: media.credit,
});

function toData(story: ShownStory, publicUrl: string): Record<string, unknown> {
  return {
    id: `urn:uuid:${story.uid}`,
    number: story.id,
    status: 'live',
    url: storyUrl(publicUrl, story),
    title: story.title,
    summary: story.summary,
    content_html: story.bodyHtml,
    authors: story.authors,
    categories: story.categories,
    section: story.section,
    province: story.province,
    published_at: story.firstAt.toISOString(),
    updated_at: story.changedAt.toISOString(),
    source: toSource(story.attribution),
    also_in: story.others.map(toSource),
    media: story.media.map(toMedia),
    is_sample: story.isSample,
  };
}

/**
 * What a reader may be told of a story now, decided by `judge` like everything else that goes out: the same fields as on the feeds,
 * always with the source, its time and its address. Texts a reader may not have are empty.
 */
export function tellStory(
  story: ListedStory,
  reader: TellReader,
  options: { publicUrl: string; policy: Policy; now: Date },
): Tellable {
  const { partnerId, show, images } = reader;
  const audience: Audience = partnerId === null ? 'public' : { partnerId, show, images };
  const verdict = judge(story, { policy: options.policy, now: options.now, audience });
  return verdict.kind === 'shown'
    ? { kind: 'shown', data: toData(verdict.story, options.publicUrl) }
    : { kind: verdict.kind };
}

/** A story that is to be forgotten: its names and where it lives on, and not a word of it. */
export function tellWithdrawal(
  state: {
    id: number;
    uid: string;
    status: string;
    mergedInto: { id: number; uid: string } | null;
  },
  publicUrl: string,
): Record<string, unknown> {
  const { mergedInto } = state;
  return {
    id: `urn:uuid:${state.uid}`,
    number: state.id,
    status: 'withdrawn',
    reason: state.status === 'live' ? 'not_available' : state.status,
    merged_into:
      mergedInto === null
        ? null
        : { id: `urn:uuid:${mergedInto.uid}`, number: mergedInto.id, url: `${publicUrl}/tin/${mergedInto.id}` },
  };
}
