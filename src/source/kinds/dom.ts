// Foreign HTML → a bounded tree, and what may be asked of it: the one door to the selector library.
import { compile, is, selectAll } from 'css-select';
import { type AnyNode, type Document, DomHandler, Element, isTag, isText } from 'domhandler';
import { Parser } from 'htmlparser2';
import { getOuterHTML } from 'domutils';
import { resolveUrl } from '../../text/url.ts';

export { isText };

export type { AnyNode, Document, Element };

/** A page as far as it was read; `base` resolves its relative addresses. */
export type Page = { root: Document; base: string | undefined; isCut: boolean };

const maxChars = 4_000_000;
const maxNodes = 60_000;
// Each closing tag is looked for on the parser's whole stack, and trees are walked: only bounds on depth keep that cheap.
const maxOpen = 1_500;
const maxDepth = 400;
const enough = new Error('enough');

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const cellEnds = words('tr table tbody thead tfoot');
const itemEnds = words(
  'ul ol dl table td th tr tbody body html section article aside main nav header footer form blockquote fieldset',
);
const textEnds = words(
  'li dd dt div td th tr table ul ol dl body html section article aside main nav header footer form',
);
/** What an opening tag ends of itself (HTML §13.2.6.4.7): the elements it may not stand in, and those beyond which nothing is looked for. */
const ends: ReadonlyMap<string, readonly [ReadonlySet<string>, ReadonlySet<string>]> = new Map([
  ['li', [words('li'), itemEnds]],
  ['dt', [words('dt dd'), itemEnds]],
  ['dd', [words('dt dd'), itemEnds]],
  ['td', [words('td th'), cellEnds]],
  ['th', [words('td th'), cellEnds]],
  ['tr', [words('tr'), words('table')]],
  ['a', [words('a'), textEnds]],
  ...'p div ul ol dl table h1 h2 h3 h4 h5 h6 hr section article aside header footer nav main figure form blockquote pre'
    .split(' ')
    .map((name) => [name, [words('p'), textEnds]] as const),
]);

// A tree whose unclosed items and cells end where a browser ends them; the parser by itself ends only what was opened last.
function treeOf(handler: DomHandler) {
  // What the parser has open, in its order, and what stands open in the tree: an element ended early is in the first alone.
  const opened: number[] = [];
  const stack: { id: number; name: string }[] = [];
  const standing = new Set<number>();
  let count = 0;
  const closeFrom = (at: number) => {
    while (stack.length > at) {
      standing.delete(stack.pop()?.id ?? 0);
      handler.onclosetag();
    }
  };
  const end = (names: ReadonlySet<string>, barrier: ReadonlySet<string>) => {
    for (let at = stack.length - 1; at >= 0; at--) {
      const name = stack[at]?.name ?? '';
      if (names.has(name)) return closeFrom(at);
      if (barrier.has(name)) return;
    }
  };
  return {
    open(name: string, attributes: Record<string, string>) {
      const ended = ends.get(name);
      if (ended) end(ended[0], ended[1]);
      const id = ++count;
      opened.push(id);
      if (stack.length >= maxDepth || opened.length > maxOpen) throw enough;
      stack.push({ id, name });
      standing.add(id);
      handler.onopentag(name, attributes);
    },
    close() {
      const id = opened.pop() ?? 0;
      if (standing.has(id)) closeFrom(stack.findIndex((one) => one.id === id));
    },
  };
}

/**
 * Reads HTML of any quality. Linear: at most 4,000,000 characters, 60,000 nodes and 400 levels are kept, and `isCut` says when there was
 * more. Never throws. A `base` element inside the page wins over `url`.
 */
export function parsePage(html: string, url: string | undefined): Page {
  const handler = new DomHandler();
  const tree = treeOf(handler);
  let nodes = 0;
  const count = () => {
    if (++nodes > maxNodes) throw enough;
  };
  const parser = new Parser({
    onopentag: (name, attributes) => {
      count();
      tree.open(name, attributes);
    },
    onclosetag: () => tree.close(),
    ontext: (text) => {
      count();
      handler.ontext(text);
    },
    oncdatastart: () => handler.oncdatastart(),
    oncdataend: () => handler.oncdataend(),
    oncommentend: () => undefined,
    onparserinit: (own) => handler.onparserinit(own),
    onend: () => handler.onend(),
  });
  let isCut = html.length > maxChars;
  try {
    parser.write(isCut ? html.slice(0, maxChars) : html);
    parser.end();
  } catch (error) {
    if (error !== enough) throw error;
    isCut = true;
  }
  const { root } = handler;
  const said = first(root, 'base[href]');
  const base = said === null ? url : (resolveUrl(said.attribs['href'] ?? '', url) ?? url);
  return { root, base, isCut };
}

type Query = (element: Element) => boolean;
const compiled = new Map<string, Query | null>();
const maxCompiled = 1_000;
const maxSelectorChars = 500;

