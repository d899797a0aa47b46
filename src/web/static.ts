// Our own style sheet and icons → renditions under addresses that change with their content.
import { readFileSync } from 'node:fs';
import { dataSecurity } from './headers.ts';
import type { Rendition } from './rendition.ts';
import { hashTag, toRendition } from './rendition.ts';

const forever = 'public, max-age=31536000, immutable';
const aWeek = 'public, max-age=604800';

// A worker goes by the policy it came with: it may ask our own site and nobody else.
const workerSecurity = dataSecurity.map(([name, value]) =>
  name === 'Content-Security-Policy'
    ? ([name, "default-src 'none'; connect-src 'self'"] as const)
    : ([name, value] as const),
);

function read(name: string): Buffer {
  return readFileSync(new URL(`./static/${name}`, import.meta.url));
}

/** The site's own files by path, and the paths of style sheet and script. Reads them from disk once. */
export function readStaticFiles(): { files: Map<string, Rendition>; stylePath: string; scriptPath: string } {
  const style = read('site.css');
  const stylePath = `/static/site.${hashTag(style).slice(0, 10)}.css`;
  const script = read('site.js');
  const scriptPath = `/static/site.${hashTag(script).slice(0, 10)}.js`;
  const svg = toRendition({
    body: read('icon.svg'),
    contentType: 'image/svg+xml',
    cacheControl: aWeek,
    headers: dataSecurity,
  });
  const png = toRendition({
    body: read('icon.png'),
    contentType: 'image/png',
    cacheControl: aWeek,
    isCompressible: false,
    headers: dataSecurity,
  });
  const small = toRendition({
    body: read('icon-32.png'),
    contentType: 'image/png',
    cacheControl: aWeek,
    isCompressible: false,
    headers: dataSecurity,
  });
  const files = new Map([
    [
      stylePath,
      toRendition({
        body: style,
        contentType: 'text/css; charset=utf-8',
        cacheControl: forever,
        headers: dataSecurity,
      }),
    ],
    [
      scriptPath,
      toRendition({
        body: script,
        contentType: 'text/javascript; charset=utf-8',
        cacheControl: forever,
        headers: dataSecurity,
      }),
    ],
    // The worker is looked for anew on every visit, or an old one could never be replaced.
    [
      '/sw.js',
      toRendition({
        body: read('sw.js'),
        contentType: 'text/javascript; charset=utf-8',
        cacheControl: 'no-cache',
        headers: workerSecurity,
      }),
    ],
    [
      '/manifest.webmanifest',
      toRendition({
        body: read('manifest.json'),
        contentType: 'application/manifest+json; charset=utf-8',
        cacheControl: aWeek,
        headers: dataSecurity,
      }),
    ],
    ['/icon.svg', svg],
    ['/icon.png', png],
    // Browsers look here unasked and take any picture format.
    ['/favicon.ico', small],
  ]);
  return { files, stylePath, scriptPath };
}
