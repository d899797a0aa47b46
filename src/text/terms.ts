// Title, lead and body of an article → its weighted terms: syllables, pairs of syllables, proper names, places.
import { type FoundPlace, findPlaces } from './place-find.ts';
import { placeToneMarks, toNfc } from './vietnamese.ts';

/** What a term is made of: the two lowest bits of its number. */
export const termKind = { syllable: 0, pair: 1, name: 2, place: 3 } as const;
export type TermKind = (typeof termKind)[keyof typeof termKind];

/** Texts of an article: plain text in any Unicode form; empty where it has none. */
export type ArticleText = {
  title: string;
  lead: string;
  body: string;
  /** Code of the province its paper is at home in, which tells places of one name apart; absent or null = unknown. */
  home?: string | null;
};

export type ArticleTerms = {
  /**
   * The distinct terms in the order in which they first occur, at most 12,000. A term is a signed 32-bit number: a hash with
   * the term's kind in its two lowest bits; equal terms of any two articles have equal numbers.
   */
  terms: Int32Array;
  /** How often each occurs, in the order of `terms`; in title and lead counted several times. */
  counts: Float32Array;
  /** How the article writes its names and places, by term, at most 200: what a person is told of a shared term. */
  labels: Map<number, string>;
  /** The places that title and lead name, in order. */
  places: FoundPlace[];
};

/** The kind of a term. */
export function kindOf(term: number): TermKind {
  return (term & 3) as TermKind;
}

const titleWeight = 4;
const leadWeight = 1.5;
const placeWeight = 2;
// What an article is about stands in its beginning, and a whole book must not cost more than an article.
const maxTitleChars = 400;
const maxLeadChars = 2_000;
const maxBodyChars = 6_000;
const maxNameTokens = 6;
const maxLabels = 200;

// Words that say nothing of what an article is about: function words, and the words all news is made of.
const stopWords =
  'và của là có được cho trong với các những này đã để khi từ không người một theo tại đến ra về cũng vào như trên sau sẽ do ' +
  'bị đó hay hoặc nhưng mà thì lại còn đang rất nhiều ông bà anh chị ngày năm tháng giờ phút nay nên vì bằng qua phải đây ' +
  'hơn nhất cùng trước đều cả việc làm cần biết hiện rằng nếu nhận thể mới vẫn chỉ mình thêm lên giữa bởi ở nào gì ai ấy ' +
  'kia thế vậy tới nhau chưa hết vừa từng mỗi mọi hai ba bốn sáu bảy tám chín mười số lần khác điều nói cao đi thấy ' +
  'dù tuy nhằm nó họ tôi chúng ta em cô chú bác đồng thời tục tiếp bao nhiêu giúp lúc gần ngoài toàn dưới sang sáng ' +
  'chiều tối hôm tin ảnh phóng viên báo bài video clip nguồn quý vị bạn đọc';
const stops = new Set(stopWords.split(' '));

function hashText(text: string): number {
  let h = 0x9747b28c;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return h ^ (h >>> 13);
}

function mix(a: number, b: number): number {
  const h = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x2c1b3c6d);
  return h ^ (h >>> 14);
}

const asTerm = (hash: number, kind: TermKind) => (hash & ~3) | kind;

// Terms are counted in an open hash table that all articles share in turn: a tenth of what a Map of each article costs.
const slotBits = 14;
const slotMask = (1 << slotBits) - 1;
const maxDistinct = 12_000;
const slotTerms = new Int32Array(1 << slotBits);
const slotCounts = new Float32Array(1 << slotBits);
const usedSlots = new Uint16Array(maxDistinct);
let distinct = 0;

// A count of 0 marks an empty slot; what is added is never 0.
function add(term: number, weight: number): void {
  let slot = Math.imul(term, 0x9e3779b1) >>> (32 - slotBits);
  while (slotCounts[slot] !== 0) {
    if (slotTerms[slot] === term) {
      slotCounts[slot] = (slotCounts[slot] ?? 0) + weight;
      return;
    }
    slot = (slot + 1) & slotMask;
  }
  if (distinct === maxDistinct) return;
  slotTerms[slot] = term;
  slotCounts[slot] = weight;
  usedSlots[distinct++] = slot;
}