function compiledOf(selector: string): Query | null {
  const known = compiled.get(selector);
  if (known !== undefined) return known;
  let query: Query | null = null;
  try {
    if (selector.length <= maxSelectorChars) query = compile<AnyNode, Element>(selector);
  } catch {
    query = null;
  }
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(selector, query);
  return query;
}

/** True when the text can be read as a CSS selector (at most 500 characters). */
export function isSelector(selector: string): boolean {
  return selector.trim() !== '' && compiledOf(selector) !== null;
}

/** The elements below `node` that match, in document order; none for what is no selector. */
export function all(node: AnyNode, selector: string): Element[] {
  const query = compiledOf(selector);
  return query === null ? [] : selectAll<AnyNode, Element>(query, node);
}

/** The first element below `node` that matches, or null. */
export function first(node: AnyNode, selector: string): Element | null {
  return all(node, selector)[0] ?? null;
}

/** True when the element itself matches. */
export function matches(element: Element, selector: string): boolean {
  const query = compiledOf(selector);
  return query !== null && is<AnyNode, Element>(element, query);
}

const silent = new Set(['script', 'style', 'noscript', 'template', 'svg', 'select', 'textarea', 'iframe']);
const apart = new Set(
  'p div br hr ul ol li dl dt dd h1 h2 h3 h4 h5 h6 figure figcaption table tr td th section article header footer aside nav'.split(
    ' ',
  ),
);

/**
 * Text below a node as a reader sees it, on one line, at most about `max` characters; scripts and the like are silent. `isSpaced` parts
 * all elements by a space, as a style sheet may (the day and the month of a calendar leaf). Iterative.
 */
export function textOf(node: AnyNode, max = 4_000, isSpaced = false): string {
  let out = '';
  const stack: (AnyNode | string)[] = [node];
  while (stack.length > 0 && out.length <= max) {
    const at = stack.pop();
    if (typeof at === 'string') out += at;
    else if (at !== undefined && isText(at)) out += at.data.length > max ? at.data.slice(0, max) : at.data;
    else if (at !== undefined && 'children' in at) {
      if (isTag(at) && silent.has(at.name) && at !== node) continue;
      const isApart = isTag(at) && (isSpaced || apart.has(at.name));
      if (isApart) out += ' ';
      if (isApart) stack.push(' ');
      for (let index = at.children.length - 1; index >= 0; index--) {
        const child = at.children[index];
        if (child) stack.push(child);
      }
    }
  }
  return out
    .replace(/[\u200b\u00ad\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC')
    .slice(0, max);
}

/** Every element below `node` in document order, itself included when it is one; at most `max`. Iterative. */
export function elementsOf(node: AnyNode, max = maxNodes): Element[] {
  const found: Element[] = [];
  const stack: AnyNode[] = [node];
  while (stack.length > 0 && found.length < max) {
    const at = stack.pop();
    if (at === undefined || !('children' in at)) continue;
    if (isTag(at)) found.push(at);
    for (let index = at.children.length - 1; index >= 0; index--) {
      const child = at.children[index];
      if (child && 'children' in child) stack.push(child);
    }
  }
  return found;
}

/** The parent when it is an element, else null. */
export function parentOf(element: Element): Element | null {
  return element.parent !== null && isTag(element.parent) ? element.parent : null;
}

/** Elements that follow `element` under the same parent, nearest first, up to the first for which `isEnd` holds. */
export function following(element: Element, isEnd: (next: Element) => boolean): Element[] {
  const found: Element[] = [];
  for (let next: AnyNode | null = element.next; next !== null && found.length < 50; next = next.next) {
    if (!isTag(next)) continue;
    if (isEnd(next)) break;
    found.push(next);
  }
  return found;
}

/** Names in the class attribute. */
export function classesOf(element: Element): string[] {
  return (element.attribs['class'] ?? '').split(/\s+/).filter((name) => name !== '');
}

/** Markup of a node with its element; foreign and unsafe. */
export function htmlOf(node: AnyNode): string {
  return getOuterHTML(node, { encodeEntities: 'utf8' });
}

/** Takes a node out of its tree. */
export function remove(node: AnyNode): void {
  const { parent, prev, next } = node;
  if (prev) prev.next = next;
  if (next) next.prev = prev;
  if (parent) {
    const at = parent.children.indexOf(node);
    if (at >= 0) parent.children.splice(at, 1);
  }
  node.parent = null;
  node.prev = null;
  node.next = null;
}

/** An element made here, with children taken from wherever they were. */
export function make(name: string, attributes: Record<string, string>, children: AnyNode[]): Element {
  for (const child of children) remove(child);
  const made = new Element(name, attributes, children);
  let before: AnyNode | null = null;
  for (const child of children) {
    child.parent = made;
    child.prev = before;
    if (before) before.next = child as typeof before.next;
    before = child;
  }
  return made;
}
