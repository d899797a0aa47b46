// HTML with relative addresses → the same HTML with absolute ones; everything else stays byte for byte.
import { escapeHtml } from '../../text/markup.ts';
import { decodeEntities } from './entities.ts';
import { tokenise } from './tokenise.ts';

const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'href',
  'src',
  'cite',
  'poster',
  'data',
  'action',
  'background',
  'longdesc',
  'xlink:href',
]);
const ENDS_LIKE_ADDRESS = /(?:href|src|cite|poster|data|action|background|longdesc|srcset)\s{0,8}$/i;
const IS_ABSOLUTE = /^\s{0,8}["']?\s{0,8}(?:https?:\/\/|mailto:|data:|#)/i;

/** True when some address attribute does not plainly start with a scheme; only then is a rewrite worth its time. Looks at `=` signs only. */
function mayBeRelative(html: string): boolean {
  for (let at = html.indexOf('='); at >= 0; at = html.indexOf('=', at + 1)) {
    // `="http` is nearly all there is
    const start = html.charCodeAt(at + 1) === 0x22 ? at + 2 : at + 1;
    if (
      html.charCodeAt(start) === 0x68 &&
      (html.startsWith('https://', start) || html.startsWith('http://', start)) &&
      (html.charCodeAt(at - 1) | 0x20) !== 0x74
    )
      continue;
    const name = html.slice(Math.max(0, at - 20), at);
    if (
      ENDS_LIKE_ADDRESS.test(name) &&
      (/srcset\s{0,8}$/i.test(name) || !IS_ABSOLUTE.test(html.slice(at + 1, at + 40)))
    )
      return true;
  }
  return false;
}

/** Resolves the address attributes of `html` against `base`; fragments (`#note`) and what does not resolve stay. Without a base nothing changes. */
export function absoluteHtml(html: string, base: string | undefined): string {
  if (base === undefined || !mayBeRelative(html)) return html;
  let out = '';
  let from = 0;
  let name = '';
  const rewrite = (start: number, end: number): void => {
    const value = html.slice(start, end);
    const absolute = name === 'srcset' ? absoluteSrcset(value, base) : absoluteAddress(value, base);
    if (absolute === null || absolute === value) return;
    out += html.slice(from, start) + absolute;
    from = end;
  };
  tokenise(html, {
    onattribname(start, end) {
      name = html.slice(start, end).toLowerCase();
    },
    onattribdata(start, end) {
      if (URL_ATTRIBUTES.has(name) || name === 'srcset') rewrite(start, end);
    },
  });
  return from === 0 ? html : out + html.slice(from);
}

function absoluteAddress(value: string, base: string): string | null {
  const address = decodeEntities(value).trim();
  if (address === '' || address.startsWith('#')) return null;
  const resolved = URL.parse(address, base);
  return resolved === null ? null : escapeHtml(resolved.href);
}

/** `a.jpg 1x, b.jpg 2x`; candidates are split at commas followed by space, as addresses may hold commas. */
function absoluteSrcset(value: string, base: string): string {
  return value
    .split(/,\s/)
    .map((candidate) => {
      const trimmed = candidate.trim();
      const space = trimmed.search(/\s/);
      const address = space < 0 ? trimmed : trimmed.slice(0, space);
      return (absoluteAddress(address, base) ?? address) + (space < 0 ? '' : trimmed.slice(space));
    })
    .join(', ');
}
