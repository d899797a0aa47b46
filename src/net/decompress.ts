// A body and its Content-Encoding → plain bytes, one layer only and never more than asked for.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { FetchError } from '../errors.ts';

const unzip = promisify(gunzip);
const zlibInflate = promisify(inflate);
const rawInflate = promisify(inflateRaw);
const unbrotli = promisify(brotliDecompress);
const unzstd = promisify(zstdDecompress);

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
  const limit = { maxOutputLength: maxBytes };
  try {
    if (coding === 'gzip' || coding === 'x-gzip')
      return isGzip(wire) ? await unzip(wire, { ...limit, chunkSize: unzippedSize(wire) }) : within(wire, maxBytes);
    if (coding === 'deflate') return await (isZlib(wire) ? zlibInflate(wire, limit) : rawInflate(wire, limit));
    if (coding === 'br') return await unbrotli(wire, limit);
    if (coding === 'zstd') return await unzstd(wire, limit);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge)
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

function within(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length > maxBytes)
    throw new FetchError('net.too_large', `the answer is larger than ${maxBytes} bytes`, { weight: 'hard' });
  return bytes;
}
