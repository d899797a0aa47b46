// HTML with relative addresses → the same HTML with absolute ones; everything else stays byte for byte.
import { Tokenizer } from 'htmlparser2';
import { escapeHtml } from '../../text/markup.ts';
import { decodeEntities } from './entities.ts';

const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'src', 'cite', 'poster', 'data', 'action', 'background', 'longdesc', 'xlink:href']);
/** An address attribute whose value does not plainly start with a scheme: only then is a rewrite worth its time. */
const MAY_BE_RELATIVE = /(?:href|src|cite|poster|data|action|background|longdesc)\s{0,8}=\s{0,8}(?:["']\s{0,8})?(?!["']?\s{0,8}(?:https?:\/\/|mailto:|data:|#))[^\s>]|srcset\s{0,8}=/i;

/** Resolves the address attributes of `html` against `base`; fragments (`#note`) and what does not resolve stay. Without a base nothing changes. */
export function absoluteHtml(html: string, base: string | undefined): string {
  if (base === undefined || !html.includes('=') || !MAY_BE_RELATIVE.test(html)) return html;
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
  const nothing = (): void => {};
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, {
    onattribname(start, end) {
      name = html.slice(start, end).toLowerCase();
    },
    onattribdata(start, end) {
      if (URL_ATTRIBUTES.has(name) || name === 'srcset') rewrite(start, end);
    },
    onattribend: nothing, onattribentity: nothing, oncdata: nothing, onclosetag: nothing, oncomment: nothing, ondeclaration: nothing, onend: nothing, onopentagend: nothing,
    onopentagname: nothing, onprocessinginstruction: nothing, onselfclosingtag: nothing, ontext: nothing, ontextentity: nothing,
  });
  tokenizer.write(html);
  tokenizer.end();
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
