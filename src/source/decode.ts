// Bytes and the headers they came with → text, whatever the headers claim.
import type { Warning } from '../domain.ts';
import { decodeTcvn3, decodeVni, guessLegacy } from '../text/legacy.ts';
import { guessEncoding } from './sniff.ts';

export type Decoded = {
  text: string;
  /** WHATWG name of the encoding used, or `tcvn3`, `vni`, `utf-32le`, `utf-32be`, `ibm037`. */
  encoding: string;
  warnings: Warning[];
};

/** Bytes looked at for declarations. */
const HEAD_BYTES = 2_048;

/**
 * Decodes a document. Order of belief: byte order mark, zero bytes of UTF-16/32 without one, valid UTF-8, then what the
 * declarations say as far as the bytes fit them, then statistics. Never throws; whatever cannot be read becomes U+FFFD with a warning.
 */
export function decodeBytes(bytes: Uint8Array, headers: { contentType?: string }): Decoded {
  const wide = wideEncoding(bytes);
  if (wide !== null) return { text: decodeWide(bytes, wide), encoding: wide, warnings: [] };
  const head = latin1(bytes, HEAD_BYTES);
  const declared = [
    labelOf(/charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(headers.contentType ?? '')?.[1]),
    labelOf(declaredInside(head)),
  ].filter((label) => label !== null);
  // 7-bit encodings that switch by escape sequences look like ASCII
  const shifting = declared.find((label) => label === 'iso-2022-jp');
  if (shifting !== undefined && bytes.includes(0x1b))
    return { text: decode(bytes, shifting), encoding: shifting, warnings: [] };

  const utf8 = tryDecode(bytes, 'utf-8');
  if (utf8 !== null && !isChanceUtf8(utf8, bytes.length, declared)) {
    const other = declared.find((label) => label !== 'utf-8');
    const isAscii = utf8.length === bytes.length;
    return {
      text: isAscii ? utf8 : withC1Letters(bytes, utf8),
      encoding: 'utf-8',
      warnings:
        other !== undefined && !isAscii
          ? [{ code: 'feed.encoding_wrong', message: `declared as ${other}, is UTF-8` }]
          : [],
    };
  }
  return decodeLegacy(bytes, declared);
}

/**
 * U+0080-9F in UTF-8 are windows-1252 letters whose conversion went wrong (`don\u0092t`): they become what they were.
 * Their first byte is sought, which costs nothing in most texts.
 */
function withC1Letters(bytes: Uint8Array, text: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(0xc2); at >= 0; at = buffer.indexOf(0xc2, at + 1)) {
    const next = buffer[at + 1] ?? 0;
    if (next < 0xa0 && next >= 0x80) return c1Letters(text);
  }
  return text;
}

/** The bytes are not UTF-8, at least not all of them. */
function decodeLegacy(bytes: Uint8Array, declared: string[]): Decoded {
  const legacy = declared.filter((label) => label !== 'utf-8');
  // a server's default charset knows less than the document's own declaration
  if (
    legacy.length === 2 &&
    legacy[0] === 'windows-1252' &&
    legacy[1] !== undefined &&
    tryDecode(bytes, legacy[1]) !== null
  )
    legacy.reverse();
  const warnings: Warning[] = declared.includes('utf-8')
    ? [{ code: 'feed.encoding_wrong', message: 'declared as utf-8, but the bytes are not UTF-8' }]
    : [];
  for (const label of legacy) {
    if (label === 'windows-1252' && isVietnameseLegacy(bytes)) continue;
    const text = tryDecode(bytes, label);
    if (text !== null) return { text, encoding: label, warnings };
  }
  const mixed = mendUtf8(bytes);
  if (mixed !== null)
    return {
      text: mixed,
      encoding: 'utf-8',
      warnings: [{ code: 'feed.encoding_mixed', message: 'UTF-8 with stray bytes of windows-1252' }],
    };
  const vietnamese = guessLegacy(bytes);
  if (vietnamese !== null) {
    return {
      text: vietnamese === 'tcvn3' ? decodeTcvn3(bytes) : decodeVni(bytes),
      encoding: vietnamese,
      warnings: [
        { code: 'feed.encoding_guessed', message: `read as ${vietnamese.toUpperCase()}, judged by its letters` },
      ],
    };
  }
  const stated = legacy[0];
  if (stated !== undefined)
    return {
      text: decode(bytes, stated),
      encoding: stated,
      warnings: [...warnings, { code: 'feed.encoding_damaged', message: `some bytes are not ${stated}` }],
    };
  const guess = guessEncoding(bytes);
  return {
    text: c1Letters(decode(bytes, guess)),
    encoding: guess,
    warnings: [
      ...warnings,
      { code: 'feed.encoding_guessed', message: `no charset fits; read as ${guess}, judged by its letters` },
    ],
  };
}

function c1Letters(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (c) =>
    new TextDecoder('windows-1252').decode(Uint8Array.of(c.charCodeAt(0))),
  );
}

function isVietnameseLegacy(bytes: Uint8Array): boolean {
  return guessLegacy(bytes) !== null;
}

/** A few two-byte characters of GBK or EUC can be valid UTF-8 by chance: then the declaration counts. */
function isChanceUtf8(text: string, byteLength: number, declared: readonly string[]): boolean {
  if (!declared.some((label) => /^(?:gb|big5|euc|shift_jis)/.test(label)) || declared.includes('utf-8')) return false;
  const extra = byteLength - text.length;
  return extra > 0 && extra <= 8 && !/[\u0800-\uffff]/.test(text);
}

