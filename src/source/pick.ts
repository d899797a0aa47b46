// An element that a person pointed at on a page → the rule of the list it belongs to, or of one field in that list's items. Pure.
import { fieldSelectors, selectorFor } from './infer-selector.ts';
import { aroundOnly, groupsOf, ruleOf } from './infer-list.ts';
import { all, type Element, elementsOf, type Page, parentOf } from './kinds/dom.ts';
import { type Block, type Clock, findImage, lastingClasses, linkOf, matching } from './kinds/fields.ts';
import { blocksOf } from './kinds/listing.ts';
import type { ListRule } from './rules.ts';

/** What may be pointed at: a whole item, or one field in it. */
export const pickFields = ['item', 'title', 'link', 'date', 'image', 'summary'] as const;
export type PickField = (typeof pickFields)[number];

const fewest = 2;
const mostLevels = 12;

function* upward(element: Element): Generator<Element> {
  let at: Element | null = element;
  for (let level = 0; at !== null && level < mostLevels && !/^(?:body|html)$/.test(at.name); level++, at = parentOf(at))
    yield at;
}

// Brothers of the same name and a lasting class in common, each with a link: a list whatever its links are called.
function brothersOf(element: Element): Element[] {
  const classes = lastingClasses(element);
  const around = parentOf(element);
  const brothers = (around?.children ?? []).filter(
    (node): node is Element =>
      'name' in node &&
      node.name === element.name &&
      (classes.length === 0 || lastingClasses(node as Element).some((name) => classes.includes(name))),
  );
  return brothers.filter((one) => one.name === 'a' || all(one, 'a[href]').length > 0);
}

// The big story on top is a list of one: the element around its link that leads nowhere else.
function loneItem(page: Page, element: Element): ListRule | null {
  const link = [...upward(element)].find((at) => at.name === 'a') ?? all(element, 'a[href]')[0];
  const url = link === undefined ? null : linkOf(link, page.base);
  const root = elementsOf(page.root, 1)[0];
  if (link === undefined || url === null || root === undefined) return null;
  const item = selectorFor(page, [aroundOnly(link, url, page.base, root) ?? link]);
  return item === null ? null : { item };
}

/**
 * The rule of the list that holds this element: its links of one shape generalised as `inferLists` does, with the fields that repeat; where no
 * such links are near, its brothers; where it has none, itself. Null where it leads to no article.
 */
export function listAround(page: Page, element: Element, clock: Clock): ListRule | null {
  const holds = (rule: ListRule) =>
    blocksOf(page, rule).some((block) => block.some((one) => elementsOf(one).includes(element)));
  const groups = groupsOf(page).filter((group) => group.links.length >= fewest);
  for (const at of upward(element)) {
    const inside = new Set(elementsOf(at));
    // The first element upwards that holds links of a list is its item, or the list itself.
    const near = groups.filter((group) => group.links.some((link) => inside.has(link)));
    const rules = near.flatMap((group) => ruleOf(page, group, clock, fewest)?.rule ?? []);
    const found = rules.find(holds);
    if (found !== undefined) return found;
    if (near.length > 0) break;
  }
  for (const at of upward(element)) {
    const brothers = brothersOf(at);
    const item = brothers.length < fewest || !brothers.includes(at) ? null : selectorFor(page, brothers);
    if (item !== null) return { item };
  }
  return loneItem(page, element);
}

// A field is said of what carries it: a link of its anchor, a picture of its image.
function carrierOf(element: Element, field: PickField, own: Block): Element | null {
  const within = new Set(own.flatMap((one) => elementsOf(one)));
  if (field === 'link') {
    for (const at of upward(element)) if (at.name === 'a' && within.has(at)) return at;
    return all(element, 'a[href]')[0] ?? null;
  }
  if (field === 'image') return findImage([element], undefined)?.element ?? element;
  return element;
}

const isDateText = (text: string | undefined) => text !== undefined && /\d{1,4}[-/.T]\d{1,2}/.test(text);

/**
 * The rule that finds a field where a person pointed at it in one item, and in as many other items as can be. `outside`: the element is in no
 * item of the list; null: no short selector finds it first.
 */
export function fieldAround(
  page: Page,
  rule: ListRule,
  element: Element,
  field: PickField,
): { rule: string } | 'outside' | null {
  const blocks = blocksOf(page, rule);
  const own = blocks.find((block) => block.some((one) => elementsOf(one).includes(element)));
  if (own === undefined) return 'outside';
  const carrier = carrierOf(element, field, own);
  if (carrier === null) return null;
  const attribute = field === 'date' && isDateText(carrier.attribs['datetime']) ? '@datetime' : '';
  // The item itself is the field: a list of links has nothing inside them.
  if (own[0] === carrier) {
    const said = field === 'link' ? '@href' : attribute;
    return said === '' ? null : { rule: said };
  }
  let best: { css: string; hits: number } | null = null;
  for (const css of fieldSelectors([carrier])) {
    if (matching(own, css)[0] !== carrier) continue;
    const hits = blocks.filter((block) => matching(block, css).length > 0).length;
    if (best === null || hits > best.hits) best = { css, hits };
  }
  return best === null ? null : { rule: `${best.css}${attribute}` };
}
