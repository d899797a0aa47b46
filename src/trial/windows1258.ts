// Vietnamese text → windows-1258 bytes: base letters, each followed by its combining tone mark.

const toneMarks = '\u0300\u0301\u0303\u0309\u0323';

const byteOf = new Map<string, number>();
for (let byte = 255; byte >= 0; byte--) {
  const char = new TextDecoder('windows-1258').decode(new Uint8Array([byte]));
  if (char !== '\ufffd') byteOf.set(char, byte);
}

/**
 * The code page (https://encoding.spec.whatwg.org/#index-windows-1258) has ă â ê ô ơ ư đ and five combining tones
 * but few of their compositions, so `ế` is written as `ê` + U+0301. A character that it lacks becomes a numeric
 * reference, which is right inside XML and HTML only.
 */
export function encodeWindows1258(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const char of text.normalize('NFC')) {
    const direct = byteOf.get(char);
    if (direct !== undefined) {
      bytes.push(direct);
      continue;
    }
    const parts = [...char.normalize('NFD')];
    const base = byteOf.get(
      parts
        .filter((part) => !toneMarks.includes(part))
        .join('')
        .normalize('NFC'),
    );
    const tones = parts.filter((part) => toneMarks.includes(part)).map((part) => byteOf.get(part));
    if (base === undefined || tones.length === 0) {
      for (const digit of `&#${char.codePointAt(0) ?? 0xfffd};`) bytes.push(digit.charCodeAt(0));
    } else {
      bytes.push(base, ...tones.filter((tone) => tone !== undefined));
    }
  }
  return Uint8Array.from(bytes);
}
