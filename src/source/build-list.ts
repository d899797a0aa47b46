// A stored page, lists as they are described so far and what a person pointed at → the lists described anew, with what they find. Pure; runs in
// the reader's thread.
import { decodeBytes } from './decode.ts';
import { countFilled } from './fill-count.ts';
import { inferLists } from './infer-list.ts';
import { all, type Element, elementsOf, type Page, parsePage } from './kinds/dom.ts';
import {
  type Block,
  type Clock,
  findDate,
  findImage,
  findSummary,
  findTitle,
  linkOf,
  matching,
} from './kinds/fields.ts';
import { blocksOf, itemOf, uniqueItems } from './kinds/listing.ts';
import { fieldAround, listAround, type PickField, pickFields } from './pick.ts';
import { type PreviewRow, rowsOf } from './preview-document.ts';
import { type ListRule, partsOf, type SourceRules } from './rules.ts';
import { numbersOf, toSnapshot } from './snapshot.ts';

/** A page as it was fetched. */
export type StoredPage = { bytes: Uint8Array; contentType: string | null; url: string; zone: string; now: Date };

/** `lists` as described so far, `at` the one at work; `pick` says which element (by its number) is which field of it. */
export type BuildJob = StoredPage & {
  lists: ListRule[];
  at: number;
  pick: { number: number; field: PickField } | null;
};

/** What a list finds. `marks`: numbers of the elements that are its items and fields. */
export type Built = {
  lists: ListRule[];
  /** `no_list`: the element stands in no list; `outside`: it stands in no item of this one; `no_rule`: no selector finds it. */
  problem: 'no_list' | 'outside' | 'no_rule' | null;
  /** Articles of the list at work, and of all lists together. */
  count: number;
  total: number;
  rows: PreviewRow[];
  fill: { field: string; rate: number }[];
  marks: Record<PickField, number[]>;
};

function pageOf(stored: StoredPage): Page {
  const { text } = decodeBytes(stored.bytes, stored.contentType === null ? {} : { contentType: stored.contentType });
  return parsePage(text, stored.url);
}

/** The page as an inert likeness; see `toSnapshot`. */
export const snapshotPage = (stored: StoredPage): { markup: string } => ({ markup: toSnapshot(pageOf(stored)) });

/** The lists that are found on the page by themselves, likeliest first, at most 6, each with how many articles it has. */
export function guessLists(stored: StoredPage): { heading: string | null; count: number; rules: SourceRules }[] {
  return inferLists(pageOf(stored), stored)
    .filter(({ rules }) => (rules.lists ?? []).length > 0)
    .map(({ heading, items, rules }) => ({ heading, count: items.length, rules }));
}

function described(page: Page, job: BuildJob): { lists: ListRule[]; problem: Built['problem'] } {
  const { lists, at, pick } = job;
  const element = pick === null ? undefined : elementsOf(page.root)[pick.number];
  if (pick === null || element === undefined) return { lists, problem: null };
  const put = (rule: ListRule) => lists.toSpliced(at, 1, rule);
  if (pick.field === 'item') {
    const rule = listAround(page, element, job);
    return rule === null ? { lists, problem: 'no_list' } : { lists: put(rule), problem: null };
  }
  const rule = lists[at];
  const field = rule === undefined ? 'outside' : fieldAround(page, rule, element, pick.field);
  if (rule === undefined || field === 'outside') return { lists, problem: 'outside' };
  return field === null
    ? { lists, problem: 'no_rule' }
    : { lists: put({ ...rule, [pick.field]: field.rule }), problem: null };
}

// Where a field stands in an item: by its rule where it has one, else by its look, as the reader finds it.
function fieldIn(block: Block, rule: ListRule, field: PickField, page: Page, clock: Clock): Element | null {
  if (field === 'item') return block[0] ?? null;
  const said = rule[field];
  if (said !== undefined) return matching(block, partsOf(said).css)[0] ?? null;
  const item = itemOf(block, rule, page.base, clock);
  const url = item?.url ?? null;
  if (url === null) return null;
  if (field === 'title') return findTitle(block, url, page.base)?.element ?? null;
  if (field === 'date') return findDate(block, clock)?.element ?? null;
  if (field === 'image') return findImage(block, page.base)?.element ?? null;
  if (field === 'summary') return findSummary(block, item?.title ?? '', clock)?.element ?? null;
  const anchors = block.flatMap((one) => (one.name === 'a' ? [one] : all(one, 'a[href]')));
  return anchors.find((one) => linkOf(one, page.base) === url) ?? null;
}

/** Describes the lists anew by what was pointed at and reads them. Never throws; a rule that finds nothing has count 0. */
export function buildList(job: BuildJob): Built {
  const page = pageOf(job);
  const { lists, problem } = described(page, job);
  const numbers = numbersOf(page);
  const read = (rule: ListRule) => blocksOf(page, rule).flatMap((block) => itemOf(block, rule, page.base, job) ?? []);
  const rule = lists[job.at];
  const items = rule === undefined ? [] : uniqueItems(read(rule));
  const marks: Built['marks'] = { item: [], title: [], link: [], date: [], image: [], summary: [] };
  for (const block of rule === undefined ? [] : blocksOf(page, rule))
    for (const field of pickFields) {
      const element = rule === undefined ? null : fieldIn(block, rule, field, page, job);
      const number = element === null ? undefined : numbers.get(element);
      if (number !== undefined) marks[field].push(number);
    }
  return {
    lists,
    problem,
    count: items.length,
    total: uniqueItems(lists.flatMap(read)).length,
    rows: rowsOf(items, 5),
    fill:
      items.length === 0 ? [] : countFilled(items).map(({ field, seen, filled }) => ({ field, rate: filled / seen })),
    marks,
  };
}
