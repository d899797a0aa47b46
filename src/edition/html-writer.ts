// Starts and ends of elements in any order → HTML that is always nested as HTML wants it.
import { escapeHtml } from '../text/markup.ts';
import { strictUrl } from './clean.ts';

const phrasing = new Set(['a', 'strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'small', 'code', 'mark', 'q', 'cite']);
// Blocks that hold text only: the start of any other block ends them.
const textBlocks = new Set(['p', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);
const blocks = new Set([
  ...textBlocks,
  'div',
  'blockquote',
  'ul',
  'ol',
  'li',
  'table',
  'thead',
  'tbody',
  'tr',
  'td',
  'th',
  'hr',
]);
const tableParts = new Set(['thead', 'tbody', 'tr', 'td', 'th']);
const cells = new Set(['td', 'th']);

const maxDepth = 40;
function spanOf(attributes: ReadonlyMap<string, string>, name: string): string {
  const value = attributes.get(name) ?? '';
  return /^[1-9]\d?$/.test(value) ? ` ${name}="${value}"` : '';
}

function isEmptyText(text: string): boolean {
  return !/\S/.test(text);
}

/**
 * Writes elements so that what is open is always what HTML says is open: a block ends the paragraph it would stand in, a cell gets
 * the row it lacks, an end without a start is ignored, and `finish` ends what is still open. Unknown elements are left out.
 */
export function createHtmlWriter() {
  let html = '';
  const open: string[] = [];

  const pop = () => {
    html += `</${open.pop() ?? ''}>`;
  };
  const popTo = (depth: number) => {
    while (open.length > depth) pop();
  };
  const push = (name: string, attributes = '') => {
    html += `<${name}${attributes}>`;
    open.push(name);
  };
  const inTable = () => {
    const top = open.at(-1);
    return top === 'table' || top === 'thead' || top === 'tbody' || top === 'tr';
  };
  const enterCell = () => {
    if (!inTable()) return;
    if (open.at(-1) !== 'tr') push('tr');
    push('td');
  };
  const endText = () => {
    while (open.length > 0 && (phrasing.has(open.at(-1) ?? '') || textBlocks.has(open.at(-1) ?? ''))) pop();
  };
  // Depth of the innermost `wanted` or `other`, not looking out of the innermost cell unless table parts are asked for.
  const find = (isTablePart: boolean, wanted: string, other = wanted) => {
    for (let i = open.length - 1; i >= 0; i--) {
      const name = open[i] ?? '';
      if (name === wanted || name === other) return i;
      if (isTablePart ? name === 'table' : cells.has(name)) return -1;
    }
    return -1;
  };

  const startTablePart = (name: string, attributes: string) => {
    const depth = open.lastIndexOf('table');
    if (depth < 0) return startBlock('div', '');
    if (name === 'thead' || name === 'tbody') popTo(depth + 1);
    else if (name === 'tr') {
      const group = find(true, 'thead', 'tbody');
      popTo((group < 0 ? depth : group) + 1);
    } else {
      const row = find(true, 'tr');
      if (row >= 0) popTo(row + 1);
      else {
        const group = find(true, 'thead', 'tbody');
        popTo((group < 0 ? depth : group) + 1);
        push('tr');
      }
    }
    push(name, attributes);
  };
  const startBlock = (name: string, attributes: string) => {
    endText();
    enterCell();
    if (name === 'li') {
      const list = find(false, 'ul', 'ol');
      if (list < 0) return push('p');
      popTo(list + 1);
    }
    push(name, attributes);
  };

  return {
    text(text: string) {
      if (inTable()) {
        if (isEmptyText(text)) return;
        enterCell();
      }
      html += escapeHtml(text);
    },
    image(image: string) {
      enterCell();
      html += image;
    },
    start(name: string, attributes: ReadonlyMap<string, string>) {
      if (name === 'br') {
        enterCell();
        html += '<br>';
      } else if (name === 'hr') {
        endText();
        enterCell();
        html += '<hr>';
      } else if (open.length >= maxDepth) return;
      else if (tableParts.has(name))
        startTablePart(name, cells.has(name) ? spanOf(attributes, 'colspan') + spanOf(attributes, 'rowspan') : '');
      else if (blocks.has(name)) startBlock(name, '');
      else if (phrasing.has(name) && !open.includes(name)) {
        const url = name === 'a' ? strictUrl(attributes.get('href')) : null;
        if (name === 'a' && url === null) return;
        enterCell();
        push(name, url === null ? '' : ` href="${escapeHtml(url)}"`);
      }
    },
    end(name: string) {
      const depth = find(tableParts.has(name) || name === 'table', name);
      if (depth >= 0) popTo(depth);
    },
    finish() {
      popTo(0);
      return html.trim();
    },
  };
}
