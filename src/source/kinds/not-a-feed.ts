// Bytes and text that are no feed → the error that says what they seem to be.
import { NotAFeedError } from '../../errors.ts';

const MAGIC: readonly [string, string][] = [
  ['1f8b', 'gzip-compressed data'],
  ['504b0304', 'a ZIP archive'],
  ['25504446', 'a PDF document'],
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['47494638', 'a GIF image'],
  ['52494646', 'a RIFF file (WebP, WAV or AVI)'],
  ['28b52ffd', 'Zstandard-compressed data'],
  ['7f454c46', 'a program'],
  ['494433', 'an MP3 file'],
  ['424d', 'a BMP image'],
];

/** What binary bytes are by their first few, or null when they may be text. */
export function binaryKind(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(8, bytes.length)).toString('hex');
  return MAGIC.find(([magic]) => head.startsWith(magic))?.[1] ?? null;
}

/** What a text without a feed in it seems to be. `parsed` is its value when it is JSON. */
export function textKind(text: string, parsed: unknown): string {
  const head = text.slice(0, 20_000).trimStart();
  if (head === '') return 'empty';
  if (parsed !== undefined) return 'JSON, but not a JSON Feed (no version, no items)';
  if (/^[{[]/.test(head)) return 'damaged or cut-off JSON';
  if (/<(?:!doctype\s+html|html|head|body)[\s>]/i.test(head)) {
    const title = /<title[^<>]{0,200}>([^<]{1,300})/i.exec(head)?.[1]?.replace(/\s+/g, ' ').trim();
    return title ? `an HTML page titled “${title.slice(0, 120)}”` : 'an HTML page';
  }
  const root = /<([A-Za-z_][\w:.-]{0,60})[\s/>]/.exec(
    head.replace(/<\?[^<>]{0,500}\?>|<!--[^<>]{0,2000}-->/g, ''),
  )?.[1];
  if (root && /^(?:\w{1,20}:)?(?:urlset|sitemapindex)$/i.test(root)) return 'a sitemap';
  if (root && /^opml$/i.test(root)) return 'an OPML list of feeds';
  if (root) return `XML or HTML that starts with <${root}>`;
  return `plain text that starts with “${head.slice(0, 60).replace(/\s+/g, ' ')}”`;
}

/** The one error of reading: `source.not_a_feed`. */
export function notAFeed(kind: string): NotAFeedError {
  return new NotAFeedError('source.not_a_feed', `not a feed: ${kind}`, {
    remedy: 'check the address; if it is a page, look for its feed or add it as a list of links',
  });
}
