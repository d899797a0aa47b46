// Elements of one list, or of one field in its items → the shortest selector that finds them and nothing else. Pure.
import { all, type AnyNode, type Element, type Page, parentOf } from './kinds/dom.ts';
import { type Block, lastingClasses, matching } from './kinds/fields.ts';

const maxTries = 60;

// Names made by machines change with every release or hold a counter; they are no address.
const lastingId = (id: string | undefined) =>
  id !== undefined && /^[A-Za-z][\w-]{1,60}$/.test(id) && !/\d{3,}|INSTANCE|_ctl\d+$|rpt\w*_\d+|uuid/i.test(id)
    ? id
    : null;

function shared(elements: readonly Element[]): string[] {
  const [first, ...rest] = elements.map(lastingClasses);
  return (first ?? []).filter((name) => rest.every((names) => names.includes(name)));
}

const nameOf = (elements: readonly Element[]) => {
  const names = new Set(elements.map((element) => element.name));
  return names.size === 1 ? (elements[0]?.name ?? '*') : '*';
};

// How one level may be written, plainest first.
function steps(elements: readonly Element[]): string[] {
  const name = nameOf(elements);
  const classes = shared(elements);
  const ids = new Set(elements.map((element) => lastingId(element.attribs['id'])));
  const [id] = ids;
  const out: string[] = [];
  if (ids.size === 1 && id) out.push(`#${id}`);
  for (const one of classes.slice(0, 4)) out.push(`${name}.${one}`);
  if (classes.length > 1) out.push(`${name}.${classes.slice(0, 3).join('.')}`);
  out.push(name);
  return out;
}

// Where a page has no names at all, the place among brothers is all there is.
function placed(element: Element): string {
  let index = 1;
  for (let at: AnyNode | null = element.prev; at !== null; at = at.prev)
    if ('name' in at && at.name === element.name) index++;
  return `${element.name}:nth-of-type(${index})`;
}

/**
 * A selector for these elements of a page: by class or id where there is one, led by an ancestor's where that alone finds too much, by
 * place where nothing has a name. A few more finds are welcome where `isAlike` holds for them (an item that an unclosed tag swallowed). It may find further elements of the same shape. Null when none of the tries comes near.
 */
export function selectorFor(
  page: Page,
  elements: readonly Element[],
  isAlike: (element: Element) => boolean = () => false,
): string | null {
  const wanted = new Set(elements);
  let best: { selector: string; extra: number } | null = null;
  let tries = 0;
  // Extra finds cost: a shorter selector may take in a few more of the same kind, not another list.
  const attempt = (selector: string): boolean => {
    if (tries++ > maxTries) return false;
    const found = all(page.root, selector);
    const hits = found.filter((element) => wanted.has(element)).length;
    if (hits < wanted.size) return false;
    const extra = found.length - hits;
    if (best === null || extra < best.extra) best = { selector, extra };
    return (
      extra === 0 ||
      (extra <= elements.length * 0.25 && found.every((element) => wanted.has(element) || isAlike(element)))
    );
  };
  const own = steps(elements);
  for (const step of own) if (step.includes('.') || step.startsWith('#')) if (attempt(step)) return step;
  let level: Element[] = [...elements];
  const trail: string[] = [own.at(-1) ?? '*'];
  const leaf = own.length > 1 ? (own[0] ?? '*') : (own.at(-1) ?? '*');
  trail[0] = leaf;
  for (let depth = 0; depth < 12; depth++) {
    const above = level.flatMap((element) => parentOf(element) ?? []);
    if (above.length < level.length) break;
    level = [...new Set(above)];
    for (const step of steps(level)) {
      if (step.includes('.') || step.startsWith('#')) {
        const path = [step, ...trail].join(' > ');
        if (attempt(path)) return path;
        if (depth > 0 && attempt(`${step} ${leaf}`)) return `${step} ${leaf}`;
      }
    }
    trail.unshift(level.length === 1 && level[0] ? placed(level[0]) : (steps(level).at(-1) ?? '*'));
  }
  attempt(trail.join(' > '));
  const near = best as { selector: string; extra: number } | null;
  return near !== null && near.extra <= Math.max(1, elements.length * 0.3) ? near.selector : null;
}

type Sample = { block: Block; found: { element: Element; attribute?: string | null } | null };

/**
 * The rule of a field from where it was found in each item (`CSS` or `CSS@attribute`), tried on all of them: it must find the same
 * element first in nine of ten. Null when too few items have the field or no short rule does.
 */
export function fieldRule(samples: readonly Sample[]): string | null {
  const present = samples.filter((sample) => sample.found !== null);
  if (present.length < Math.max(2, samples.length * 0.5)) return null;
  const elements = present.flatMap(({ found }) => (found === null ? [] : [found.element]));
  const attributes = new Map<string | null, number>();
  for (const { found } of present)
    attributes.set(found?.attribute ?? null, (attributes.get(found?.attribute ?? null) ?? 0) + 1);
  const attribute = [...attributes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  for (const css of fieldSelectors(elements)) {
    const right = present.filter(({ block, found }) => matching(block, css)[0] === found?.element).length;
    const wrong =
      samples.length - present.length === 0
        ? 0
        : samples.filter((one) => one.found === null && matching(one.block, css).length > 0).length;
    if (right >= present.length * 0.9 && wrong <= samples.length * 0.2)
      return attribute === null ? css : `${css}@${attribute}`;
  }
  return null;
}

/** Short selectors that hold for nine in ten of these elements, plainest first. */
export function fieldSelectors(elements: readonly Element[]): string[] {
  const counts = new Map<string, number>();
  const note = (selector: string) => counts.set(selector, (counts.get(selector) ?? 0) + 1);
  for (const element of elements) {
    const parent = parentOf(element);
    const classes = lastingClasses(element);
    for (const name of classes.slice(0, 3)) note(`.${name}`);
    for (const name of classes.slice(0, 3)) note(`${element.name}.${name}`);
    note(element.name);
    if (parent !== null) {
      for (const name of lastingClasses(parent).slice(0, 2)) note(`.${name} > ${element.name}`);
      note(`${parent.name} > ${element.name}`);
    }
    note(placed(element));
  }
  return [...counts].filter(([, count]) => count >= elements.length * 0.9).map(([selector]) => selector);
}
