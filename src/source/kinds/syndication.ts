// Source text of an RSS, RDF or Atom document → ParsedFeed.
import type { ParsedFeed, ParsedItem } from '../parsed.ts';
import type { Entities } from './entities.ts';
import { isNamedTwice, type Marks, markOf } from './item-hash.ts';
import { warn, type ReadContext } from './read-context.ts';
import { readHead } from './syndication-feed.ts';
import { readItem } from './syndication-item.ts';
import { attribute, readTree, type Element, type Reading } from './syndication-tree.ts';

/**
 * Reads an XML feed; null when the text holds none of the known root elements. Items whose mark is `known` are passed over, unless one that is
 * not shares its address or id: what names two articles is only seen where both are read.
 */
export function readSyndication(
  text: string,
  o: { base: string | undefined; zone: string; maxItems: number; now: Date; known?: Marks },
): ParsedFeed | null {
  const context: ReadContext = { source: text, entities: new Map(), zone: o.zone, now: o.now, warnings: [] };
  let items: ParsedItem[] = [];
  let marks: string[] = [];
  let read: string[] = [];
  let unread: string[] = [];
  const onItem = (element: Element, entities: Entities, slice: string | null): void => {
    context.entities = entities;
    const item = readItem(context, element, marks.length, slice);
    items.push(item);
    const mark = markOf(item);
    marks.push(mark);
    read.push(mark);
  };
  const isKnown = (slice: string): boolean => {
    const mark = o.known?.get(slice);
    if (mark === undefined) return false;
    marks.push(mark);
    unread.push(mark);
    return true;
  };
  let reading: Reading = readTree(text, { base: o.base, maxItems: o.maxItems, onItem, isKnown });
  if (reading.neverClosed.size > 0) {
    items = [];
    marks = [];
    read = [];
    unread = [];
    context.warnings = [
      {
        code: 'feed.markup_damaged',
        message: `elements that never close: ${[...reading.neverClosed].slice(0, 5).join(', ')}`,
      },
    ];
    reading = readTree(text, { base: o.base, maxItems: o.maxItems, voidNames: reading.neverClosed, onItem, isKnown });
  }
  if (unread.length > 0 && isNamedTwice(read, unread)) return readSyndication(text, { ...o, known: new Map() });
  const root = reading.root;
  if (root === null) return null;
  if (reading.isTruncated) warn(context, 'feed.truncated', 'the document ends before its root element does');
  // Past the bound of warnings as well: what is half must not be taken for whole.
  if (reading.isLastHalf)
    context.warnings.push({ code: 'feed.cut_inside_item', message: 'the document ends inside its last article' });
  if (reading.isCut) warn(context, 'feed.too_many_items', `only the first ${o.maxItems} items were read`);
  const { format, version } = formatOf(root);
  return { format, version, ...readHead(context, root), items, marks, warnings: context.warnings };
}

function formatOf(root: Element): { format: ParsedFeed['format']; version: string } {
  const version = attribute(root, 'version') ?? '';
  if (root.name.startsWith('atom:')) {
    const isOld = version.startsWith('0.') || root.attributes.some((value) => /purl\.org\/atom\/ns/.test(value));
    return { format: 'atom', version: isOld ? '0.3' : '1.0' };
  }
  if (root.name === 'rdf:rdf' || root.name === 'rdf') {
    return {
      format: 'rdf',
      version: root.attributes.some((value) => /netscape\.com\/rdf\/simple\/0\.9/.test(value)) ? '0.90' : '1.0',
    };
  }
  return { format: 'rss', version };
}
