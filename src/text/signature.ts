// An article's title, lead and body → all that comparing it with another needs, without its text.
import { withoutDateline, withoutFurniture, withoutLabel } from './furniture.ts';
import { scan, scanLent, tokenKind, type Tokens } from './scan.ts';
import { type HashSet, partsOf, type Shingles, shinglesOf, toHashSet } from './similarity.ts';
import { type Slots, slotsOf } from './slots.ts';
import { toNfc } from './vietnamese.ts';

/** What comparing needs to know of an article, about 4 KB. No text can be read back from it. */
export type Signature = {
  /** Lead and body as shingles, and how many of them lie in the opening and in the first half. */
  shingles: Shingles;
  parts: { head: number; half: number };
  /** Numbers and names with their surroundings: in lead and body, in the first 80 tokens of them, in the title. */
  slots: { text: Slots; head: Slots; title: Slots };
  /** Distinct words of the title, and the numbers among them. */
  titleWords: HashSet;
  titleNumbers: HashSet;
  /** Numbers anywhere in title, lead and body. */
  numbers: HashSet;
};

const headTokens = 80;

function numbersOf(...rows: Tokens[]): HashSet {
  const found: number[] = [];
  for (const { hash, kind } of rows) {
    for (let i = 0; i < hash.length; i++) if (kind[i] === tokenKind.number) found.push(hash[i] ?? 0);
  }
  return toHashSet(Uint32Array.from(found));
}

/**
 * Signature of an article given as plain text: `title` one line, `lead` and `body` one block a line (as `plainText` makes them). A lead
 * may be empty or repeat the beginning of the body. Never throws; linear; about 30 ns a character.
 */
export function signatureOf(article: { title: string; lead: string; body: string }): Signature {
  const title = scan(withoutLabel(article.title));
  const text = scanLent(toNfc(`${withoutDateline(article.lead)}\n${withoutFurniture(article.body)}`));
  const shingles = shinglesOf(text.hash);
  const titleWords = toHashSet(title.hash.slice());
  return {
    shingles,
    parts: partsOf(shingles),
    slots: { text: slotsOf(text), head: slotsOf(text, headTokens), title: slotsOf(title) },
    titleWords,
    titleNumbers: numbersOf(title),
    numbers: numbersOf(title, text),
  };
}