/** UTF-16 and UTF-32, with or without mark; UTF-8's mark is left to the decoder; EBCDIC by its `<?xml`. */
function wideEncoding(bytes: Uint8Array): string | null {
  const [a = -1, b = -1, c = -1, d = -1] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0 && b === 0 && c === 0 && isStart(d)) return 'utf-32be';
  if (isStart(a) && b === 0 && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && isStart(b) && c === 0) return 'utf-16be';
  if (isStart(a) && b === 0 && d === 0) return 'utf-16le';
  return a === 0x4c && b === 0x6f && c === 0xa7 && d === 0x94 ? 'ibm037' : null;
}

/** `<`, `{`, `[` or white space: what a feed begins with. */
function isStart(byte: number): boolean {
  return (
    byte === 0x3c || byte === 0x7b || byte === 0x5b || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
  );
}

function decodeWide(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'ibm037') return decodeEbcdic(bytes);
  if (!encoding.startsWith('utf-32')) return new TextDecoder(encoding).decode(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  let part: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, encoding === 'utf-32le');
    if (code !== 0xfeff) part.push(code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0xfffd : code);
    if (part.length === 4_096) {
      parts.push(String.fromCodePoint(...part));
      part = [];
    }
  }
  return parts.join('') + String.fromCodePoint(...part);
}

/** EBCDIC code page 037 by its latin-1 equivalents, for the few mainframes that still send it. */
const EBCDIC_037 =
  '\0\x01\x02\x03\x9c\t\x86\x7f\x97\x8d\x8e\v\f\r\x0e\x0f\x10\x11\x12\x13\x9d\x85\b\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\n\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a' +
  ' \xa0âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@\'="Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×{ABCDEFGHI\xadôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\x9f';

function decodeEbcdic(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += EBCDIC_037[byte] ?? '\ufffd';
  return text.replaceAll('\x85', '\n');
}

/** Charset named inside the document: XML declaration, else a meta element. */
function declaredInside(head: string): string | undefined {
  return (
    /^[\s\ufeff\xef\xbb\xbf]*<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i.exec(head)?.[1] ??
    /<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w:.-]{1,40})/i.exec(head)?.[1] ??
    /<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i.exec(head)?.[1]
  );
}

/** Names in use that the WHATWG table does not know. */
const ALIASES = new Map([
  ['utf8mb4', 'utf-8'],
  ['utf-8n', 'utf-8'],
  ['unicode-1-1-utf-8', 'utf-8'],
  ['win1258', 'windows-1258'],
  ['cp-1258', 'windows-1258'],
  ['windows1258', 'windows-1258'],
  ['windows1252', 'windows-1252'],
  ['win-1251', 'windows-1251'],
  ['windows1251', 'windows-1251'],
  ['cp936', 'gbk'],
  ['ms936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['cp932', 'shift_jis'],
  ['ms932', 'shift_jis'],
  ['cp950', 'big5'],
  ['eucjp', 'euc-jp'],
  ['euckr', 'euc-kr'],
  ['gb18030-2000', 'gb18030'],
  ['latin-1', 'windows-1252'],
  ['iso8859_1', 'windows-1252'],
  ['u8', 'utf-8'],
  ['646', 'windows-1252'],
]);

function labelOf(said: string | undefined): string | null {
  if (said === undefined) return null;
  const label = said.toLowerCase();
  try {
    const encoding = new TextDecoder(ALIASES.get(label) ?? label).encoding;
    // a document whose declaration could be read byte by byte is not UTF-16, whatever it says
    return encoding.startsWith('utf-16') ? null : encoding;
  } catch {
    return null;
  }
}

function tryDecode(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, label: string): string {
  return new TextDecoder(label).decode(bytes);
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}

/** UTF-8 in which some bytes are stray windows-1252 (pasted quotes, a cut at the end): those bytes are read as such. Null when UTF-8 is not the rule. */
function mendUtf8(bytes: Uint8Array): string | null {
  let bad = 0;
  let good = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = (bytes[at] ?? 0) < 0x80 ? 1 : sequenceLength(bytes, at);
    if (length === 0) bad++;
    else if (length > 1) good++;
    at += length || 1;
  }
  if (bad >= good * 0.5) return null;
  const windows = new TextDecoder('windows-1252');
  let out = '';
  let from = 0;
  let at = 0;
  const cut = (until: number): void => {
    out += decode(bytes.subarray(from, until), 'utf-8');
  };
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    cut(at);
    // a sequence cut off by the end of the document is no letter of its own
    const isTail = at + 4 > bytes.length && byte >= 0xc2;
    out += isTail ? '' : windows.decode(bytes.subarray(at, at + 1));
    at = isTail ? bytes.length : at + 1;
    from = at;
  }
  cut(bytes.length);
  return out;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80;
  if (a >= 0xc2 && a <= 0xdf) return isTail(b) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef)
    return isTail(b) && isTail(c) && !(a === 0xe0 && b < 0xa0) && !(a === 0xed && b > 0x9f) ? 3 : 0;
  if (a >= 0xf0 && a <= 0xf4)
    return isTail(b) && isTail(c) && isTail(d) && !(a === 0xf0 && b < 0x90) && !(a === 0xf4 && b > 0x8f) ? 4 : 0;
  return 0;
}
