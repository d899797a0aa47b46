// Text in the font encodings of before Unicode, written here by encoders of our own and read back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTcvn3, decodeVni, guessLegacy } from '../src/text/legacy.ts';

// TCVN 5712 VN3: letters in the order of their codes from the first code given.
const tcvn3 = new Map<string, number>();
const rows: [number, string][] = [
  [0xa1, 'ĂÂÊÔƠƯĐăâêôơưđ'],
  [0xb5, 'àảãáạ'],
  [0xbb, 'ằẳẵắ'],
  [0xc6, 'ặầẩẫấậè'],
  [0xce, 'ẻẽéẹềểễếệìỉ'],
  [0xdc, 'ĩíịò'],
  [0xe1, 'ỏõóọồổỗốộờởỡớợù'],
  [0xf1, 'ủũúụừửữứựỳỷỹýỵ'],
];
for (const [first, letters] of rows) [...letters].forEach((letter, i) => tcvn3.set(letter, first + i));

function toTcvn3(text: string): Uint8Array {
  return Uint8Array.from(
    [...text.normalize('NFC')].map((c) => tcvn3.get(c) ?? tcvn3.get(c.toLowerCase()) ?? c.charCodeAt(0)),
  );
}

// VNI-Windows: the base letter, then one sign for hat and tone together.
const hats: Record<string, string> = { '\u0302': 'âáàåãä', '\u0306': 'êéèúüë' };
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];
const plain = ['', 'ù', 'ø', 'û', 'õ', 'ï'];
const own: Record<string, string> = { ơ: 'ô', ư: 'ö', đ: 'ñ', í: 'í', ì: 'ì', ỉ: 'æ', ĩ: 'ó', ị: 'ò', ỵ: 'î' };

function vniOf(letter: string): string {
  const lower = letter.toLowerCase();
  const code = (() => {
    if (own[lower] !== undefined) return own[lower];
    const [base = '', ...marks] = lower.normalize('NFD');
    if (marks.length === 0) return lower;
    const horn = marks.includes('\u031b');
    const hat = marks.find((m) => m in hats);
    const tone = tones.indexOf(marks.find((m) => tones.includes(m)) ?? '');
    if (hat !== undefined) return base + (hats[hat]?.[tone] ?? '');
    return (horn ? (own[`${base}\u031b`.normalize('NFC')] ?? '') : base) + (plain[tone] ?? '');
  })();
  return letter === lower ? code : code.toUpperCase();
}
const toVni = (text: string) => Uint8Array.from([...text.normalize('NFC')].map(vniOf).join(''), (c) => c.charCodeAt(0));
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

const story =
  'Sáng sớm, sương còn phủ trắng các nương chè. Ở bản Nà Ngần, chị Lò Thị Xuyến đã gùi hai bao búp tươi xuống điểm thu mua của hợp tác xã. ' +
  'Giá chè vụ này nhích thêm vài nghìn đồng mỗi ký, đủ để gia đình chị sửa lại mái nhà trước mùa mưa. Cán bộ khuyến nông huyện khẳng định ' +
  'sẽ tiếp tục hỗ trợ bà con chăm sóc, thâm canh theo hướng hữu cơ. Đường vào bản vừa được đổ bê tông, xe tải nhỏ đã lên tới nơi.';
const letters = 'aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđbcghklmnpqrstvx ';

describe('TCVN3', () => {
  it('is read back letter for letter', () => {
    expect(decodeTcvn3(toTcvn3(story))).toBe(story.replace('Ở', 'ở'));
    expect(decodeTcvn3(toTcvn3(letters))).toBe(letters);
  });
  it('gets the capitals of a headline back, which the font had drawn', () => {
    expect(decodeTcvn3(toTcvn3('KHỞI CÔNG CẦU MỚI QUA SÔNG ĐÀ. Bản Mường đổi thay'))).toBe(
      'KHỞI CÔNG CẦU MỚI QUA SÔNG ĐÀ. Bản Mường đổi thay',
    );
  });
  it('is recognised', () => {
    expect(guessLegacy(toTcvn3(story))).toBe('tcvn3');
    expect(guessLegacy(toTcvn3(`<?xml version="1.0"?><rss><item title="x"><title>${story}</title></item></rss>`))).toBe(
      'tcvn3',
    );
  });
});

