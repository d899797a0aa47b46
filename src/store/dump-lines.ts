// A stream of bytes → lines of text, and runs of rows up to an end mark as pieces of bytes; in bounded memory.

/** Reads a stream in two ways by turns. `line` is null at the end. `rows` yields bytes of whole rows until the line that is `mark` alone. */
export type LineReader = {
  line: (mostBytes: number) => Promise<string | null>;
  rows: (mark: string) => AsyncGenerator<Buffer>;
};

const newline = 10;

/** Opens a reader over pieces of any size. Throws RangeError for a line beyond its bound, Error when rows end without their mark. */
export function openLineReader(source: AsyncIterable<Buffer>): LineReader {
  const pieces = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const next = await pieces.next();
    if (next.done === true) return false;
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
    return true;
  }

  return {
    line: async (mostBytes) => {
      for (let from = 0; ; ) {
        const end = held.indexOf(newline, from);
        if (end >= 0) {
          const text = held.toString('utf8', 0, end);
          held = held.subarray(end + 1);
          return text;
        }
        from = held.length;
        if (from > mostBytes) throw new RangeError('a line is longer than it may be');
        if (!(await more())) return held.length === 0 ? null : Promise.reject(new Error('the file ends within a line'));
      }
    },

    async *rows(mark) {
      const wanted = Buffer.from(`${mark}\n`);
      for (;;) {
        // The mark counts at the beginning of a line alone, and what is held begins with one.
        if (held.length >= wanted.length && held.subarray(0, wanted.length).equals(wanted)) {
          held = held.subarray(wanted.length);
          return;
        }
        const inner = held.indexOf(`\n${mark}\n`);
        if (inner >= 0) {
          const rows = held.subarray(0, inner + 1);
          held = held.subarray(inner + 1);
          yield rows;
          continue;
        }
        // All whole lines but the last few bytes, which may be the beginning of a mark.
        const limit = held.length - 1 - wanted.length;
        const last = limit < 0 ? -1 : held.lastIndexOf(newline, limit);
        if (last >= 0) {
          const rows = held.subarray(0, last + 1);
          held = held.subarray(last + 1);
          yield rows;
        }
        if (!(await more())) throw new Error('the file ends within a table');
      }
    },
  };
}
