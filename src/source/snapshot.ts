// A foreign page → an inert likeness of it: its texts and places, each element numbered, nothing of its own that runs, loads or leads anywhere. Pure.
import { escapeHtml } from '../text/markup.ts';
import { type AnyNode, classesOf, type Element, elementsOf, isText, type Page } from './kinds/dom.ts';

const silent = new Set(
  'script style noscript template svg select textarea iframe object embed head meta link base input button video audio canvas map'.split(
    ' ',
  ),
);
const blocks = new Set(
  'html body main header footer nav section article aside div p ul ol dl dt dd figure figcaption table thead tbody tfoot tr td th form fieldset blockquote center h1 h2 h3 h4 h5 h6 li hr'.split(
    ' ',
  ),
);
const kinds: [RegExp, string][] = [
  [/^h[1-6]$/, 'sn-h'],
  [/^(?:li|tr|dt)$/, 'sn-li'],
  [/^(?:a)$/, 'sn-a'],
  [/^(?:img|amp-img|picture)$/, 'sn-img'],
  [/^(?:time)$/, 'sn-t'],
  [/^(?:b|strong)$/, 'sn-b'],
];
const mostChars = 600;

/** The numbers of a page's elements in document order, as the snapshot writes them and `elementAt` reads them. */
export function numbersOf(page: Page): Map<Element, number> {
  return new Map(elementsOf(page.root).map((element, index) => [element, index]));
}

/** What an element is called in a few letters: `li.news-item`. */
export function labelOf(element: Element): string {
  const named = classesOf(element).slice(0, 2);
  return [element.name.slice(0, 30), ...named.map((name) => name.slice(0, 40))].join('.');
}

// Every tag and attribute is written here; of the page come only texts, escaped.
function opening(element: Element, number: number): { open: string; close: string } {
  const name = blocks.has(element.name) ? 'div' : 'span';
  const kind = kinds.find(([pattern]) => pattern.test(element.name))?.[1];
  const look = kind === undefined ? '' : ` class="${kind}"`;
  const open = `<${name} data-n="${number}" data-t="${escapeHtml(labelOf(element))}"${look}>`;
  const isPicture = kind === 'sn-img' && element.name !== 'picture';
  const alt = isPicture ? escapeHtml((element.attribs['alt'] ?? '').slice(0, 200)) : '';
  return { open: isPicture ? `${open}▣ ${alt}` : open, close: `</${name}>` };
}

/**
 * The page as markup of ours: `div` and `span` alone, with `data-n` (its number), `data-t` (its name) and a class for its kind. Pictures are
 * signs with their alt text; scripts, styles, forms and frames are left out. Iterative; as large as the tree, which is bounded.
 */
export function toSnapshot(page: Page): string {
  const numbers = numbersOf(page);
  const out: string[] = [];
  const stack: (AnyNode | string)[] = [page.root];
  while (stack.length > 0) {
    const at = stack.pop();
    if (at === undefined) break;
    if (typeof at === 'string') out.push(at);
    else if (isText(at)) out.push(escapeHtml(at.data.replace(/\s+/g, ' ').slice(0, mostChars)));
    else if ('children' in at) {
      const element = 'name' in at ? at : null;
      const number = element === null ? undefined : numbers.get(element);
      if (element !== null && number !== undefined) {
        if (silent.has(element.name)) continue;
        if (element.name === 'br') {
          out.push('<br>');
          continue;
        }
        const { open, close } = opening(element, number);
        out.push(open);
        stack.push(close);
      }
      for (let index = at.children.length - 1; index >= 0; index--) {
        const child = at.children[index];
        if (child) stack.push(child);
      }
    }
  }
  return out.join('');
}
