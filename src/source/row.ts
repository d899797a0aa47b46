// A new entry → the row PostgreSQL takes as it is: the binary form of its type `entry_draft`; and back. Pure; runs in the reader's thread.
import type { Media, NewEntry } from '../domain.ts';

// Column types by PostgreSQL's own fixed numbers (src/include/catalog/pg_type.dat), in the order of the type's columns. A column more needs a type of
// another name: processes of two releases write to one database.
const oid = { bool: 16, bytea: 17, text: 25, texts: 1009, timestamptz: 1184, jsonb: 3802 } as const;
const columns = 17;

const epoch = Date.UTC(2000, 0, 1);
const jsonbVersion = 1;

/** Rows of one document, one behind another; each begins with its length, as an array's element does. */
export type RowWriter = { bytes: Buffer<ArrayBuffer>; end: number };

/** An empty writer with room for `size` bytes; it grows as it must. */
export function openRows(size: number): RowWriter {
  return { bytes: Buffer.allocUnsafeSlow(Math.max(size, 1_024)), end: 0 };
}

function reserve(writer: RowWriter, more: number): void {
  const wanted = writer.end + more;
  if (wanted <= writer.bytes.length) return;
  const bytes = Buffer.allocUnsafeSlow(Math.max(wanted, writer.bytes.length * 2));
  writer.bytes.copy(bytes, 0, 0, writer.end);
  writer.bytes = bytes;
}

function putInt(writer: RowWriter, value: number): void {
  reserve(writer, 4);
  writer.end = writer.bytes.writeInt32BE(value, writer.end);
}

// What follows is counted by the four bytes before it.
function counted(writer: RowWriter, put: () => void): void {
  putInt(writer, 0);
  const start = writer.end;
  put();
  writer.bytes.writeInt32BE(writer.end - start, start - 4);
}

// PostgreSQL holds no NUL in a text; none of ours means anything by it.
function putText(writer: RowWriter, text: string): void {
  const plain = text.includes('\0') ? text.replaceAll('\0', '') : text;
  putInt(writer, 0);
  const start = writer.end;
  reserve(writer, plain.length * 3);
  writer.end += writer.bytes.write(plain, start, 'utf8');
  writer.bytes.writeInt32BE(writer.end - start, start - 4);
}

function putColumn<T>(
  writer: RowWriter,
  type: number,
  value: T | null,
  put: (writer: RowWriter, value: T) => void,
): void {
  putInt(writer, type);
  if (value === null) putInt(writer, -1);
  else put(writer, value);
}

const putTexts = (writer: RowWriter, texts: readonly string[]) =>
  counted(writer, () => {
    for (const head of texts.length === 0 ? [0, 0, oid.text] : [1, 0, oid.text, texts.length, 1]) putInt(writer, head);
    for (const text of texts) putText(writer, text);
  });

const putBytes = (writer: RowWriter, bytes: Uint8Array) => {
  putInt(writer, bytes.length);
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.end);
  writer.end += bytes.length;
};

const putDate = (writer: RowWriter, date: Date) => {
  putInt(writer, 8);
  reserve(writer, 8);
  writer.end = writer.bytes.writeBigInt64BE(BigInt(date.getTime() - epoch) * 1_000n, writer.end);
};

const putBool = (writer: RowWriter, isTrue: boolean) => putBytes(writer, Uint8Array.of(isTrue ? 1 : 0));

const putJson = (writer: RowWriter, value: unknown) =>
  putBytes(
    writer,
    Buffer.concat([Uint8Array.of(jsonbVersion), Buffer.from(JSON.stringify(value).replaceAll('\\u0000', ''))]),
  );

/** Writes one entry behind the others, its keys compact. */
export function putRow(writer: RowWriter, entry: NewEntry): void {
  counted(writer, () => {
    putInt(writer, columns);
    putColumn(writer, oid.texts, entry.keys, putTexts);
    putColumn(writer, oid.text, entry.url, putText);
    putColumn(writer, oid.text, entry.title, putText);
    putColumn(writer, oid.text, entry.summary, putText);
    putColumn(writer, oid.text, entry.bodyHtml, putText);
    putColumn(writer, oid.texts, entry.authors, putTexts);
    putColumn(writer, oid.texts, entry.categories, putTexts);
    putColumn<unknown>(writer, oid.jsonb, entry.media, putJson);
    putColumn(writer, oid.text, entry.section, putText);
    putColumn(writer, oid.text, entry.province, putText);
    putColumn(writer, oid.timestamptz, entry.publishedAt, putDate);
    putColumn(writer, oid.bool, entry.isDateGuess, putBool);
    putColumn(writer, oid.timestamptz, entry.updatedAt, putDate);
    putColumn(writer, oid.timestamptz, entry.listedAt, putDate);
    putColumn(writer, oid.bytea, Buffer.from(entry.fingerprint, 'hex'), putBytes);
    putColumn(writer, oid.bytea, entry.sketch ?? null, putBytes);
    putColumn(writer, oid.texts, entry.places, putTexts);
  });
}

// The columns' bytes in their order, null where there is nothing.
function columnsOf(row: Uint8Array): (Buffer | null)[] {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const found: (Buffer | null)[] = [];
  let at = 8;
  for (let column = 0; column < columns; column++) {
    const length = bytes.readInt32BE(at + 4);
    at += 8;
    found.push(length < 0 ? null : bytes.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return found;
}

const text = (bytes: Buffer | null | undefined): string => bytes?.toString() ?? '';
const textOrNull = (bytes: Buffer | null | undefined): string | null => bytes?.toString() ?? null;

function texts(bytes: Buffer | null | undefined): string[] {
  const found: string[] = [];
  if (bytes === null || bytes === undefined) return found;
  for (let at = 20; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    found.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

const date = (bytes: Buffer | null | undefined): Date | null =>
  bytes === null || bytes === undefined ? null : new Date(Number(bytes.readBigInt64BE() / 1_000n) + epoch);
const isTrue = (bytes: Buffer | null | undefined): boolean => bytes?.[0] === 1;

/** The entry that a row says. */
export function readRow(row: Uint8Array): NewEntry {
  const [keys, url, title, summary, bodyHtml, authors, categories, media, section, province, ...rest] = columnsOf(row);
  const [publishedAt, isDateGuess, updatedAt, listedAt, fingerprint, sketch, places] = rest;
  return {
    keys: texts(keys),
    url: textOrNull(url),
    title: text(title),
    summary: text(summary),
    bodyHtml: text(bodyHtml),
    authors: texts(authors),
    categories: texts(categories),
    media: JSON.parse(text(media?.subarray(1))) as Media[],
    section: textOrNull(section),
    province: textOrNull(province),
    publishedAt: date(publishedAt) ?? new Date(Number.NaN),
    isDateGuess: isTrue(isDateGuess),
    updatedAt: date(updatedAt),
    listedAt: date(listedAt) ?? new Date(Number.NaN),
    fingerprint: fingerprint?.toString('hex') ?? '',
    places: texts(places),
    ...(sketch === null || sketch === undefined ? {} : { sketch }),
  };
}

/** What of a row the flood guard asks for beside the entry in short. */
export function readSummary(row: Uint8Array): { summary: string; isDateGuess: boolean } {
  const [, , , summary, , , , , , , , isDateGuess] = columnsOf(row);
  return { summary: text(summary), isDateGuess: isTrue(isDateGuess) };
}
