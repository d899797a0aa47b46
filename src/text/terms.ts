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

type Token = { hash: number; isStop: boolean; isCapital: boolean };

// Vietnamese has some 7,000 syllables; the bound only keeps strange text from filling the memory. Known by the hash of their
// characters: to make a string of each word first would cost more than all the rest.
const maxKnownTokens = 50_000;
const knownTokens = new Map<number, Token>();

function readToken(text: string, from: number, to: number): Token {
  let key = to - from;
  for (let i = from; i < to; i++) key = Math.imul(key ^ text.charCodeAt(i), 0x01000193) ^ (key >>> 15);
  const known = knownTokens.get(key);
  if (known !== undefined) return known;
  const raw = text.slice(from, to);
  const lower = placeToneMarks(raw).toLowerCase();
  const token = {
    hash: hashText(lower),
    isStop: lower.length === 1 || stops.has(lower),
    isCapital: /^\p{Lu}/u.test(raw),
  };
  if (knownTokens.size >= maxKnownTokens) knownTokens.clear();
  knownTokens.set(key, token);
  return token;
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

type Run = { from: number; to: number; hash: number; tokens: number };

// Reads one text of the article once, from left to right.
function readText(text: string, weight: number, labels: Map<number, string>, isShouted: boolean): void {
  let run: Run | null = null;
  let startsSentence = true;
  let previous: Token | null = null;

  const endRun = () => {
    // A single capitalised word is a name only where no sentence begins.
    if (run !== null && run.tokens > 0 && run.tokens <= maxNameTokens) {
      const name = asTerm(run.hash, termKind.name);
      add(name, weight);
      if (labels.size < maxLabels && !labels.has(name)) labels.set(name, text.slice(run.from, run.to));
    }
    run = null;
  };

  for (let i = 0; i < text.length; ) {
    const kind = classes[text.charCodeAt(i)];
    if (kind === between || kind === closing) {
      if (text.charCodeAt(i) !== space) {
        endRun();
        previous = null;
        if (kind === closing) startsSentence = true;
      }
      i++;
      continue;
    }
    const from = i;
    i = endOfToken(text, i);
    const token = readToken(text, from, i);
    if (token.isCapital && !isShouted) {
      if (run === null) run = { from, to: i, hash: token.hash, tokens: startsSentence ? 0 : 1 };
      else run = { from: run.from, to: i, hash: mix(run.hash, token.hash), tokens: Math.max(run.tokens, 1) + 1 };
    } else endRun();
    startsSentence = false;
    if (!token.isStop) add(asTerm(token.hash, termKind.syllable), weight);
    if (previous !== null && !(token.isStop && previous.isStop))
      add(asTerm(mix(previous.hash, token.hash), termKind.pair), weight);
    previous = token;
  }
  endRun();
}

// Dots, commas, slashes and hyphens inside a number belong to it: 1.500, 20/5, MS-804.
function endOfToken(text: string, start: number): number {
  let i = start;
  for (;;) {
    let kind = classes[text.charCodeAt(i)];
    while (kind === letter || kind === digit) kind = classes[text.charCodeAt(++i)];
    if (
      classes[text.charCodeAt(i - 1)] !== digit ||
      classes[text.charCodeAt(i + 1)] !== digit ||
      !'.,/-'.includes(text.charAt(i) || ' ')
    )
      return i;
    i++;
  }
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
