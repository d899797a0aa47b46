// The marks of a document's items as they are kept: 20 bytes each, in its order (kinds/item-hash.ts) → what they tell, asked of the bytes. Pure.
import { markBytes, noName } from './kinds/item-hash.ts';

const bufferOf = (marks: Uint8Array) => Buffer.from(marks.buffer, marks.byteOffset, marks.byteLength);

/** How many items the marks are of. */
export const countMarks = (marks: Uint8Array): number => marks.byteLength / markBytes;

/** The marks as 40 hex digits each. */
export function listMarks(marks: Uint8Array): string[] {
  const hex = bufferOf(marks).toString('hex');
  return Array.from({ length: countMarks(marks) }, (_, at) => hex.slice(at * 2 * markBytes, (at + 1) * 2 * markBytes));
}

/** The marks of several documents, one after the other. */
export const joinMarks = (all: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(all));

/** When items say they were published, in milliseconds; those that do not say are left out. */
export function timesOf(marks: Uint8Array): number[] {
  const view = bufferOf(marks);
  const times: number[] = [];
  for (let at = markBytes - 4; at < view.length; at += markBytes) {
    const seconds = view.readUInt32BE(at);
    if (seconds > 0) times.push(seconds * 1_000);
  }
  return times;
}

const names = { address: 8, id: 12 };
const nothing = Number.parseInt(noName, 16);

// Whether items of `marks` share their address or their id with one of `others`; those without either share nothing.
function haveNamesIn(marks: Buffer, others: Buffer): boolean {
  for (let at = 0; at < marks.length; at += markBytes)
    for (const name of [names.address, names.id]) {
      const own = marks.readUInt32BE(at + name);
      if (own === nothing) continue;
      for (let other = name; other < others.length; other += markBytes)
        if (others.readUInt32BE(other) === own) return true;
    }
  return false;
}

const mostAbove = 50;

/**
 * How many new items stand above the old ones where the document only grew at its head: its end is what `before` began with, and nothing above is
 * known by address or id. Null when more than that happened, or more than 50 items are new.
 */
export function countAbove(before: Uint8Array, now: Uint8Array): number | null {
  const [old, all] = [bufferOf(before), bufferOf(now)];
  const first = old.subarray(0, markBytes);
  const most = Math.min(all.length - markBytes, mostAbove * markBytes);
  for (let at = 0; at <= most; at += markBytes) {
    if (first.compare(all, at, at + markBytes) !== 0) continue;
    const isRun = all.length - at <= old.length && old.compare(all, at, all.length, 0, all.length - at) === 0;
    return isRun && !haveNamesIn(all.subarray(0, at), old) ? at / markBytes : null;
  }
  return null;
}