describe('VNI', () => {
  it('is read back letter for letter', () => {
    expect(decodeVni(toVni(story))).toBe(story);
    const vni = letters.replace(/[ơư](?=[a-zà-ỹ])/g, (c) => `${c} `);
    expect(decodeVni(toVni(vni))).toBe(vni);
    expect(decodeVni(toVni(story.toUpperCase()))).toBe(story.toUpperCase());
  });
  it('is recognised', () => {
    expect(guessLegacy(toVni(story))).toBe('vni');
    expect(guessLegacy(toVni(story.toUpperCase()))).toBe('vni');
  });
});

describe('what is neither', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['ASCII', latin1('Nothing but plain English words in this feed, and many of them too.')],
    ['UTF-8', new TextEncoder().encode(story)],
    ['UTF-8 cut in a letter', new TextEncoder().encode(story).subarray(0, 5)],
    [
      'French',
      latin1(
        "À l'été dernier, où les élèves étaient déjà là, le maire a été très ému : « ça sera une fête », a-t-il répété. Noël à Orléans, c'est sûr, n'était pas prévu; l'hôtel du château non plus.",
      ),
    ],
    [
      'German',
      latin1(
        'Für größere Straßen müssen die Bürger natürlich mehr zahlen, erklärte der Präsident später; die Brücke über den Fluß wäre schön, hätte aber Mängel. Früher gäbe es Käse für alle Löwen.',
      ),
    ],
    [
      'Spanish',
      latin1(
        'El niño comió mañana en España, según información de la región; también habló el presidente en la televisión pública sobre economía, fútbol y música en español.',
      ),
    ],
    [
      'Portuguese',
      latin1(
        'São Paulo não é a capital; a informação à população será às três horas, então você está lá com o avô, a avó e os irmãos, após o café da manhã.',
      ),
    ],
    [
      'Danish',
      latin1(
        'Børn får æbler på søndag; når året går på hæld, hører vi måske også en sød lærke på øen, så går vi hjem gennem åen.',
      ),
    ],
    ['random bytes', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3)) & 255)],
    ['a few words', toTcvn3('Tin tức')],
  ])('%s is not taken for it', (_, bytes) => {
    expect(guessLegacy(bytes)).toBeNull();
  });

  it('windows-1258, which holds Vietnamese as base letters and combining marks, is not taken for it', () => {
    const codes: Record<string, number> = {
      '\u0300': 0xcc,
      '\u0309': 0xd2,
      '\u0303': 0xde,
      '\u0301': 0xec,
      '\u0323': 0xf2,
      ă: 0xe3,
      Ă: 0xc3,
      ơ: 0xf5,
      Ơ: 0xd5,
      ư: 0xfd,
      Ư: 0xdd,
      đ: 0xf0,
      Đ: 0xd0,
    };
    const split = [...story.normalize('NFC')].flatMap((letter) => {
      const [base = '', ...marks] = letter.normalize('NFD');
      const hat = marks.filter((m) => '\u0302\u0306\u031b'.includes(m));
      return [(base + hat.join('')).normalize('NFC'), ...marks.filter((m) => !hat.includes(m))];
    });
    const bytes = Uint8Array.from(split.map((c) => codes[c] ?? c.charCodeAt(0)));
    expect(new TextDecoder('windows-1258').decode(bytes).normalize('NFC')).toBe(story);
    expect(guessLegacy(bytes)).toBeNull();
  });
});

it('decoding takes any bytes, and 400 KB of them in well under a second', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const text of [decodeTcvn3(bytes), decodeVni(bytes)]) expect(text.isWellFormed()).toBe(true);
      guessLegacy(bytes);
    }),
  );
  const started = performance.now();
  for (const byte of [0x41, 0xb5, 0xf9, 0x3c, 0xe1, 0x20]) {
    const bytes = new Uint8Array(400_000).fill(byte);
    bytes[0] = 0xb5;
    decodeTcvn3(bytes);
    decodeVni(bytes);
    guessLegacy(bytes);
  }
  expect(performance.now() - started).toBeLessThan(3000);
});
