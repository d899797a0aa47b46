// A title that may hold HTML → plain text; what only looks like a tag stays.
import { decodeHTML, decodeHTMLStrict } from 'entities';

/** Elements people really put into headlines. `<gorilla>` is none of them and is what the author wrote. */
const INLINE =
  /<(\/?)(a|abbr|acronym|address|article|aside|b|bdi|bdo|big|blockquote|br|center|cite|code|dd|del|dfn|div|dl|dt|em|figure|figcaption|font|footer|h[1-6]|header|hr|i|img|ins|kbd|label|li|mark|nobr|ol|p|pre|q|s|samp|section|small|span|strike|strong|style|script|sub|sup|svg|table|tbody|td|th|time|tr|tt|u|ul|var|wbr)(?:\s[^<>]*|\s*\/)?>/gi;
const BLOCK =
  /^(?:address|article|aside|blockquote|br|center|dd|div|dl|dt|figure|figcaption|footer|h[1-6]|header|hr|li|ol|p|pre|section|table|tbody|td|th|tr|ul)$/i;
const ANY_TAG = /<\/?[a-zA-Z][^<>]*>|<!--[^<>]*-->/g;

/**
 * Plain text of `html`, white space not yet collapsed. With `isGuess` (RSS, where nobody says whether a title is HTML) only
 * well-known tags are markup; without it (a construct declared as HTML) every tag is. References are decoded once, after the tags.
 */
export function titleText(html: string, isGuess: boolean): string {
  let text = html;
  if (text.includes('<')) {
    text = text
      .replace(/<(script|style)\b[^<>]*>[^<]*<\/\1\s*>/gi, '')
      .replace(INLINE, (_, __, name: string) => (BLOCK.test(name) ? ' ' : ''));
    if (!isGuess) text = text.replace(ANY_TAG, '');
  }
  if (!text.includes('&')) return text;
  return isGuess ? decodeHTMLStrict(text) : decodeHTML(text);
}
