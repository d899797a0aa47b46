// An entry → the words its story shows. Pure.
import type { Media, NewStory, StoryWords, WaitingEntry } from '../domain.ts';

const isPicture = (media: Media) => media.medium === 'image' || (media.type?.startsWith('image/') ?? false);

/** What a story takes over from its lead; the picture is the first one the paper gave. */
export function wordsOf(entry: WaitingEntry): StoryWords {
  return {
    title: entry.title,
    summary: entry.summary,
    province: entry.province,
    section: entry.section,
    image: entry.media.find(isPicture) ?? null,
    changedAt: entry.changedAt,
  };
}

/** The story that an entry founds when it is a copy of nothing known. */
export function foundStory(entry: WaitingEntry): NewStory {
  return {
    ...wordsOf(entry),
    firstAt: entry.publishedAt,
    listedAt: entry.listedAt,
    publisherId: entry.publisherId,
    leadEntryId: entry.id,
    leadSeenAt: entry.seenAt,
  };
}
