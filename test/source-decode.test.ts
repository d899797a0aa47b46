// Bytes in the encodings papers really send → the text they meant.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../src/source/decode.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const rss = (title: string, declaration = ''): string =>
  `${declaration}<rss version="2.0"><channel><title>${title}</title></channel></rss>`;

function utf16(text: string, isLittle: boolean, hasMark: boolean): Uint8Array {
  const out = new Uint8Array((text.length + (hasMark ? 1 : 0)) * 2);
  const view = new DataView(out.buffer);
  [...(hasMark ? ['\ufeff'] : []), ...text.split('')].forEach((c, i) =>
    view.setUint16(i * 2, c.charCodeAt(0), isLittle),
  );
  return out;
}

function utf32(text: string, isLittle: boolean, hasMark: boolean): Uint8Array {
  const codes = Array.from((hasMark ? '\ufeff' : '') + text, (c) => c.codePointAt(0) ?? 0);
  const out = new Uint8Array(codes.length * 4);
  const view = new DataView(out.buffer);
  codes.forEach((code, i) => view.setUint32(i * 4, code, isLittle));
  return out;
}

describe('decodeBytes', () => {
  it('reads UTF-8 and drops its byte order mark', () => {
    const decoded = decodeBytes(bytesOf(`\ufeff${rss('Báo Sơn La')}`), {});
    expect(decoded).toEqual({ text: rss('Báo Sơn La'), encoding: 'utf-8', warnings: [] });
  });

  it('believes valid UTF-8 over a header and a declaration that say otherwise', () => {
    const text = rss('Huyện Mộc Châu', '<?xml version="1.0" encoding="windows-1258"?>');
    const decoded = decodeBytes(bytesOf(text), { contentType: 'text/xml; charset=iso-8859-1' });
    expect(decoded.text).toBe(text);
    expect(decoded.warnings.map((w) => w.code)).toEqual(['feed.encoding_wrong']);
  });

  it.each([
    ['little-endian with mark', true, true],
    ['big-endian with mark', false, true],
    ['little-endian without mark', true, false],
    ['big-endian without mark', false, false],
  ] as const)('reads UTF-16 %s', (_, isLittle, hasMark) => {
    const text = rss('Đồng Nai');
    expect(decodeBytes(utf16(text, isLittle, hasMark), { contentType: 'text/xml; charset=utf-8' }).text).toBe(text);
  });

  it.each([
    [true, true],
    [false, true],
    [true, false],
    [false, false],
  ] as const)('reads UTF-32 (little-endian %s, mark %s)', (isLittle, hasMark) => {
    const text = rss('Cần Thơ 😀');
    expect(decodeBytes(utf32(text, isLittle, hasMark), {}).text).toBe(text);
  });

  it('reads windows-1258 with its combining marks when the declaration says so', () => {
    // "Tin mới" = ơ (F5) + combining acute (EC); "Đồng" = Ð (D0), ô (F4) + grave (CC)
    const bytes = latin(rss('Tin m\xf5\xeci \xd0\xf4\xccng', '<?xml version="1.0" encoding="windows-1258"?>'));
    const decoded = decodeBytes(bytes, {});
    expect(decoded.encoding).toBe('windows-1258');
    expect(decoded.text.normalize('NFC')).toContain('Tin mới Đồng');
  });

  it('prefers the declaration of the document to the default charset of its server', () => {
    const bytes = latin(rss('m\xf5\xeci', '<?xml version="1.0" encoding="windows-1258"?>'));
    expect(decodeBytes(bytes, { contentType: 'text/xml; charset=iso-8859-1' }).encoding).toBe('windows-1258');
  });

  it('maps 0x80-0x9F of windows-1252 to letters and signs', () => {
    expect(
      decodeBytes(latin('<rss>\x93a\x94 \x80 \x85</rss>'), { contentType: 'text/xml; charset=ISO-8859-1' }).text,
    ).toBe('<rss>“a” € …</rss>');
  });

  it.each([
    ['windows-1251', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], 'Привет'],
    ['koi8-r', [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4], 'Привет'],
    ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '日本'],
    ['euc-jp', [0xc6, 0xfc, 0xcb, 0xdc], '日本'],
    ['euc-kr', [0xc7, 0xd1, 0xb1, 0xdb], '한글'],
    ['gbk', [0xd6, 0xd0, 0xb9, 0xfa], '中国'],
    ['big5', [0xa4, 0xa4, 0xb0, 0xea], '中國'],
    ['windows-874', [0xe4, 0xb7, 0xc2], 'ไทย'],
  ])('reads %s as declared', (label, letters, expected) => {
    const [before, after] = rss('|', `<?xml version="1.0" encoding="${label}"?>`).split('|');
    const bytes = Uint8Array.from([...latin(before ?? ''), ...letters, ...latin(after ?? '')]);
    expect(decodeBytes(bytes, {}).text).toContain(`<title>${expected}</title>`);
  });

  it('reads ISO-2022-JP, which is all ASCII until it is decoded', () => {
    const bytes = latin('<?xml version="1.0" encoding="ISO-2022-JP"?><rss>\x1b$BF|K\\\x1b(B</rss>');
    expect(decodeBytes(bytes, {}).text).toContain('<rss>日本</rss>');
  });

  it('reads single stray bytes of windows-1252 inside UTF-8 without spoiling the rest', () => {
    const bytes = Uint8Array.from([...bytesOf(rss('Người dân thành phố Điện Biên')), 0x93, 0x78, 0x94]);
    const decoded = decodeBytes(bytes, { contentType: 'text/xml; charset=utf-8' });
    expect(decoded.text).toBe(`${rss('Người dân thành phố Điện Biên')}“x”`);
    expect(decoded.warnings.map((w) => w.code)).toEqual(['feed.encoding_mixed']);
  });

  it('drops a letter that the end of a cut-off download halves', () => {
    const whole = bytesOf('<rss><title>Người Mường, người Thái ở');
    expect(decodeBytes(whole.subarray(0, -1), {}).text).toBe('<rss><title>Người Mường, người Thái ');
  });

  it('mends C1 controls that were windows-1252 quotes', () => {
    expect(decodeBytes(bytesOf('<rss>don\u0092t \u0093x\u0094 é</rss>'), {}).text).toBe('<rss>don’t “x” é</rss>');
  });

  it('recognises TCVN3 by its letters where no charset names it', () => {
    // "Tin mới: người dân xã đã có đường" in TCVN3
    const bytes = latin(
      rss(
        'Tin m\xedi: ng\xad\xeai d\xa9n x\xb7 \xae\xb7 c\xe3 \xae\xad\xeang, tr\xad\xeang h\xe4c m\xedi v\xb5 n\xad\xedc s\xb9ch cho b\xb5 con v\xeeng cao',
      ),
    );
    expect(decodeBytes(bytes, {})).toMatchObject({
      encoding: 'tcvn3',
      text: expect.stringContaining('người dân xã đã có đường'),
    });
  });

  it('guesses undeclared Cyrillic, Hebrew and Thai from their letters', () => {
    const cyrillic = Uint8Array.from([
      ...latin('<rss>'),
      0xcf,
      0xf0,
      0xe0,
      0xe2,
      0xe8,
      0xf2,
      0xe5,
      0xeb,
      0xfc,
      0xf1,
      0xf2,
      0xe2,
      0xee,
      0x20,
      0xee,
      0xe1,
      0xeb,
      0xe0,
      0xf1,
      0xf2,
      0xe8,
      ...latin('</rss>'),
    ]);
    expect(decodeBytes(cyrillic, {}).text).toBe('<rss>Правительство области</rss>');
    const thai = Uint8Array.from([
      ...latin('<rss>'),
      0xca,
      0xd3,
      0xb9,
      0xd1,
      0xa1,
      0xa7,
      0xd2,
      0xb9,
      0xca,
      0xe8,
      0xa7,
      0xe0,
      0xca,
      0xc3,
      0xd4,
      0xc1,
      ...latin('</rss>'),
    ]);
    expect(decodeBytes(thai, {}).text).toBe('<rss>สำนักงานส่งเสริม</rss>');
  });

  it('never throws, whatever the bytes and the header', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.option(fc.string({ maxLength: 40 }), { nil: undefined }),
        (bytes, charset) => {
          const decoded = decodeBytes(
            bytes,
            charset === undefined ? {} : { contentType: `text/xml; charset=${charset}` },
          );
          expect(typeof decoded.text).toBe('string');
        },
      ),
      { numRuns: 500 },
    );
  });
});
