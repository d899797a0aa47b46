// Source text of an XML document → its tags and CDATA sections as ranges, leniently, at the speed of the engine's own string search.

/** Told of each token in order; all numbers are offsets into the source. */
export type ScanHandlers = {
  /** Name of an opening tag; answer false to skip its attributes. */
  openName: (start: number, end: number) => boolean;
  /** An attribute; value range empty when it has none. */
  attribute: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void;
  /** The `>` of an opening tag, and whether it was `/>`. Answers where to go on, or a negative number for right behind it. */
  openEnd: (end: number, isEmpty: boolean) => number;
  /** Name of a closing tag, and where the tag began. */
  close: (start: number, end: number, tagStart: number) => void;
  cdata: (start: number, end: number) => void;
  /** A comment, declaration or instruction; range without its delimiters. */
  other: (start: number, end: number) => void;
  /** Asked after each token; false ends the scan. */
  isWanted: () => boolean;
};

const SPACE = 0x20;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/**
 * Scans once, front to back. `<` that starts nothing is text. An unfinished comment or CDATA section reaches to the end, an unfinished tag is dropped.
 * Half the time of a tokenizer that looks at each character: text, CDATA and quoted values are passed over by `indexOf`.
 */
export function scan(source: string, on: ScanHandlers): void {
  const length = source.length;
  let hasInstructionEnd = true;
  let at = 0;
  while (at < length && on.isWanted()) {
    const less = source.indexOf('<', at);
    if (less < 0) return;
    const c = source.charCodeAt(less + 1);
    if (c === SLASH) at = closingTag(source, less, on);
    else if (c === 0x21) at = declaration(source, less, on);
    else if (c === 0x3f) {
      let end = hasInstructionEnd ? source.indexOf('?>', less + 2) : -1;
      // an instruction that nobody ends is one tag long, or PHP printed by mistake would hide the feed
      if (end < 0) {
        hasInstructionEnd = false;
        end = source.indexOf('>', less + 2);
      }
      on.other(less + 2, end < 0 ? length : end);
      at = end < 0 ? length : source.indexOf('>', end) + 1;
    } else if (isNameStart(c)) at = openingTag(source, less, on);
    else at = less + 1;
  }
}

function closingTag(source: string, less: number, on: ScanHandlers): number {
  let start = less + 2;
  while (source.charCodeAt(start) <= SPACE) start++;
  let end = start;
  while (isInName(source.charCodeAt(end))) end++;
  const greater = source.charCodeAt(end) === GREATER ? end : source.indexOf('>', end);
  if (greater < 0) return source.length;
  if (end > start) on.close(start, end, less);
  return greater + 1;
}

function declaration(source: string, less: number, on: ScanHandlers): number {
  if (source.startsWith('[CDATA[', less + 2)) {
    const end = source.indexOf(']]>', less + 9);
    on.cdata(less + 9, end < 0 ? source.length : end);
    return end < 0 ? source.length : end + 3;
  }
  if (source.startsWith('--', less + 2)) {
    const end = source.indexOf('-->', less + 4);
    on.other(less + 4, end < 0 ? source.length : end);
    return end < 0 ? source.length : end + 3;
  }
  const end = source.indexOf('>', less + 2);
  on.other(less + 2, end < 0 ? source.length : end);
  return end < 0 ? source.length : end + 1;
}

function openingTag(source: string, less: number, on: ScanHandlers): number {
  let at = less + 1;
  while (isInName(source.charCodeAt(at))) at++;
  const isRead = on.openName(less + 1, at);
  for (;;) {
    const c = source.charCodeAt(at);
    if (c === GREATER) {
      const next = on.openEnd(at, false);
      return next < 0 ? at + 1 : next;
    }
    if (c === SLASH) {
      if (source.charCodeAt(at + 1) === GREATER) {
        on.openEnd(at + 1, true);
        return at + 2;
      }
      at++;
    } else if (c <= SPACE) at++;
    else if (Number.isNaN(c)) return source.length;
    else {
      const nameStart = at;
      // an `=` may be the first letter of a broken name, never of none
      do at++;
      while (isInName(source.charCodeAt(at)) && source.charCodeAt(at) !== EQUALS);
      const nameEnd = at;
      while (source.charCodeAt(at) <= SPACE) at++;
      if (source.charCodeAt(at) !== EQUALS) {
        if (isRead) on.attribute(nameStart, nameEnd, nameEnd, nameEnd);
        continue;
      }
      at++;
      while (source.charCodeAt(at) <= SPACE) at++;
      const quote = source.charCodeAt(at);
      let valueStart = at;
      if (quote === 0x22 || quote === 0x27) {
        valueStart = at + 1;
        at = source.indexOf(quote === 0x22 ? '"' : "'", valueStart);
        if (at < 0) return source.length;
        if (isRead) on.attribute(nameStart, nameEnd, valueStart, at);
        at++;
      } else {
        let end = source.charCodeAt(at);
        while (end > SPACE && end !== GREATER) end = source.charCodeAt(++at);
        if (isRead) on.attribute(nameStart, nameEnd, valueStart, at);
      }
    }
  }
}

/** Neither white space, `/` nor `>`; false past the end. */
function isInName(c: number): boolean {
  return c > SPACE && c !== GREATER && c !== SLASH;
}

/** Letters of any script, `_` and `:`. */
function isNameStart(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f || c === 0x3a || c >= 0x80;
}