function takeCounted(): { terms: Int32Array; counts: Float32Array } {
  const terms = new Int32Array(distinct);
  const counts = new Float32Array(distinct);
  for (let i = 0; i < distinct; i++) {
    const slot = usedSlots[i] ?? 0;
    terms[i] = slotTerms[slot] ?? 0;
    counts[i] = slotCounts[slot] ?? 0;
    slotCounts[slot] = 0;
  }
  distinct = 0;
  return { terms, counts };
}

// Vietnamese has some 7,000 syllables; the bound only keeps strange text from filling the memory. Known by the hash of their
// characters, in an open hash table: to make a string of each word first would cost more than all the rest.
const tokenBits = 16;
const tokenMask = (1 << tokenBits) - 1;
const maxKnownTokens = 40_000;
const tokenKeys = new Int32Array(1 << tokenBits);
const tokenHashes = new Int32Array(1 << tokenBits);
const tokenKinds = new Uint8Array(1 << tokenBits);
let knownTokens = 0;
const isKnown = 1;
const isStop = 2;
const isCapital = 4;

function learnToken(slot: number, key: number, raw: string): number {
  if (knownTokens >= maxKnownTokens) {
    tokenKinds.fill(0);
    knownTokens = 0;
    return tokenAt(key, raw, 0, raw.length);
  }
  const lower = placeToneMarks(raw).toLowerCase();
  knownTokens++;
  tokenKeys[slot] = key;
  tokenHashes[slot] = hashText(lower);
  tokenKinds[slot] =
    isKnown | (lower.length === 1 || stops.has(lower) ? isStop : 0) | (/^\p{Lu}/u.test(raw) ? isCapital : 0);
  return slot;
}

// Where the table holds the token of text[from…to), whose characters hash to `key`.
function tokenAt(key: number, text: string, from: number, to: number): number {
  let slot = Math.imul(key, 0x9e3779b1) >>> (32 - tokenBits);
  while (tokenKinds[slot] !== 0) {
    if (tokenKeys[slot] === key) return slot;
    slot = (slot + 1) & tokenMask;
  }
  return learnToken(slot, key, text.slice(from, to));
}

