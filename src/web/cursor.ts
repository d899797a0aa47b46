// The place of a story in a list ⇄ the `truoc` parameter of the page below it.

/** A place in a list of the latest: everything below it is older. */
export type Cursor = { listedAt: Date; id: number };

/** `1700000000000-123`: milliseconds, because listed_at has no finer part. */
export function writeCursor(cursor: Cursor): string {
  return `${cursor.listedAt.getTime()}-${cursor.id}`;
}

/** Reads a cursor; null for anything that we did not write. */
export function readCursor(text: string | undefined): Cursor | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '');
  if (!match) return null;
  return { listedAt: new Date(Number(match[1])), id: Number(match[2]) };
}
