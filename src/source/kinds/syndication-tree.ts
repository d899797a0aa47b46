// Source text of an XML feed → a shallow tree of elements, one article at a time, however damaged the source is.
import { decodeEntities, internalEntities, type Entities } from './entities.ts';
import { canonicalName, childScope, rootScope, type Scope } from './syndication-names.ts';
import { sliceHash } from './item-hash.ts';
import { scan } from './syndication-scan.ts';
import { CONTAINERS, ITEMS, ROOTS, endsLeaf, isKnownLeaf } from './syndication-vocabulary.ts';

/** One element: a named range of the source. Text is cut and decoded only by who wants it. */
export type Element = {
  /** Canonical name, see syndication-names. */
  name: string;
  /** Raw name, raw value, raw name, … in order. */
  attributes: readonly string[];
  /** What relative addresses inside resolve against; undefined when nobody said. */
  base: string | undefined;
  /** The same for links: without a base the feed's own stated address serves. */
  linkBase: string | undefined;
  /** Read children of a container, in order; always empty for a leaf. */
  children: Element[];
  /** Range of the inner source. */
  start: number;
  end: number;
  /** How many tags, CDATA sections and comments lie directly inside, as far as they were looked at. */
  tags: number;
  cdatas: number;
  comments: number;
  /** Range of the last CDATA section inside. */
  cdataStart: number;
  cdataEnd: number;
};

/** What a reading found besides the articles handed to `onItem`. */
export type Reading = {
  /** Root element with all that stood outside articles; null when the source holds no feed. */
  root: Element | null;
  /** The source ended before its root did. */
  isTruncated: boolean;
  /** It ended inside an article: the last one handed to `onItem` is half. */
  isLastHalf: boolean;
  /** Articles after the limit were not read. */
  isCut: boolean;
  /** Raw names of unknown elements that swallowed what followed them: a second reading that takes them as empty does better. */
  neverClosed: ReadonlySet<string>;
};

export type ReadOptions = {
  base: string | undefined;
  maxItems: number;
  /** Raw names of elements to take as empty: found unclosed by an earlier reading. */
  voidNames?: ReadonlySet<string>;
  /** `slice`: hash of the article as it stands in the source; null when its end is not plain to see. */
  onItem: (item: Element, entities: Entities, slice: string | null) => void;
  /** Asked for each article before it is read; true passes over it, its end being the first closing tag of its name. */
  isKnown?: (slice: string) => boolean;
};

