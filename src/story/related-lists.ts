// A list that stands and what was found now → the list to keep: it changes only where a reader would notice. Pure.
import { maxRelated, type Related } from './related.ts';

/** One place in a story's list as it is stored; `reason` and `subject` are those of `Reason`. */
export type ListPlace = { relatedId: number; score: number; reason: string; subject: string | null };

/**
 * A full list takes what is so many times as good as its last place: only a clearly better story changes it, its readers' validators hold, and two that
 * are nearly equal do not take turns.
 */
export const betterBy = 1.15;

const toPlace = ({ id, score, reason }: Related): ListPlace => ({
  relatedId: id,
  score,
  reason: reason.kind,
  subject: reason.subject,
});

const byScore = (a: ListPlace, b: ListPlace) => b.score - a.score || b.relatedId - a.relatedId;

const isSame = (a: ListPlace, b: ListPlace | undefined) =>
  a.relatedId === b?.relatedId && a.reason === b.reason && a.subject === b.subject;

/** Whether two lists say the same: the same stories in the same order for the same reasons. That scores moved is nobody's news. */
export function saysSame(a: readonly ListPlace[], b: readonly ListPlace[]): boolean {
  return a.length === b.length && a.every((place, i) => isSame(place, b[i]));
}

/** The list of a story that has none yet, or whose words are others now. */
export function newList(found: readonly Related[]): ListPlace[] {
  return found.slice(0, maxRelated).map(toPlace);
}

/**
 * The standing list with what was found now: places that are not `isListable` any more fall out; a newcomer enters where there is
 * room, or in the place of the last when it is better by 15 %, unless it stands for a copy of one that is listed. The others keep
 * their order and reasons.
 */
export function settleList(
  standing: readonly ListPlace[],
  found: readonly Related[],
  isListable: (storyId: number) => boolean,
): ListPlace[] {
  const list = standing.filter((place) => isListable(place.relatedId));
  for (const newcomer of found) {
    const listed = new Set(list.map((place) => place.relatedId));
    if (listed.has(newcomer.id) || newcomer.copies.some((copy) => listed.has(copy))) continue;
    const last = list.at(-1);
    if (list.length >= maxRelated && last !== undefined) {
      if (newcomer.score < last.score * betterBy) continue;
      list.pop();
    }
    list.push(toPlace(newcomer));
    list.sort(byScore);
  }
  return list;
}

/** The list with the stories that editors pinned before all others, at most eight in all. */
export function withPinned(list: readonly ListPlace[], pinned: readonly ListPlace[]): ListPlace[] {
  const ids = new Set(pinned.map((place) => place.relatedId));
  return [...pinned, ...list.filter((place) => !ids.has(place.relatedId))].slice(0, maxRelated);
}
