// A body and its Content-Encoding → plain bytes, one layer only and never more than asked for.
import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { FetchError } from '../errors.ts';

type Limits = { maxOutputLength: number; chunkSize?: number };
type Way = {
  /** In a thread of the pool, whatever the size. */
  aside: (bytes: Buffer, limits: Limits) => Promise<Buffer>;
  /** Here and now. */
  here: (bytes: Buffer, limits: Limits) => Buffer;
};

const gzipWay: Way = { aside: promisify(gunzip), here: gunzipSync };
const zlibWay: Way = { aside: promisify(inflate), here: inflateSync };
const rawWay: Way = { aside: promisify(inflateRaw), here: inflateRawSync };
const brotliWay: Way = { aside: promisify(brotliDecompress), here: brotliDecompressSync };
const zstdWay: Way = { aside: promisify(zstdDecompress), here: zstdDecompressSync };

// A usual feed unpacks in 0.3 ms; handing it to another thread and back costs this one nearly as much again. What holds more than it seems
// to is given up here and unpacked aside.
const smallWire = 64 * 1_024;
const smallPlain = 1 << 20;

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

// Gzip ends with the size of what it holds (RFC 1952 §2.3.1): one piece of that size instead of many small ones. Only a hint.
const unzippedSize = (bytes: Buffer) =>
  Math.min(Math.max(bytes.readUInt32LE(Math.max(bytes.length - 4, 0)) + 1, 4_096), 1 << 20);

// "deflate" means zlib by RFC 9110 §8.4.1.2, yet raw deflate is sent as well: the first byte's low nibble tells.
const isZlib = (bytes: Buffer) =>
  bytes.length > 1 && ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;

// Said by servers that mean the charset or nothing at all: no coding, the bytes are as they are.
const isNoCoding = (name: string) =>
  /^(?:|identity|none|binary|8bit|utf-?8|windows-\d+|iso-8859-\d+|us-ascii)$/.test(name);

/**
 * Decompresses gzip, deflate, br or zstd. A body labelled gzip that is not gzip passes as it is (seen behind proxies that
 * unpack and keep the label). Truncated or corrupt data, more than one layer, an unknown coding, and more than `maxBytes`
 * throw FetchError (`net.encoding`, `net.too_large`).
 */
export async function decompress(wire: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const codings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const coding = codings.filter((name) => !isNoCoding(name)).join(', ');
  if (wire.length === 0 || coding === '') return within(wire, maxBytes);
  const isZip = coding === 'gzip' || coding === 'x-gzip';
  try {
    if (isZip) return isGzip(wire) ? await unpack(gzipWay, wire, maxBytes, unzippedSize(wire)) : within(wire, maxBytes);
    if (coding === 'deflate') return await unpack(isZlib(wire) ? zlibWay : rawWay, wire, maxBytes);
    if (coding === 'br') return await unpack(brotliWay, wire, maxBytes);
    if (coding === 'zstd') return await unpack(zstdWay, wire, maxBytes);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (isTooLarge(error))
      throw new FetchError('net.too_large', `the answer unpacks to more than ${maxBytes} bytes`, {
        weight: 'hard',
        cause: error,
      });
    throw new FetchError('net.encoding', `the ${coding} body is broken or cut short`, {
      weight: 'temporary',
      cause: error,
    });
  }
  throw new FetchError('net.encoding', `the answer is packed as "${coding.slice(0, 60)}"`, { weight: 'soft' });
}

async function unpack(way: Way, wire: Buffer, maxBytes: number, chunkSize?: number): Promise<Buffer> {
  const hint = chunkSize === undefined ? {} : { chunkSize };
  if (wire.length <= smallWire) {
    try {
      return way.here(wire, { ...hint, maxOutputLength: Math.min(maxBytes, smallPlain) });
    } catch (error) {
      if (!isTooLarge(error) || maxBytes <= smallPlain) throw error;
    }
  }
  return way.aside(wire, { ...hint, maxOutputLength: maxBytes });
}

const isTooLarge = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

function within(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length > maxBytes)
    throw new FetchError('net.too_large', `the answer is larger than ${maxBytes} bytes`, { weight: 'hard' });
  return bytes;
}