/** Open containers at most; deeper ones are skipped as leaves. */
const MAX_DEPTH = 64;
/** Children kept per element, attributes kept per tag, characters kept per value: beyond is noise or an attack. */
const MAX_CHILDREN = 2_000;
const MAX_ATTRIBUTES = 64;
const MAX_ATTRIBUTE = 16_384;
const MAX_DOCTYPE = 100_000;
/** Spellings of an article's tag in one document. */
const MAX_ITEM_NAMES = 4;
const NOTHING: readonly string[] = [];
/** Reads the source once, front to back; linear. Articles are handed over as they close, and not kept. */
export function readTree(source: string, o: ReadOptions): Reading {
  const entities = new Map<string, string>();
  const neverClosed = new Set<string>();
  const stack: { element: Element; scope: Scope }[] = [];
  const outer = rootScope();
  let scope: Scope = outer;
  let root: Element | null = null;
  let isRootOpen = false;
  let items = 0;
  let isCut = false;
  let isDone = false;
  let hasDoctype = false;
  let stated: string | undefined;

  let leaf: Element | null = null;
  let leafRaw = '';
  let nestedLeaves = 0;
  let nestedItems = 0;

  // the article being read: its hash, and where it has to end for the hash to be its own
  const ends = new Map<string, number>();
  let slice: string | null = null;
  let sliceEnd = -1;

  // the tag being read
  let raw = '';
  let tagStart = 0;
  let isSkipped = false;
  let attributes: string[] = [];

  /** True when the article that begins here is known; notes its slice otherwise. */
  const isKnownItem = (contentStart: number): boolean => {
    const last = ends.get(raw);
    // An end is looked for, and hashed up to, once: articles that never close must not make the reading quadratic.
    const isOpen = last === undefined ? ends.size < MAX_ITEM_NAMES : last >= 0 && last < contentStart;
    sliceEnd = isOpen ? source.indexOf(`</${raw}>`, contentStart) : -1;
    if (isOpen) ends.set(raw, sliceEnd);
    slice = sliceEnd < 0 ? null : sliceHash(source, tagStart, sliceEnd);
    return slice !== null && o.isKnown?.(slice) === true;
  };

  /** Answers where the scan goes on when it is not right behind the tag, else a negative number. */
  const open = (contentStart: number): number => {
    if (o.voidNames?.has(raw) && (stack.length >= MAX_DEPTH || !CONTAINERS.has(canonicalName(scope, raw)))) return -1;
    const parent = stack.at(-1)?.element;
    let inner = scope;
    let base = parent ? parent.base : o.base;
    for (let i = 0; i < attributes.length; i += 2) {
      const name = attributes[i] as string;
      if (!name.startsWith('xml')) continue;
      if (name.startsWith('xmlns')) {
        inner = childScope(scope, namespaceDeclarations(attributes), root === null ? rootFormat(raw) : undefined);
        break;
      }
    }
    for (let i = 0; i < attributes.length; i += 2) {
      if (attributes[i] === 'xml:base')
        base = URL.parse(decodeEntities(attributes[i + 1] as string).trim(), base)?.href ?? base;
    }
    let name = canonicalName(inner, raw);
    if (root === null) {
      // a `feed` that declares nothing is Atom all the same
      if (name === 'feed' || name === 'entry') {
        inner = childScope(inner, [['', 'http://www.w3.org/2005/Atom']]);
        name = canonicalName(inner, raw);
      }
      if (!ROOTS.has(name)) return -1;
    } else if (!isRootOpen) return -1;
    if (base === undefined && ITEMS.has(name)) stated = parent ? statedAddress(source, parent) : undefined;
    const element: Element = {
      name,
      attributes: attributes.length ? attributes : NOTHING,
      base,
      linkBase: base ?? stated,
      children: [],
      start: contentStart,
      end: contentStart,
      tags: 0,
      cdatas: 0,
      comments: 0,
      cdataStart: 0,
      cdataEnd: 0,
    };
    if (root === null) {
      root = element;
      isRootOpen = true;
    }
    if (CONTAINERS.has(name) && stack.length < MAX_DEPTH) {
      if (ITEMS.has(name)) {
        closeOpenItem(contentStart);
        if (root !== element && isKnownItem(contentStart)) {
          if (++items > o.maxItems) isDone = isCut = true;
          return sliceEnd + raw.length + 3;
        }
      }
      const into = stack.at(-1)?.element;
      if (into && !ITEMS.has(name) && into.children.length < MAX_CHILDREN) into.children.push(element);
      stack.push({ element, scope });
      scope = inner;
    } else {
      if (parent && parent.children.length < MAX_CHILDREN && name.charCodeAt(0) !== 0x3f) parent.children.push(element);
      leaf = element;
      leafRaw = raw;
      nestedLeaves = 0;
      nestedItems = 0;
    }
    return -1;
  };

  const pop = (end: number): void => {
    const top = stack.pop();
    if (!top) return;
    top.element.end = end;
    scope = top.scope;
    if (ITEMS.has(top.element.name)) {
      if (items < o.maxItems) o.onItem(top.element, entities, end === sliceEnd ? slice : null);
      else isCut = true;
      if (++items > o.maxItems) isDone = true;
    }
    if (stack.length === 0) isRootOpen = false;
  };

  /** An article that begins ends the one before it: nobody nests them. */
  const closeOpenItem = (at: number): void => {
    const index = stack.findIndex((s) => ITEMS.has(s.element.name));
    while (index >= 0 && stack.length > index) pop(at);
  };

  const closeLeaf = (end: number, isForced: boolean): void => {
    if (!leaf) return;
    leaf.end = Math.max(leaf.start, end);
    if (isForced && !isKnownLeaf(leaf.name)) neverClosed.add(leafRaw);
    leaf = null;
  };

  /** Half a text is worse than none: it would be taken for a correction later. */
  const dropLeaf = (): void => {
    if (!leaf) return;
    if (!isKnownLeaf(leaf.name)) neverClosed.add(leafRaw);
    leaf.end = leaf.start;
    leaf = null;
  };

  const close = (start: number, end: number, tagStart: number): void => {
    const rawClose = source.slice(start, end);
    if (leaf) {
      leaf.tags++;
      if (
        rawClose === leafRaw ||
        (rawClose.length === leafRaw.length && rawClose.toLowerCase() === leafRaw.toLowerCase())
      ) {
        if (nestedLeaves > 0) nestedLeaves--;
        else {
          leaf.tags--;
          closeLeaf(tagStart, false);
        }
        return;
      }
      const name = canonicalName(scope, rawClose);
      if (!CONTAINERS.has(name)) return;
      if (ITEMS.has(name) && nestedItems > 0) {
        nestedItems--;
        return;
      }
      if (!stack.some((s) => s.element.name === name)) return;
      closeLeaf(tagStart, true);
    }
    const name = canonicalName(scope, rawClose);
    if (!CONTAINERS.has(name)) return;
    let index = stack.length - 1;
    while (index >= 0 && stack[index]?.element.name !== name) index--;
    while (index >= 0 && stack.length > index) pop(tagStart);
  };

  scan(source, {
    openName(start, end) {
      raw = source.slice(start, end);
      tagStart = start - 1;
      isSkipped = false;
      if (leaf) {
        const name = canonicalName(scope, raw);
        if (ITEMS.has(name) && (leaf.name === 'atom:content' || !isKnownLeaf(leaf.name))) nestedItems++;
        else if (nestedItems === 0 && endsLeaf(leaf.name, name)) closeLeaf(start - 1, true);
        if (leaf) {
          leaf.tags++;
          if (raw === leafRaw) nestedLeaves++;
          isSkipped = true;
          return false;
        }
      }
      attributes = [];
      return true;
    },
    attribute(nameStart, nameEnd, valueStart, valueEnd) {
      if (attributes.length >= MAX_ATTRIBUTES * 2 || valueEnd - valueStart > MAX_ATTRIBUTE) return;
      attributes.push(source.slice(nameStart, nameEnd), source.slice(valueStart, valueEnd));
    },
    openEnd(end, isEmpty) {
      if (!isEmpty) return isSkipped ? -1 : open(end + 1);
      if (isSkipped) {
        if (leaf && raw === leafRaw && nestedLeaves > 0) nestedLeaves--;
        return -1;
      }
      const depth = stack.length;
      // `<item/>` inside an article is debris, not the end of the article
      if (stack.some((s) => ITEMS.has(s.element.name)) && ITEMS.has(canonicalName(scope, raw))) return -1;
      open(end + 1);
      if (leaf) closeLeaf(end + 1, false);
      else if (stack.length > depth) pop(end + 1);
      return -1;
    },
    close,
    cdata(start, end) {
      if (leaf) mark(leaf, start, end);
      else {
        const top = stack.at(-1)?.element;
        if (top && top.children.length === 0) mark(top, start, end);
      }
    },
    other(start) {
      if (leaf) leaf.comments++;
      else if (root === null && !hasDoctype && /^doctype/i.test(source.slice(start, start + 7))) {
        hasDoctype = true;
        const subset = source.slice(start, start + MAX_DOCTYPE);
        const bracket = subset.search(/\]\s*>/);
        if (bracket > 0)
          for (const [name, text] of internalEntities(subset.slice(0, bracket))) entities.set(name, text);
      }
    },
    isWanted: () => !isDone,
  });
  const isTruncated = !isDone && (isRootOpen || leaf !== null);
  dropLeaf();
  const before = items;
  while (stack.length > 0) pop(source.length);
  return { root, isTruncated, isLastHalf: isTruncated && items > before, isCut, neverClosed };
}

