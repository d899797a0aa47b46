// Words → the numbers they are indexed by: one for each spelling, every spelling of a word without marks, and pairs of words that everybody uses.
import { fold, isSyllable, placeToneMarks } from './vietnamese.ts';

/**
 * The number of a text in the index: its hash (FNV-1a over UTF-16 units), always negative, so that it is never a month's. Two texts may share one:
 * what the index finds is compared with the words themselves.
 */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0x80000000;
}

// Syllables without marks by how many stories hold them: above a quarter, an eighth, a sixteenth (5,175 Vietnamese articles, headline and
// beginning). Fixed: another list asks for all stories to be indexed anew.
const tiers = [
  'co da cua va trong tai dong cong ngay tu nam cho voi ban',
  'gia do bo cac la o duoc nguoi so nay doi mot tinh thu ve dau de thanh nhan the quan an bi van khi bao dan qua dang nhung khong ra viet truong ' +
    'thong dung 5 du noi tren thi su cung to hang tien vu dinh quoc hien chi nha moi dien den trung vao hoi lai chinh dai sau vi toi thuong lam tang ' +
    'thuc nuoc ca nhieu bat ky',
  'cao nhat phat chuc theo biet nguyen tin san hoa hon vien ha hop thang day hai se sang 2 6 ty chu giao duong nang hanh xa ho 1 tuong phong tam ' +
    'nghi dao tp viec con ong anh vua can mat thoi tri dieu chuyen phu lien pham luong pho danh giai tro giam phan te ket cau cap doan lan luc canh ' +
    'my tham xay minh le bien binh di chung hom truoc ma muc tiep hinh tan 10 tra gioi trieu dat tong sinh xuat 3 chieu may nhu toan 7 mua tuc tich ' +
    'gan trinh xe bac phuong tuoi 4 bai ke tac ly bang lon mang len dia phai tran trang vong chua manh khoang kien 9 quy loi',
].map((tier) => tier.split(' '));
const tierOf = new Map(tiers.flatMap((tier, at) => tier.map((word) => [word, at + 1] as const)));

/** Syllables (without marks) that many stories hold, the commonest first. */
export const commonSyllables: readonly string[] = tiers.flat();

const rare = 9;

/** How rare two neighbours are for which `pairKey` has a number. */
export const pairRarity = 5;

// How rare a word without marks is: 1 for what a quarter of all stories hold, then 2, 3; 9 for all that is not known to be common.
function rarity(plain: string): number {
  return tierOf.get(plain) ?? rare;
}

const letters: Record<string, string> = { a: 'aăâ', d: 'dđ', e: 'eê', o: 'oôơ', u: 'uư' };
const vowel = /[aăâeêioôơuưy]/;
const tones = ['\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];

function spell(plain: string): string[] {
  let bare = [''];
  for (const letter of plain)
    bare = bare.flatMap((start) => [...(letters[letter] ?? letter)].map((one) => start + one));
  const found = new Set([plain]);
  for (const word of bare) {
    const toned = [...word].flatMap((letter, at) =>
      vowel.test(letter)
        ? tones.map((tone) => (word.slice(0, at) + letter + tone + word.slice(at + 1)).normalize('NFC'))
        : [],
    );
    for (const one of [word, ...toned]) if (isSyllable(one) && placeToneMarks(one) === one) found.add(one);
  }
  return [...found];
}

// The longest syllable is `nghiêng`; what is longer has no spelling but its own.
const longest = 7;
const known = new Map<string, readonly number[]>();

/**
 * The numbers of all spellings of a word without marks, its own first: every syllable of Vietnamese that folds to it. Words with marks that are no
 * syllables (`café`) are indexed without them as well, so none is missed.
 */
export function spellingKeys(plain: string): readonly number[] {
  const before = known.get(plain);
  if (before !== undefined) return before;
  const keys = (plain.length <= longest ? spell(plain) : [plain]).map(keyOf);
  if (known.size >= 5_000) known.clear();
  known.set(plain, keys);
  return keys;
}

/**
 * A word as it is indexed: without marks, its numbers (one where its spellings are known, see `spellingKeys`, else a second without marks), and what is
 * asked of neighbours: how rare it is and its number without marks.
 */
export type WordKeys = { plain: string; keys: readonly number[]; rarity: number; plainKey: number };

// Papers use some 7,000 syllables: each is folded once.
const read = new Map<string, WordKeys>();

/** How a word (NFC, lower case, tone marks placed) is indexed. */
export function wordKeys(word: string): WordKeys {
  const before = read.get(word);
  if (before !== undefined) return before;
  const plain = fold(word);
  const plainKey = keyOf(plain);
  const isKnown = plain === word || (word.length <= longest && isSyllable(word));
  const keys = isKnown ? [keyOf(word)] : [keyOf(word), plainKey];
  const found = { plain, keys, rarity: rarity(plain), plainKey };
  if (read.size >= 20_000) read.clear();
  read.set(word, found);
  return found;
}

/**
 * The number of two neighbours, whatever their marks, of which each alone would say little; null when one of them finds few enough stories: no more
 * than a fortieth of all hold both.
 */
export function pairKey(first: WordKeys, second: WordKeys): number | null {
  if (first.rarity + second.rarity > pairRarity) return null;
  return (Math.imul(first.plainKey, 0x01000193) ^ second.plainKey) | 0x80000000;
}
