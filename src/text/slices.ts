// A long text → the same change made piece by piece.

// A replacement keeps a record of every match until it ends: 400,000 references in one piece took 57 MB.
const sliceChars = 65_536;

/**
 * What `change` makes of `text`, made of slices of it: for changes of single characters, and of character references, as a slice ends before
 * the `&` that may not be whole.
 */
export function inSlices(text: string, change: (slice: string, at: number) => string): string {
  if (text.length <= sliceChars) return change(text, 0);
  let out = '';
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + sliceChars, text.length);
    const last = to < text.length ? text.lastIndexOf('&', to - 1) : -1;
    if (last > from) to = last;
    out += change(text.slice(from, to), from);
    from = to;
  }
  return out;
}
