// Title and lead of an article → the places of Vietnam it names, each with the code of today's province.
import { isFamilyName } from './person.ts';
import { carefulProvinces, districts, notPlaces, provinceAliases } from './place-names.ts';
import { provinces } from './place.ts';
import { isSyllable, placeToneMarks, toNfc } from './vietnamese.ts';

/** A place as an article names it. `name` is its one canonical spelling; `level` says what it was when it had that name. */
export type FoundPlace = {
  code: string;
  name: string;
  level: 'province' | 'former' | 'district';
  isInTitle: boolean;
};

// `sure`: its capitals are enough. `careful`: neighbours must not speak against it. `weak`: neighbours must speak for it.
type Trust = 'sure' | 'careful' | 'weak';
type Entry = {
  name: string;
  codes: string[];
  level: FoundPlace['level'];
  trust: Trust;
  capitals: boolean[];
  hasDash: boolean;
};
type Node = { next: Map<string, Node>; entry: Entry | null };

/** What stands between a word and the one before it. */
const gap = { break: 0, space: 1, dash: 2, dot: 3, comma: 4 } as const;
type Gap = (typeof gap)[keyof typeof gap];

const maxTitleChars = 400;
const maxLeadChars = 2_000;

const isApostrophe = (code: number) => code === 0x27 || code === 0x2019 || code === 0x02bc;

// A table of UTF-16 units: patterns with Unicode classes took most of the time.
const letter = 1;
const digit = 2;
const upper = 4;
const classes = new Uint8Array(65_536);
for (let code = 0; code < 65_536; code++) {
  const char = String.fromCharCode(code);
  if (/[\p{L}\p{M}]/u.test(char)) classes[code] = /\p{Lu}/u.test(char) ? letter | upper : letter;
  else if (/\p{N}/u.test(char)) classes[code] = digit;
}
// The letter without case and tone in bits 3 and up, its tone below: a word hashes alike wherever its tone mark stands.
const spelled = new Uint32Array(65_536);
const tones = '\u0300\u0309\u0303\u0301\u0323';
for (let code = 0; code < 65_536; code++) {
  const lower = isApostrophe(code) ? "'" : String.fromCharCode(code).toLowerCase().replace('ð', 'đ');
  const parts = code < 0x2000 ? [...lower.normalize('NFD')] : [lower];
  const bare = parts
    .filter((part) => !tones.includes(part))
    .join('')
    .normalize('NFC');
  const tone = parts.map((part) => tones.indexOf(part) + 1).find((one) => one > 0) ?? 0;
  spelled[code] = ((bare === '' ? code : bare.charCodeAt(0)) << 3) | tone;
}

function hashOf(text: string, from: number, to: number): number {
  let hash = to - from;
  let tone = 0;
  for (let i = from; i < to; i++) {
    const letterAndTone = spelled[text.charCodeAt(i)] ?? 0;
    tone |= letterAndTone & 7;
    hash = Math.imul(hash ^ (letterAndTone >>> 3), 0x01000193);
  }
  return hash ^ Math.imul(tone, 0x9e3779b1);
}

// Never asked of the string beyond its end, where charCodeAt answers NaN and slows the whole loop down.
const classAt = (text: string, at: number) => (at < text.length ? (classes[text.charCodeAt(at)] ?? 0) : 0);

// Letters and digits, and letters after apostrophes: "Ea H'leo".
function endOfWord(text: string, start: number): number {
  let i = start;
  while (classAt(text, i) !== 0) i++;
  while (isApostrophe(text.charCodeAt(i)) && (classAt(text, i + 1) & letter) !== 0) {
    i++;
    while ((classAt(text, i) & letter) !== 0) i++;
  }
  return i;
}

