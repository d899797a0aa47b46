// Two versions of a text → whether readers must be told: new words or numbers, not a slip of the pen put right.
import { fold, syllables } from './vietnamese.ts';

/** The words of a version; `body` is plain text. */
export type Version = { title: string; summary: string; body: string };

// A sign more or less in these turns the news around: numbers in words, and what denies.
const weighty = new Set(
  (
    'không một mốt hai ba bốn tư năm lăm sáu bảy bẩy tám chín mười mươi chục trăm nghìn ngàn vạn triệu tỷ tỉ rưỡi nửa ' +
    'chưa chẳng đừng chớ cấm hết mất chết sống bị được thắng thua tăng giảm hơn kém'
  ).split(' '),
);

const hasDigit = /\d/;
const leastSlipLength = 3;
// More slips than this in one go are no slips.
const mostSlips = { few: 3, share: 0.02 };

// Whether two words differ by at most one letter put in, left out, changed or swapped with its neighbour.
function isOneSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}

// The same word for a reader: equal without marks, or one letter off in a word long enough to be recognised.
function isSameWord(before: string, after: string): 'same' | 'slip' | 'other' {
  if (before === after) return 'same';
  if (hasDigit.test(before) || hasDigit.test(after) || weighty.has(before) || weighty.has(after)) return 'other';
  const [a, b] = [fold(before), fold(after)];
  if (a === b) return 'slip';
  return Math.min(a.length, b.length) >= leastSlipLength && isOneSlip(a, b) ? 'slip' : 'other';
}

function isMaterial(before: string, after: string): boolean {
  if (before === after) return false;
  const [old, now] = [syllables(before), syllables(after)];
  // Parted or joined words ("Đăk Lăk", "Đăklăk").
  if (old.length !== now.length) return fold(old.join('')) !== fold(now.join('')) || hasDigit.test(before);
  let slips = 0;
  for (const [i, word] of old.entries()) {
    const kind = isSameWord(word, now[i] ?? '');
    if (kind === 'other') return true;
    if (kind === 'slip') slips += 1;
  }
  return slips > Math.max(mostSlips.few, old.length * mostSlips.share);
}

/**
 * Whether a change is material: subscribers hear of it, `updated` moves, the former words are kept. Not material: punctuation, quotes,
 * case, blanks, tone marks and their places, words parted or joined, and a few words that are one letter off. Always material: any
 * digit, a number in words, a word that denies or turns the news around, words more or less. Linear in the texts.
 */
export function isMaterialChange(before: Version, after: Version): boolean {
  return (
    isMaterial(before.title, after.title) ||
    isMaterial(before.summary, after.summary) ||
    isMaterial(before.body, after.body)
  );
}
