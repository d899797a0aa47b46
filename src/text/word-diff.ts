// Two wordings of one text → what stayed, what went and what came, word by word. Pure.

/** A run of words as they were written, spaces included. */
export type DiffPart = { kind: 'same' | 'gone' | 'new'; text: string };

// A table of lengths has as many cells as one side's words times the other's.
const mostCells = 1_000_000;

function push(parts: DiffPart[], kind: DiffPart['kind'], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += text;
  else if (text !== '') parts.push({ kind, text });
}

const wordsOf = (text: string) => text.match(/\s*\S+/gu) ?? [];
const isSame = (a: string | undefined, b: string | undefined) => a?.trim() === b?.trim();

// lengths[i * width + j]: longest common subsequence of before[i…] and after[j…].
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] = isSame(before[i], after[j])
        ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
  return lengths;
}

/**
 * The parts in reading order; joined without `new` they are the old words, without `gone` the new ones, spaces at the ends aside. What is
 * too long to compare (a million pairs of words) counts as exchanged as a whole.
 */
export function diffWords(before: string, after: string): DiffPart[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  const parts: DiffPart[] = [];
  if (old.length * now.length > mostCells) {
    push(parts, 'gone', before);
    push(parts, 'new', after);
    return parts;
  }
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && isSame(old[i], now[j])) {
      push(parts, 'same', now[j] ?? '');
      i += 1;
      j += 1;
    } else if (
      i < old.length &&
      (j >= now.length || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      push(parts, 'gone', old[i] ?? '');
      i += 1;
    } else {
      push(parts, 'new', now[j] ?? '');
      j += 1;
    }
  }
  return parts;
}
