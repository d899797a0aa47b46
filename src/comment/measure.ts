// What somebody typed as a comment or a name → clean text, and its length as people count it.
import { toNfc } from '../text/vietnamese.ts';

/** Least and most characters of a comment, and of a name. */
export const limits = { shortest: 5, longest: 500, shortestName: 2, longestName: 40 };

// 500 of the longest emoji take some 7,000 code units; what is longer than this is not worth counting.
const mostUnits = 16_000;

// Control characters, and letters that nobody sees; the joiners stay, as emoji are made with them. binh-luan.js has the same list.
const unseen =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]/g;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

const segmenter = new Intl.Segmenter('vi', { granularity: 'grapheme' });

/** Text as it is kept: NFC, `\n` between lines, nothing unseen, no space around it. */
export function cleanText(raw: string): string {
  return toNfc(raw.toWellFormed().replace(/\r\n?/g, '\n').replace(unseen, '')).trim();
}

/** A name as it is kept: one line of clean text. */
export function cleanName(raw: string): string {
  return cleanText(raw.slice(0, mostUnits)).replace(/\s+/gu, ' ');
}

/** Characters as a person counts (grapheme clusters); 0 where nothing can be seen; Infinity when it is far too long to be counted. */
export function countCharacters(clean: string): number {
  if (clean.length > mostUnits) return Number.POSITIVE_INFINITY;
  if (!visible.test(clean)) return 0;
  let count = 0;
  for (const _ of segmenter.segment(clean)) count += 1;
  return count;
}

/** What is wrong with a comment's fields, by field; empty = nothing. Both are clean already. */
export type Faults = { body?: 'short' | 'long'; name?: 'short' | 'long' };

/** Holds a clean comment and name against `limits`. */
export function findFaults(name: string, body: string): Faults {
  const faults: Faults = {};
  const characters = countCharacters(body);
  if (characters < limits.shortest) faults.body = 'short';
  else if (characters > limits.longest) faults.body = 'long';
  const letters = countCharacters(name);
  if (letters < limits.shortestName) faults.name = 'short';
  else if (letters > limits.longestName) faults.name = 'long';
  return faults;
}
