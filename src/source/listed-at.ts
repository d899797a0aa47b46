// An entry's publication and our first sight of it → where it stands in lists of the latest. Pure.

const dayMs = 24 * 3_600_000;

/**
 * Where an entry stands in lists of the latest: its publication, or our first sight of it when that came later by less than
 * a day. So a subscriber with a short window gets what a slow poll brings, and a source's first document is not all "new".
 */
export function listedAt(draft: { publishedAt: Date }, options: { now: Date; isFirst: boolean }): Date {
  const isLate = options.now.getTime() - draft.publishedAt.getTime() < dayMs;
  return !options.isFirst && isLate ? options.now : draft.publishedAt;
}
