// A source's document as bytes → its marks and warnings, and each new entry as the row that is stored, cleaned. Pure; runs in the reader's thread.
import type { EntryWords, Warning } from '../domain.ts';
import { compactKey } from '../text/compact-key.ts';
import { findPlaces, namedProvinces } from '../text/place-find.ts';
import { packSketch, sketchOf } from '../text/sketch.ts';
import { toDrafts } from './draft.ts';
import { countFilled } from './fill-count.ts';
import { packMarks, unpackMarks } from './kinds/item-hash.ts';
import { kindOf, readSource } from './kinds/list.ts';
import { listedAt } from './listed-at.ts';
import { type LackingItem, seedOf, splitLacking } from './page-wishes.ts';
import type { ParsedFeed } from './parsed.ts';
import { openRows, putRow, readRow } from './row.ts';
import type { SourceRules } from './rules.ts';
import { toWords } from './words.ts';

/** A document and what of its source decides how it is read. */
export type DocumentJob = {
  kind: string;
  rules: SourceRules;
  bytes: Uint8Array;
  /** Address the bytes came from, after redirects. */
  url: string;
  headers: Record<string, string>;
  /** IANA zone meant by dates without one. */
  zone: string;
  now: Date;
  sourceId: number;
  section: string | null;
  province: string | null;
  /** No document of this source was read before. */
  isFirst: boolean;
  /** Packed marks of the items that need not be read; null = none. */
  known: Uint8Array | null;
  /** Which articles' own pages are wanted: none (the default), those with little text, or all. */
  pages?: 'none' | 'short' | 'all';
};

/** What drafting needs of a job. */
export type DraftJob = Pick<DocumentJob, 'url' | 'now' | 'sourceId' | 'section' | 'province' | 'isFirst' | 'pages'> & {
  isLacking?: boolean;
};

/** An entry in short. `start` and `end` bound its row (a NewEntry with compact keys, see row.ts) in the document's `rows`. */
export type ReadEntry = {
  keys: string[];
  fingerprint: string;
  title: string;
  url: string | null;
  publishedAt: Date;
  /** UTF-8 bytes of its clean body. */
  bodyBytes: number;
  /** Present where its own page may say more: the item as its source wrote it. */
  seed?: string;
  start: number;
  end: number;
};

/** What a document held. `marks` are those of all its items, packed (marks.ts); `entries` those of the ones that are not known, in the order of the document. */
export type ReadDocument = {
  feed: Omit<ParsedFeed, 'items' | 'marks' | 'warnings'>;
  marks: Uint8Array<ArrayBuffer>;
  entries: ReadEntry[];
  rows: Uint8Array<ArrayBuffer>;
  /** Items without headline or date, of kinds whose articles' pages are asked for them; no entries yet. */
  lacking: LackingItem[];
  /** Of the same kinds: how many of the items read have each field. */
  fill: { field: string; seen: number; filled: number }[];
  isFirst: boolean;
  isWantingPages: boolean;
  warnings: Warning[];
};

// Bytes of an article of some 2,000 characters: what is made room for at first.
const usualRow = 4_000;

/**
 * Reads a document whole: decoding, parsing, drafting, cleaning, in time linear in its bytes. Throws NotAFeedError and nothing else; faults of
 * single items are warnings.
 */
export function readDocument(job: DocumentJob): ReadDocument {
  const feed = readSource(job.kind, job.bytes, {
    url: job.url,
    headers: job.headers,
    zone: job.zone,
    now: job.now,
    rules: job.rules,
    known: unpackMarks(job.known),
    ...(job.headers['content-type'] ? { contentType: job.headers['content-type'] } : {}),
  });
  return draftDocument(feed, { ...job, isLacking: kindOf(job.kind)?.isLacking === true });
}

/** The second half of `readDocument`: what a reader of any kind found → rows that can be stored. */
export function draftDocument({ items: all, marks, warnings, ...feed }: ParsedFeed, job: DraftJob): ReadDocument {
  const isLacking = job.isLacking === true;
  const { whole: items, lacking } = isLacking ? splitLacking(all) : { whole: all, lacking: [] };
  const isWantingPages = job.pages !== undefined && job.pages !== 'none';
  const drafted = toDrafts({ ...feed, items, marks, warnings }, job);
  const writer = openRows(drafted.drafts.length * usualRow);
  const entries = drafted.drafts.map((draft): ReadEntry => {
    const keys = draft.keys.map(compactKey);
    const { title, url, publishedAt, isDateGuess, fingerprint } = draft;
    const words = toWords(draft, { section: job.section, baseUrl: job.url });
    // Made here, where the text is in hand, so that clustering need not read the entry again.
    const sketch = packSketch(sketchOf({ title: words.title, summary: words.summary, html: words.bodyHtml }));
    const start = writer.end;
    putRow(writer, {
      ...words,
      keys,
      province: job.province,
      publishedAt,
      isDateGuess,
      listedAt: listedAt(draft, job),
      sketch,
      places: namedProvinces(findPlaces(words.title, words.summary, job.province)),
    });
    const { end } = writer;
    const bodyBytes = Buffer.byteLength(words.bodyHtml);
    const entry: ReadEntry = { keys, fingerprint, title, url, publishedAt, bodyBytes, start, end };
    const seed = isLacking || isWantingPages ? seedOf(draft, bodyBytes, job) : null;
    if (seed !== null) entry.seed = seed;
    return entry;
  });
  return {
    feed,
    // Bytes of its own: fifty strings would be taken apart and made anew on their way to another thread.
    marks: packMarks(marks),
    entries,
    // Exactly its bytes: what goes to another thread takes its whole buffer along.
    rows: new Uint8Array(writer.bytes.buffer.transfer(writer.end)),
    lacking,
    fill: isLacking ? countFilled(all) : [],
    isFirst: job.isFirst,
    isWantingPages,
    warnings: [...warnings, ...drafted.warnings],
  };
}

/** The bytes of an entry's row. */
export const rowOf = (document: Pick<ReadDocument, 'rows'>, entry: ReadEntry): Uint8Array =>
  document.rows.subarray(entry.start, entry.end);

/** The words in an entry's row. */
export function wordsOf(document: Pick<ReadDocument, 'rows'>, entry: ReadEntry): EntryWords {
  const { url, title, summary, bodyHtml, authors, categories, media, section, updatedAt, fingerprint } = readRow(
    rowOf(document, entry),
  );
  return { url, title, summary, bodyHtml, authors, categories, media, section, updatedAt, fingerprint };
}