function gapOf(between: string): Gap {
  if (between === ' ') return gap.space;
  if (between === ', ') return gap.comma;
  if (/^\s+$/.test(between)) return gap.space;
  if (/^\s*[-–—]\s*$/.test(between)) return gap.dash;
  if (/^\.\s*$/.test(between)) return gap.dot;
  if (/^\s*[,;(/]\s*$/.test(between)) return gap.comma;
  return gap.break;
}

// Headlines are made of few words; the bound only keeps strange text from filling the memory. Found by a hash of their characters and
// then compared: to make a string of each word first would cost more than all the rest.
const wordBits = 15;
const wordMask = (1 << wordBits) - 1;
const maxKnownWords = 20_000;
const knownWords: ({ raw: string; key: string } | undefined)[] = Array.from({ length: 1 << wordBits });
let knownCount = 0;

const slotOf = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> (32 - wordBits);

function keyOf(text: string, from: number, to: number, hash: number): string {
  let slot = slotOf(hash);
  for (let known = knownWords[slot]; known !== undefined; known = knownWords[slot]) {
    if (known.raw.length === to - from && text.startsWith(known.raw, from)) return known.key;
    slot = (slot + 1) & wordMask;
  }
  const raw = text.slice(from, to);
  // Old keyboards wrote the Icelandic letter.
  const key = placeToneMarks(raw.replaceAll('Ð', 'Đ')).toLowerCase().replace(/[’ʼ]/g, "'");
  if (knownCount < maxKnownWords) {
    knownWords[slot] = { raw, key };
    knownCount++;
  }
  return key;
}

/** The words of the text at hand, in rows that the next text overwrites: few of them stand near a place, and only those become strings. */
const maxTokens = 2 * maxLeadChars;
const tokenFrom = new Uint16Array(maxTokens);
const tokenTo = new Uint16Array(maxTokens);
const tokenHash = new Int32Array(maxTokens);
const tokenGap = new Uint8Array(maxTokens);
const tokenIsCapital = new Uint8Array(maxTokens);
let tokenCount = 0;
let tokenText = '';

const keyAt = (at: number) => keyOf(tokenText, tokenFrom[at] ?? 0, tokenTo[at] ?? 0, tokenHash[at] ?? 0);
const isCapitalAt = (at: number) => tokenIsCapital[at] === 1;

function tokenize(text: string): void {
  const plain = toNfc(text);
  tokenText = plain;
  tokenCount = 0;
  let end = 0;
  for (let i = 0; i < plain.length; ) {
    const kind = classAt(plain, i);
    if (kind === 0) {
      i++;
      continue;
    }
    const from = i;
    const isOneSpace = from - end === 1 && plain.charCodeAt(end) === 32;
    i = endOfWord(plain, i);
    tokenGap[tokenCount] = tokenCount === 0 ? gap.break : isOneSpace ? gap.space : gapOf(plain.slice(end, from));
    end = i;
    tokenFrom[tokenCount] = from;
    tokenTo[tokenCount] = i;
    tokenHash[tokenCount] = hashOf(plain, from, i);
    tokenIsCapital[tokenCount++] = (kind & upper) === 0 ? 0 : 1;
  }
}

const root: Node = { next: new Map(), entry: null };

// By the hash of a word's characters: whether any name begins with it. Most words are done with by this.
const beginsName = new Uint8Array(1 << wordBits);

function addEntry(spelling: string, name: string, codes: string[], level: FoundPlace['level'], trust: Trust): void {
  tokenize(spelling);
  beginsName[slotOf(tokenHash[0] ?? 0)] = 1;
  let node = root;
  const capitals: boolean[] = [];
  for (let i = 0; i < tokenCount; i++) {
    const key = keyAt(i);
    capitals.push(isCapitalAt(i));
    const next = node.next.get(key) ?? { next: new Map(), entry: null };
    node.next.set(key, next);
    node = next;
  }
  const known = node.entry;
  if (known !== null && codes.length > 0 && known.level === level) {
    // The name stands under several provinces: company has to tell which.
    for (const code of codes) if (!known.codes.includes(code)) known.codes.push(code);
    if (known.codes.length > 1) known.trust = 'weak';
    return;
  }
  if (known !== null) return;
  node.entry = {
    name,
    codes: [...codes],
    level,
    trust,
    capitals,
    hasDash: spelling.includes('-'),
  };
}

const split = (names: string) => names.split(',').map((name) => placeToneMarks(name.trim()));
const careful = new Set(split(carefulProvinces));
for (const { code, name, formerNames } of provinces) {
  for (const one of [name, ...formerNames]) {
    // Streets, the academy, the youth union: the man is named far more often than his city without its title.
    const trust = one === 'Hồ Chí Minh' ? 'weak' : careful.has(placeToneMarks(one)) ? 'careful' : 'sure';
    addEntry(one, one, [code], one === name ? 'province' : 'former', trust);
  }
}
for (const [code, name, ...aliases] of provinceAliases) {
  const level = provinces.some((province) => province.name === name) ? 'province' : 'former';
  for (const alias of aliases) addEntry(alias, name, [code], level, careful.has(alias) ? 'careful' : 'sure');
}
for (const name of split(notPlaces)) addEntry(name, name, [], 'district', 'sure');
for (const [code, names] of Object.entries(districts)) {
  for (const name of split(names)) {
    const bare = name.replace('*', '');
    const shown = bare.replace(/^huyện /, '').replace(/^quận/, 'Quận');
    addEntry(bare, shown, [code], 'district', name.endsWith('*') ? 'weak' : 'sure');
    if (shown !== bare && shown.startsWith('Quận'))
      addEntry(bare.replace('quận', 'Q'), shown, [code], 'district', 'sure');
  }
}

const words = (list: string) => new Set(list.split(',').map((word) => placeToneMarks(word.trim())));
// What stands right before a name, and then says: a unit of administration …
const adminWords = words(
  'tỉnh, tp, thành phố, huyện, quận, thị xã, tx, h, q, tỉnh ủy, thành ủy, huyện ủy, thị ủy, quận ủy, tỉnh đoàn, thành đoàn, huyện đoàn, thị đoàn, ' +
    'huyện đảo, đặc khu, công an huyện, công an tỉnh, nội thành, ngoại thành, huyện miền núi, vùng cao, cao nguyên, cao nguyên đá, ubnd, hđnd, tỉnh cũ',
);
// … a smaller unit, which often has the name of a province or district elsewhere …
const communeWords = words('xã, phường, thị trấn, tt, thôn, ấp, bản, làng, khu phố, tổ dân phố, xóm, p');
// … a person …
const personWords = words(
  'ông, bà, anh, chị, em, cô, chú, bác, cụ, thầy, cháu, bé, nàng, chàng, ca sĩ, nghệ sĩ, diễn viên, hoa hậu, á hậu, người mẫu, nhạc sĩ, nhà thơ, nhà văn, họa sĩ, ' +
    'đạo diễn, cầu thủ, thủ môn, tiền đạo, tiền vệ, hậu vệ, hlv, mc, bị cáo, bị can, nghi phạm, đối tượng, đại úy, thiếu tá, trung tá, thượng tá, đại tá, ' +
    'thiếu tướng, trung tướng, bác sĩ, bs, ts, gs, luật sư, liệt sĩ, nhà giáo, nsnd, nsưt, thị, văn, tên, nữ sinh, nam sinh, chồng, vợ, con trai, con gái, bố, mẹ',
);
// … or something that is only named so.
const thingWords = words(
  'đường, phố, ngõ, hẻm, đại lộ, công viên, quảng trường, tập đoàn, công ty, cty, nhà hát, khách sạn, rạp, chợ, trường, thpt, thcs, tiểu học, mầm non, giải, cung, ' +
    'tàu, nhà thi đấu, trường đua, cư xá, nhà hàng, xây dựng, bệnh viện đa khoa tư nhân, chủ tịch, tư tưởng, đoàn tncs, học viện, bảo tàng, lăng, chung cư, khu đô thị, kđt, nước, vì',
);

const isOneOf = (set: ReadonlySet<string>, before: readonly string[]) => before.some((phrase) => set.has(phrase));

type Match = { from: number; to: number; entry: Entry };

function matchAt(from: number): Match | null {
  if (beginsName[slotOf(tokenHash[from] ?? 0)] === 0) return null;
  let node = root;
  let best: Match | null = null;
  let dashed = false;
  for (let i = from; i < tokenCount; i++) {
    if (i > from) {
      if (tokenGap[i] === gap.dash) dashed = true;
      else if (tokenGap[i] !== gap.space && tokenGap[i] !== gap.dot) break;
    }
    const next = node.next.get(keyAt(i));
    if (next === undefined) break;
    node = next;
    const { entry } = node;
    if (entry === null || (dashed && !entry.hasDash)) continue;
    if (entry.capitals.every((isCapital, at) => !isCapital || isCapitalAt(from + at)))
      best = { from, to: i + 1, entry };
  }
  return best;
}

// The one, two and three words right before a name, not beyond a comma or a stop ("TP." is no stop).
function phrasesBefore(from: number): string[] {
  const phrases: string[] = [];
  let phrase = '';
  for (let i = from; i > from - 3 && i > 0; i--) {
    if (tokenGap[i] !== gap.space && !(tokenGap[i] === gap.dot && i === from)) break;
    const key = keyAt(i - 1);
    phrase = phrase === '' ? key : `${key} ${phrase}`;
    phrases.push(phrase);
  }
  return phrases;
}

// A family name among the capitals right before it makes the whole a person: "Nguyễn Thái Bình".
function followsFamilyName(from: number): boolean {
  for (let i = from; i > 0 && from - i < 3 && tokenGap[i] === gap.space && isCapitalAt(i - 1); i--) {
    if (isFamilyName(keyAt(i - 1))) return true;
  }
  return false;
}

function isAbroad(to: number): boolean {
  for (let i = to; i < Math.min(to + 5, tokenCount - 1); i++) {
    if (isCapitalAt(i) && keyAt(i) === 'trung' && keyAt(i + 1) === 'quốc') return tokenGap[i] === gap.comma || i > to;
  }
  return false;
}

type Verdict = 'yes' | 'no' | 'ask';

function judge(match: Match, startsName: boolean, isShouted: boolean, inList: boolean): Verdict {
  const { entry, from, to } = match;
  if (entry.codes.length === 0 || isAbroad(to)) return 'no';
  if (isShouted) return entry.trust === 'sure' ? 'yes' : 'no';
  // A name that brings its own title needs none.
  if (entry.capitals[0] === false) return 'yes';
  const before = phrasesBefore(from);
  const isSingle = entry.codes.length === 1;
  if (inList || isOneOf(adminWords, before)) return isSingle ? 'yes' : 'ask';
  if (isOneOf(personWords, before) || followsFamilyName(from)) return 'no';
  const isCommune = isOneOf(communeWords, before);
  const isThing = isOneOf(thingWords, before);
  const runsOn =
    to < tokenCount && tokenGap[to] === gap.space && isCapitalAt(to) && isSyllable(keyAt(to)) && !startsName;
  if (entry.trust === 'weak') return isThing || runsOn ? 'no' : 'ask';
  if (before[0] === 'đường' && before[1] !== 'trên đường') return 'no';
  // Communes are named like districts elsewhere, and since 2025 like the one they were.
  if (entry.level === 'district') return runsOn || isCommune ? 'ask' : 'yes';
  if (isCommune) return 'no';
  return entry.trust === 'careful' && (isThing || runsOn) ? 'no' : 'yes';
}

function isShoutedText(text: string): boolean {
  let [letters, capitals] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const kind = classAt(text, i);
    if ((kind & letter) !== 0) letters++;
    if ((kind & upper) !== 0) capitals++;
  }
  return letters > 12 && capitals > letters * 0.7;
}

