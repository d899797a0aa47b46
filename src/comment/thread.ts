// Comments of a story in any order → threads: what was said first, with its answers below it.

/** What a thread needs to know of a comment. */
export type Said = { id: number; parentId: number | null; state: 'shown' | 'removed' };

/** One comment with its answers, oldest first; `to` = the comment an answer answers when that is not the first itself. */
export type Thread<T extends Said> = { first: T; answers: { comment: T; to: T | null }[] };

/**
 * Threads, newest first. An answer to an answer stands in the same row, below what it answers; one whose comment is not among those given
 * stands by itself. What its writer took back stays as an empty place only while somebody answered it.
 */
export function toThreads<T extends Said>(comments: readonly T[]): Thread<T>[] {
  const ordered = [...comments].sort((a, b) => a.id - b.id);
  const byId = new Map(ordered.map((comment) => [comment.id, comment]));
  const threadOf = new Map<number, Thread<T>>();
  const threads: Thread<T>[] = [];
  // An answer is always younger than what it answers, so its thread is there already.
  for (const comment of ordered) {
    const parent = comment.parentId === null ? undefined : byId.get(comment.parentId);
    const thread = parent === undefined ? undefined : threadOf.get(parent.id);
    if (parent === undefined || thread === undefined) {
      const own = { first: comment, answers: [] };
      threads.push(own);
      threadOf.set(comment.id, own);
    } else {
      thread.answers.push({ comment, to: parent.id === thread.first.id ? null : parent });
      threadOf.set(comment.id, thread);
    }
  }
  return threads
    .map(dropEmpty)
    .filter((thread) => thread !== null)
    .reverse();
}

function dropEmpty<T extends Said>(thread: Thread<T>): Thread<T> | null {
  const answered = new Set(thread.answers.map(({ comment }) => comment.parentId));
  const answers = thread.answers.filter(({ comment }) => comment.state === 'shown' || answered.has(comment.id));
  return thread.first.state === 'removed' && answers.length === 0 ? null : { ...thread, answers };
}
