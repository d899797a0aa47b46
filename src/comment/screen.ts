// A clean comment and what is known around it → shown at once, held for a moderator, or refused.
import { fold, syllables } from '../text/vietnamese.ts';

/** Why a comment waits. `new`: its writer has no history here; the others are findings about it. */
export type Reason = 'new' | 'all' | 'plain' | 'links' | 'words' | 'copied' | 'name' | 'marks' | 'shouting' | 'trap';

/** A comment to be judged; texts are clean. */
export type Candidate = { name: string; body: string; hasProof: boolean; isTrapped: boolean };

/** What the judge is told; ages in seconds. */
export type Evidence = {
  /** What came from the same address within a day, in any order. */
  recent: readonly { body: string; ageSeconds: number }[];
  /** How often the same text came from others within a day. */
  copies: number;
  /** Forbidden words and phrases, each as `wordForm` writes it. */
  words: readonly string[];
  /** Whether this name was approved before, from the same browser. */
  isKnown: boolean;
  hold: 'all' | 'unknown';
};

/** What shall become of a comment. */
export type Verdict =
  | { kind: 'refused'; why: 'often' | 'repeated' }
  | { kind: 'shown' }
  | { kind: 'held'; reasons: Reason[] }
  | { kind: 'rejected'; reasons: Reason[] };

/** Comments of one address within an hour and a day; fewer where no work was done for them. A school or café is one address. */
export const rates = { proven: { hour: 20, day: 60 }, plain: { hour: 5, day: 15 } };

const mostCopies = 2;
const link =
  /https?:|www\.|\b[a-z0-9-]{2,}\s?\.\s?(?:com|net|org|vn|info|xyz|top|site|club|shop|vip|win|bet|me|cc|io|link|online|live)\b|\b(?:zalo|telegram|t\.me)\b|@[a-z0-9_]{4,}|(?:\+?84|\b0)(?:[ .-]?\d){9}\b/i;
// No language stacks more than three marks on a letter.
const stackedMarks = /\p{M}{5}/u;
// Names that readers would take for the newsroom's own voice.
const officialNames =
  /^(?:toa soan|ban bien tap|bien tap vien|quan tri|quan tri vien|admin|administrator|moderator|tin tinh)\b/;

/** The form in which words are compared: lower case, NFC, canonical tone marks, one space between syllables. Marks count. */
export function wordForm(text: string): string {
  return syllables(text).join(' ');
}

/** The form in which two comments are the same text: without marks, case, punctuation and repeated letters. */
export function textForm(text: string): string {
  return (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).join('').replace(/(.)\1+/gu, '$1');
}

// "c a s i n o" and "c.a.s.i.n.o" are one word.
function joinLetters(words: string): string {
  return words.replace(/(?<![^ ])(?:\S ){2,}\S(?![^ ])/gu, (run) => run.replaceAll(' ', ''));
}

function hasForbidden(text: string, words: readonly string[]): boolean {
  const form = wordForm(text);
  const padded = ` ${form} | ${joinLetters(form)} `;
  return words.some((word) => word !== '' && padded.includes(` ${word} `));
}

function isShouting(body: string): boolean {
  const letters = body.match(/\p{L}/gu) ?? [];
  return (
    letters.length > 30 && letters.filter((letter) => letter !== letter.toLowerCase()).length > letters.length * 0.8
  );
}

/** Everything about a comment that a moderator should look at; empty = nothing. Linear in its length. */
export function findReasons(candidate: Candidate, evidence: Pick<Evidence, 'copies' | 'words'>): Reason[] {
  const { name, body } = candidate;
  const both = `${name}\n${body}`;
  const found: [Reason, boolean][] = [
    ['trap', candidate.isTrapped],
    ['links', link.test(both)],
    ['words', hasForbidden(name, evidence.words) || hasForbidden(body, evidence.words)],
    ['copied', evidence.copies >= mostCopies],
    ['name', officialNames.test(fold(name))],
    ['marks', stackedMarks.test(both)],
    ['shouting', isShouting(body)],
    ['plain', !candidate.hasProof],
  ];
  return found.filter(([, isSo]) => isSo).map(([reason]) => reason);
}

/**
 * Judges a comment. Refused: too many from one address, or the same text again. Rejected: the field that only machines see was filled
 * (kept for moderators, as a browser may have filled it). Shown at once only for a name with approved history, with the work done, where the
 * setting says so and nothing was found.
 */
export function judgeComment(candidate: Candidate, evidence: Evidence): Verdict {
  const rate = candidate.hasProof ? rates.proven : rates.plain;
  const lastHour = evidence.recent.filter((one) => one.ageSeconds < 3_600).length;
  if (lastHour >= rate.hour || evidence.recent.length >= rate.day) return { kind: 'refused', why: 'often' };
  const form = textForm(candidate.body);
  if (evidence.recent.some((one) => textForm(one.body) === form)) return { kind: 'refused', why: 'repeated' };
  const reasons = findReasons(candidate, evidence);
  if (candidate.isTrapped) return { kind: 'rejected', reasons };
  if (evidence.hold === 'unknown' && evidence.isKnown && reasons.length === 0) return { kind: 'shown' };
  if (reasons.length === 0) reasons.push(evidence.hold === 'all' ? 'all' : 'new');
  return { kind: 'held', reasons };
}