type Seen = { match: Match; verdict: Verdict; hasUnit: boolean };

function readText(text: string): Seen[] {
  tokenize(text);
  const matches: Match[] = [];
  for (let i = 0; i < tokenCount; ) {
    const match = matchAt(i);
    if (match !== null) matches.push(match);
    i = match?.to ?? i + 1;
  }
  if (matches.length === 0) return [];
  const isShouted = isShoutedText(text);
  const starts = new Set(matches.map((match) => match.from));
  let listEnd = -1;
  return matches.map((match) => {
    const before = phrasesBefore(match.from);
    // "các huyện Mộc Châu, Vân Hồ và Yên Châu": the title reaches along the list.
    const joint = tokenGap[match.from];
    const inList =
      listEnd >= 0 &&
      ((match.from === listEnd && (joint === gap.comma || joint === gap.dash)) ||
        (match.from === listEnd + 1 && keyAt(listEnd) === 'và'));
    const hasAdmin = inList || isOneOf(adminWords, before);
    const hasUnit = hasAdmin || isOneOf(communeWords, before);
    const verdict = judge(match, starts.has(match.to), isShouted, inList && match.entry.level === 'district');
    listEnd = hasAdmin && match.entry.level === 'district' ? match.to : -1;
    return { match, verdict, hasUnit };
  });
}

