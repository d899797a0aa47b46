// Title and lead of an article → the places of Vietnam it names, each with the code of today's province.
import { isFamilyName } from './person.ts';
import { carefulProvinces, districts, notPlaces, provinceAliases } from './place-names.ts';
import { provinces } from './place.ts';
import { gap, gapAt, isCapitalAt, isShoutedText, readWords, slotAt, wordAt, wordSlots } from './place-words.ts';
import { isSyllable, placeToneMarks } from './vietnamese.ts';

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

const maxTitleChars = 400;
const maxLeadChars = 2_000;

const root: Node = { next: new Map(), entry: null };

// By the hash of a word's characters: whether any name begins with it. Most words are done with by this.
const beginsName = new Uint8Array(wordSlots);

function addEntry(spelling: string, name: string, codes: string[], level: FoundPlace['level'], trust: Trust): void {
  const count = readWords(spelling);
  beginsName[slotAt(0)] = 1;
  let node = root;
  const capitals: boolean[] = [];
  for (let i = 0; i < count; i++) {
    const key = wordAt(i);
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

function matchAt(from: number, count: number): Match | null {
  if (beginsName[slotAt(from)] === 0) return null;
  let node = root;
  let best: Match | null = null;
  let dashed = false;
  for (let i = from; i < count; i++) {
    if (i > from) {
      if (gapAt(i) === gap.dash) dashed = true;
      else if (gapAt(i) !== gap.space && gapAt(i) !== gap.dot) break;
    }
    const next = node.next.get(wordAt(i));
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
    if (gapAt(i) !== gap.space && !(gapAt(i) === gap.dot && i === from)) break;
    const key = wordAt(i - 1);
    phrase = phrase === '' ? key : `${key} ${phrase}`;
    phrases.push(phrase);
  }
  return phrases;
}

// A family name among the capitals right before it makes the whole a person: "Nguyễn Thái Bình".
function followsFamilyName(from: number): boolean {
  for (let i = from; i > 0 && from - i < 3 && gapAt(i) === gap.space && isCapitalAt(i - 1); i--) {
    if (isFamilyName(wordAt(i - 1))) return true;
  }
  return false;
}

function isAbroad(to: number): boolean {
  for (let i = to; i < to + 5; i++) {
    if (isCapitalAt(i) && wordAt(i) === 'trung' && wordAt(i + 1) === 'quốc') return gapAt(i) === gap.comma || i > to;
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
  const runsOn = gapAt(to) === gap.space && isCapitalAt(to) && isSyllable(wordAt(to)) && !startsName;
  if (entry.trust === 'weak') return isThing || runsOn ? 'no' : 'ask';
  if (before[0] === 'đường' && before[1] !== 'trên đường') return 'no';
  // Communes are named like districts elsewhere, and since 2025 like the one they were.
  if (entry.level === 'district') return runsOn || isCommune ? 'ask' : 'yes';
  if (isCommune) return 'no';
  return entry.trust === 'careful' && (isThing || runsOn) ? 'no' : 'yes';
}

type Seen = { match: Match; verdict: Verdict; hasUnit: boolean };

function readText(text: string): Seen[] {
  const count = readWords(text);
  const matches: Match[] = [];
  for (let i = 0; i < count; ) {
    const match = matchAt(i, count);
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
    const joint = gapAt(match.from);
    const inList =
      listEnd >= 0 &&
      ((match.from === listEnd && (joint === gap.comma || joint === gap.dash)) ||
        (match.from === listEnd + 1 && wordAt(listEnd) === 'và'));
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