// A table of UTF-16 units: four times faster than a regular expression with Unicode classes.
const space = 32;
const between = 0;
const letter = 1;
const digit = 2;
const closing = 3;
const classes = new Uint8Array(65_536);
for (let code = 0; code < 65_536; code++) {
  const char = String.fromCharCode(code);
  if (/[\p{L}\p{M}]/u.test(char)) classes[code] = letter;
  else if (/\p{N}/u.test(char)) classes[code] = digit;
  else if (/[^\s,"'“”‘’()-]/u.test(char) || char === '\n') classes[code] = closing;
}

type Name = { text: string; from: number; to: number; hash: number; tokens: number };

// A single capitalised word is a name only where no sentence begins.
function addName({ text, from, to, hash, tokens }: Name, weight: number, labels: Map<number, string>): void {
  if (tokens < 1 || tokens > maxNameTokens) return;
  const name = asTerm(hash, termKind.name);
  add(name, weight);
  if (labels.size < maxLabels && !labels.has(name)) labels.set(name, text.slice(from, to));
}

// What ended last: the index behind it.
let tokenEnd = 0;

// The hash of the characters of the token at `from`. Dots, commas, slashes and hyphens inside a number belong to it: 1.500, 20/5, MS-804.
// Never asked beyond the end, where charCodeAt answers NaN: that alone made the loop four times slower.
function hashToken(text: string, from: number): number {
  const { length } = text;
  let key = 0;
  let i = from;
  let kind = 0;
  for (;;) {
    let last = kind;
    let code = 0;
    while (i < length) {
      code = text.charCodeAt(i);
      kind = classes[code] ?? between;
      if (kind !== letter && kind !== digit) break;
      last = kind;
      key = Math.imul(key ^ code, 0x01000193) ^ (key >>> 15);
      i++;
    }
    const joins = code === 0x2e || code === 0x2c || code === 0x2f || code === 0x2d;
    if (!joins || last !== digit || i + 1 >= length || classes[text.charCodeAt(i + 1)] !== digit) break;
    key = Math.imul(key ^ code, 0x01000193) ^ (key >>> 15);
    i++;
  }
  tokenEnd = i;
  return key ^ (i - from);
}

// Reads one text of the article once, from left to right.
function readText(text: string, weight: number, labels: Map<number, string>, isShouted: boolean): void {
  const run: Name = { text, from: 0, to: 0, hash: 0, tokens: -1 };
  let startsSentence = true;
  let hasPrevious = false;
  let previousHash = 0;
  let previousStops = false;
  const { length } = text;
  for (let i = 0; i < length; ) {
    const code = text.charCodeAt(i);
    const kind = classes[code];
    if (kind === between || kind === closing) {
      if (code !== space) {
        if (run.tokens > 0) addName(run, weight, labels);
        run.tokens = -1;
        hasPrevious = false;
        if (kind === closing) startsSentence = true;
      }
      i++;
      continue;
    }
    const from = i;
    const key = hashToken(text, i);
    i = tokenEnd;
    const slot = tokenAt(key, text, from, i);
    const hash = tokenHashes[slot] ?? 0;
    const flags = tokenKinds[slot] ?? 0;
    if ((flags & isCapital) !== 0 && !isShouted) {
      if (run.tokens < 0) {
        run.from = from;
        run.hash = hash;
        run.tokens = startsSentence ? 0 : 1;
      } else {
        run.hash = mix(run.hash, hash);
        run.tokens = Math.max(run.tokens, 1) + 1;
      }
      run.to = i;
    } else {
      if (run.tokens > 0) addName(run, weight, labels);
      run.tokens = -1;
    }
    startsSentence = false;
    const stops = (flags & isStop) !== 0;
    if (!stops) add(asTerm(hash, termKind.syllable), weight);
    if (hasPrevious && !(stops && previousStops)) add(asTerm(mix(previousHash, hash), termKind.pair), weight);
    hasPrevious = true;
    previousHash = hash;
    previousStops = stops;
  }
  if (run.tokens > 0) addName(run, weight, labels);
}

// A headline in capitals throughout names nobody.
function isShouted(text: string): boolean {
  const start = text.slice(0, 160);
  const [upper, lower] = [start.toUpperCase(), start.toLowerCase()];
  let [capitals, smalls] = [0, 0];
  for (let i = 0; i < start.length; i++) {
    const code = start.charCodeAt(i);
    if (code !== lower.charCodeAt(i)) capitals++;
    else if (code !== upper.charCodeAt(i)) smalls++;
  }
  return capitals > smalls;
}

/** The term of a place: equal for every article that names it, whatever alias it uses. */
export function placeTerm(place: { code: string; name: string }): number {
  return asTerm(hashText(`${place.code} ${place.name}`), termKind.place);
}

/**
 * The terms of an article for finding related ones. Marks count, their placement and Unicode form do not. Only the
 * beginning of a very long text is read; linear in what is read.
 */
export function termsOf(article: ArticleText): ArticleTerms {
  const labels = new Map<number, string>();
  const title = toNfc(article.title.slice(0, maxTitleChars));
  const lead = toNfc(article.lead.slice(0, maxLeadChars));
  const places = findPlaces(title, lead, article.home ?? null);
  for (const place of places) {
    const term = placeTerm(place);
    if (!labels.has(term)) add(term, placeWeight);
    labels.set(term, place.name);
  }
  readText(title, titleWeight, labels, isShouted(title));
  readText(lead, leadWeight, labels, isShouted(lead));
  readText(toNfc(article.body.slice(0, maxBodyChars)), 1, labels, false);
  return { ...takeCounted(), labels, places };
}