/**
 * The places named in a title and a lead, in order of appearance, each once. Names need their capitals, the longest name
 * wins, a person, street or company named like a place is none. A name that several provinces have, or that is also a
 * common name, counts only when the same text names its province, or when that is `home`, the province of the paper.
 * Linear; only the beginning of long texts is read.
 */
export function findPlaces(title: string, lead: string, home: string | null = null): FoundPlace[] {
  const inTitle = readText(title.slice(0, maxTitleChars));
  const seen = [...inTitle, ...readText(lead.slice(0, maxLeadChars))];
  const certain = new Set(seen.flatMap(({ match, verdict }) => (verdict === 'yes' ? match.entry.codes : [])));
  const found = new Map<string, FoundPlace>();
  for (const [at, { match, verdict, hasUnit }] of seen.entries()) {
    if (verdict === 'no') continue;
    const { codes, name, level } = match.entry;
    const near = codes.filter((code) => certain.has(code));
    // The paper's own province decides only for what is called a district: "Bình Minh" alone may be the dawn.
    const options =
      verdict === 'yes'
        ? codes
        : near.length > 0
          ? near
          : hasUnit && home !== null && codes.includes(home)
            ? [home]
            : [];
    const [code] = options;
    if (code === undefined || options.length > 1) continue;
    const key = `${code} ${name}`;
    if (!found.has(key)) found.set(key, { code, name, level, isInTitle: at < inTitle.length });
  }
  return [...found.values()];
}

/**
 * The province an article tells of: the one its title names, else its lead; with several, the one named first. Null when
 * it names none.
 */
export function provinceOf(title: string, lead: string, home: string | null = null): string | null {
  return findPlaces(title, lead, home)[0]?.code ?? null;
}

const mostNamed = 3;

/**
 * Codes of the provinces an article is about, by the places found in it: those its title names, at most three; when it names none,
 * the first of its lead. A lead often names where somebody comes from, a title hardly ever.
 */
export function namedProvinces(places: readonly FoundPlace[]): string[] {
  const titled = places.filter((place) => place.isInTitle);
  const about = titled.length > 0 ? titled : places.slice(0, 1);
  return [...new Set(about.map((place) => place.code))].slice(0, mostNamed);
}
