// Tokens → the numbers and names of a text, each with the words around it; two texts → how often one place is filled differently.
import { tokenKind, type Tokens } from './scan.ts';

/**
 * The slots of a text: places that hold a number or a name, known by the two tokens before and the one after. Rising; each packs 32
 * bits of the place, one bit "holds a number", and 19 bits of what it holds.
 */
export type Slots = Float64Array;

/** Places that two texts both have: filled alike, with another number, with another name. */
export type SlotCounts = { alike: number; otherNumber: number; otherName: number };

const valueBits = 2 ** 20;
const numberBit = 2 ** 19;
const nameMark = 0x51ed270b;
const numberMark = 0x2545f491;

function mix(h: number, x: number): number {
  let y = Math.imul(h ^ x, 0x9e3779b1);
  y = Math.imul(y ^ (y >>> 15), 0x85ebca6b);
  return (y ^ (y >>> 13)) >>> 0;
}

// A capital at the start of a sentence begins a name only when another follows at once ("Nguyễn Văn …", not "Chiều …").
function opensName(tokens: Tokens, i: number, end: number): boolean {
  const kind = tokens.kind[i];
  if (kind === tokenKind.name) return true;
  return (
    kind === tokenKind.opener && i + 1 < end && tokens.kind[i + 1] === tokenKind.name && tokens.isBroken[i + 1] === 0
  );
}

/** Slots of the first `end` tokens (all when left out). Runs of names or of numbers fill one slot together: "Cà Thanh Tuấn", "27/9". */
export function slotsOf(tokens: Tokens, end = tokens.hash.length): Slots {
  const { hash, kind, isBroken } = tokens;
  const stop = Math.min(end, hash.length);
  const found: number[] = [];
  let before2 = 0;
  let before1 = 1;
  let i = 0;
  while (i < stop) {
    const isNumber = kind[i] === tokenKind.number;
    if (!isNumber && !opensName(tokens, i, stop)) {
      before2 = before1;
      before1 = hash[i++] ?? 0;
      continue;
    }
    const more = isNumber ? tokenKind.number : tokenKind.name;
    const mark = isNumber ? numberMark : nameMark;
    let value = mix(7, hash[i++] ?? 0);
    while (i < stop && isBroken[i] === 0 && kind[i] === more) value = mix(value, hash[i++] ?? 0);
    let after = 3;
    if (i < stop)
      after = kind[i] === tokenKind.number ? numberMark : kind[i] === tokenKind.word ? (hash[i] ?? 0) : nameMark;
    const place = mix(mix(mix(mark, before2), before1), after);
    found.push(place * valueBits + (isNumber ? numberBit : 0) + (value & (numberBit - 1)));
    before2 = before1;
    before1 = mark;
  }
  const sorted = Float64Array.from(found).sort();
  return sorted.filter((slot, at) => at === 0 || slot !== sorted[at - 1]);
}

/** Compares the places that both texts have. A place that a text has more than once is alike when any of its fillings is. */
export function compareSlots(a: Slots, b: Slots): SlotCounts {
  const counts: SlotCounts = { alike: 0, otherNumber: 0, otherName: 0 };
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] ?? 0;
    const y = b[j] ?? 0;
    const place = Math.floor(x / valueBits);
    const other = Math.floor(y / valueBits);
    if (place < other) i++;
    else if (other < place) j++;
    else {
      const end = (place + 1) * valueBits;
      let isAlike = false;
      while (i < a.length && j < b.length && (a[i] ?? 0) < end && (b[j] ?? 0) < end) {
        if (a[i] === b[j]) isAlike = true;
        if ((a[i] ?? 0) <= (b[j] ?? 0)) i++;
        else j++;
      }
      while (i < a.length && (a[i] ?? 0) < end) i++;
      while (j < b.length && (b[j] ?? 0) < end) j++;
      if (isAlike) counts.alike++;
      else if (x % valueBits >= numberBit) counts.otherNumber++;
      else counts.otherName++;
    }
  }
  return counts;
}
