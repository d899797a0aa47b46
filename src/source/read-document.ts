// A source's document as bytes → its marks and warnings, and each new entry as the row that is stored, cleaned. Pure; runs in the reader's thread.
import type { EntryWords, Warning } from '../domain.ts';
import { compactKey } from '../text/compact-key.ts';
import { toDrafts } from './draft.ts';
import { unpackMarks } from './kinds/item-hash.ts';
import { readSource } from './kinds/list.ts';
import { listedAt } from './listed-at.ts';
import type { ParsedFeed } from './parsed.ts';
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
};

/** An entry in short. `start` and `end` bound its row (a NewEntry with compact keys, as JSON in UTF-8) in the document's `rows`. */
export type ReadEntry = {
  keys: string[];
  fingerprint: string;
  title: string;
  url: string | null;
  publishedAt: Date;
  /** UTF-8 bytes of its clean body. */
  bodyBytes: number;
  start: number;
  end: number;
};

/** What a document held. `marks` are those of all its items; `entries` those of the ones that are not known, in the order of the document. */
export type ReadDocument = {
  feed: Omit<ParsedFeed, 'items' | 'marks' | 'warnings'>;
  marks: string[];
  entries: ReadEntry[];
  rows: Uint8Array<ArrayBuffer>;
  warnings: Warning[];
};

/**
 * Reads a document whole: decoding, parsing, drafting, cleaning, in time linear in its bytes. Throws NotAFeedError and nothing else; faults of
 * single items are warnings.
 */
export function readDocument(job: DocumentJob): ReadDocument {
  const { items, marks, warnings, ...feed } = readSource(job.kind, job.bytes, {
    url: job.url,
    headers: job.headers,
    zone: job.zone,
    now: job.now,
    rules: job.rules,
    known: unpackMarks(job.known),
    ...(job.headers['content-type'] ? { contentType: job.headers['content-type'] } : {}),
  });
  const drafted = toDrafts({ ...feed, items, marks, warnings }, job);
  const rows: Buffer[] = [];
  let end = 0;
  const entries = drafted.drafts.map((draft): ReadEntry => {
    const keys = draft.keys.map(compactKey);
    const { title, url, publishedAt, isDateGuess, fingerprint } = draft;
    const words = toWords(draft, { section: job.section, baseUrl: job.url });
    const row = { ...words, keys, province: job.province, publishedAt, isDateGuess, listedAt: listedAt(draft, job) };
    const bytes = Buffer.from(JSON.stringify(row));
    rows.push(bytes);
    const start = end;
    end += bytes.length;
    return { keys, fingerprint, title, url, publishedAt, bodyBytes: Buffer.byteLength(words.bodyHtml), start, end };
  });
  const all = new Uint8Array(end);
  entries.forEach((entry, index) => all.set(rows[index] ?? [], entry.start));
  return { feed, marks, entries, rows: all, warnings: [...warnings, ...drafted.warnings] };
}

/** The bytes of an entry's row. */
export const rowOf = (document: Pick<ReadDocument, 'rows'>, entry: ReadEntry): Uint8Array =>
  document.rows.subarray(entry.start, entry.end);

/** The words in an entry's row. */
export function wordsOf(document: Pick<ReadDocument, 'rows'>, entry: ReadEntry): EntryWords {
  const words = JSON.parse(Buffer.from(rowOf(document, entry)).toString()) as Omit<EntryWords, 'updatedAt'> & {
    updatedAt: string | null;
  };
  return { ...words, updatedAt: words.updatedAt === null ? null : new Date(words.updatedAt) };
}
