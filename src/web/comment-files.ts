// The script and the style sheet of comments → renditions under addresses that change with their content.
import { readFileSync } from 'node:fs';
import { dataSecurity } from './headers.ts';
import type { Rendition } from './rendition.ts';
import { hashTag, toRendition } from './rendition.ts';

/** Addresses of both files, and the files by address. */
export type CommentFiles = { scriptPath: string; stylePath: string; renditions: Map<string, Rendition> };

let kept: CommentFiles | null = null;

function read(name: string, ending: string, contentType: string): [string, Rendition] {
  const body = readFileSync(new URL(`./static/${name}.${ending}`, import.meta.url));
  const cacheControl = 'public, max-age=31536000, immutable';
  const path = `/static/${name}.${hashTag(body).slice(0, 10)}.${ending}`;
  return [path, toRendition({ body, contentType, cacheControl, headers: dataSecurity })];
}

/** Both files, read from disk once. */
export function commentFiles(): CommentFiles {
  if (kept !== null) return kept;
  const script = read('binh-luan', 'js', 'text/javascript; charset=utf-8');
  const style = read('binh-luan', 'css', 'text/css; charset=utf-8');
  kept = { scriptPath: script[0], stylePath: style[0], renditions: new Map([script, style]) };
  return kept;
}
