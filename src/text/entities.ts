// Turns HTML's character references into characters.
import { decodeHTML, decodeHTMLAttribute } from 'entities';
import { inSlices } from './slices.ts';

const common = new Map(
  (
    'amp & lt < gt > quot " apos \' #39 \' #34 " nbsp \u00a0 ndash – mdash — ldquo “ rdquo ” lsquo ‘ rsquo ’ hellip … ' +
    'aacute á agrave à atilde ã acirc â eacute é egrave è ecirc ê iacute í igrave ì oacute ó ograve ò otilde õ ocirc ô ' +
    'uacute ú ugrave ù yacute ý'
  )
    .split(' ')
    .flatMap((name, i, all): [string, string][] => (i % 2 === 0 ? [[`&${name};`, all[i + 1] ?? '']] : [])),
);
const reference = /&(?:[a-z]{2,6};|#3[49];)?/g;

// Nearly all references in feeds are of this list; the full table is asked when one is not.
function decodeCommon(s: string): string | null {
  let isComplete = true;
  const out = s.replace(reference, (found) => {
    const character = common.get(found);
    if (character === undefined) isComplete = false;
    return character ?? found;
  });
  return isComplete ? out : null;
}

/** `s` with every reference of HTML5 decoded once, those without `;` too where HTML knows them so (`&copy 2025`). */
export function decodeText(s: string): string {
  return s.includes('&') ? inSlices(s, (slice) => decodeCommon(slice) ?? decodeHTML(slice)) : s;
}

/** The same for the value of an attribute, where `&copy=` in an address is no reference. */
export function decodeAttribute(s: string): string {
  return s.includes('&') ? inSlices(s, (slice) => decodeCommon(slice) ?? decodeHTMLAttribute(slice)) : s;
}
