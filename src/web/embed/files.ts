// The scripts and style sheets of embeds → renditions; some under an address that changes with their content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dataSecurity } from '../headers.ts';
import type { Rendition } from '../rendition.ts';
import { hashTag, toRendition } from '../rendition.ts';

/** Where the files are, and the integrity of the custom elements' script. */
export type EmbedFiles = {
  renditions: Map<string, Rendition>;
  fixedPath: string;
  integrity: string;
  stylePath: string;
  generatorStylePath: string;
  generatorScriptPath: string;
};

const forever = 'public, max-age=31536000, immutable';
const anHour = 'public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800';

/** For pages of any origin, also those that isolate themselves (COEP) or ask for integrity (CORS). */
export const openToAll: readonly (readonly [string, string])[] = [
  ...dataSecurity,
  ['Access-Control-Allow-Origin', '*'],
  ['Cross-Origin-Resource-Policy', 'cross-origin'],
];

function read(name: string): Buffer {
  return readFileSync(new URL(`../static/${name}`, import.meta.url));
}

/** Reads the files from disk once. */
export function readEmbedFiles(): EmbedFiles {
  const renditions = new Map<string, Rendition>();
  const add = (path: string, body: Buffer, contentType: string, cacheControl: string) => {
    renditions.set(path, toRendition({ body, contentType, cacheControl, headers: openToAll }));
    return path;
  };
  const hashed = (name: string, ending: string, body: Buffer) =>
    `/nhung/${name}.${hashTag(body).slice(0, 10)}.${ending}`;
  const script = 'text/javascript; charset=utf-8';
  const sheet = 'text/css; charset=utf-8';
  const element = read('tin-tinh.js');
  const [style, generatorStyle, generatorScript] = [read('embed.css'), read('nhung.css'), read('nhung.js')];
  add('/nhung/tin-tinh.js', element, script, anHour);
  return {
    renditions,
    fixedPath: add(hashed('tin-tinh', 'js', element), element, script, forever),
    integrity: `sha384-${createHash('sha384').update(element).digest('base64')}`,
    stylePath: add(hashed('khung', 'css', style), style, sheet, forever),
    generatorStylePath: add(hashed('thu', 'css', generatorStyle), generatorStyle, sheet, forever),
    generatorScriptPath: add(hashed('thu', 'js', generatorScript), generatorScript, script, forever),
  };
}