/** Without any address from outside: what the head read so far says of the feed's own address, else of its home page. */
function statedAddress(source: string, parent: Element): string | undefined {
  if (parent.name !== 'channel' && parent.name !== 'atom:feed' && parent.name !== 'rdf:rdf') return undefined;
  const channel =
    parent.name === 'rdf:rdf' ? (parent.children.find((child) => child.name === 'channel') ?? parent) : parent;
  const links = channel.children.filter((child) => child.name === 'atom:link' || child.name === 'link');
  const self =
    links.find((link) => attribute(link, 'rel') === 'self') ??
    links.find((link) => (attribute(link, 'rel') ?? 'alternate') === 'alternate');
  return self
    ? URL.parse(attribute(self, 'href') ?? decodeEntities(source.slice(self.start, self.end)).trim())?.href
    : undefined;
}

function mark(element: Element, start: number, end: number): void {
  element.cdatas++;
  element.cdataStart = start;
  element.cdataEnd = end;
}

function namespaceDeclarations(attributes: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i] ?? '';
    if (name === 'xmlns') found.push(['', decodeEntities(attributes[i + 1] ?? '')]);
    else if (name.startsWith('xmlns:')) found.push([name.slice(6), decodeEntities(attributes[i + 1] ?? '')]);
  }
  return found;
}

function rootFormat(raw: string): '' | 'atom' | undefined {
  const local = raw.slice(raw.indexOf(':') + 1).toLowerCase();
  if (local === 'feed' || local === 'entry') return 'atom';
  return local === 'rss' || local === 'rdf' || local === 'channel' ? '' : undefined;
}

/** Decoded value of an attribute by its raw name, ignoring case; undefined when absent. */
export function attribute(element: Element, name: string): string | undefined {
  const list = element.attributes;
  for (let i = 0; i < list.length; i += 2) {
    const raw = list[i] as string;
    if (raw === name || (raw.length === name.length && raw.toLowerCase() === name))
      return decodeEntities(list[i + 1] as string).trim();
  }
  return undefined;
}
