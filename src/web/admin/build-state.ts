// What the builder keeps of a page between two requests, and what a form makes of it. Pure.
import type { ListRule } from '../../source/rules.ts';
import { checkRules } from '../../source/rules.ts';

/** Fields that a person can point at, in the order of the form. */
export const buildFields = ['item', 'title', 'link', 'date', 'image', 'summary'] as const;
export type BuildField = (typeof buildFields)[number];

/** The builder's page: lists as described so far and which of them is at work; `picking`: what the next click means. */
export type BuildState = {
  url: string;
  contentType: string | null;
  guesses: { heading: string | null; count: number; rules: { lists?: ListRule[] | undefined } }[];
  lists: ListRule[];
  at: number;
  picking: BuildField;
  /** What was wrong with the last step, in a word. */
  problem: string | null;
};

const mostLists = 8;
const blank: ListRule = { item: '' };

/** A list that says nothing yet is no list. */
export const describedLists = (state: BuildState): ListRule[] => state.lists.filter((one) => one.item !== '');

function typed(form: URLSearchParams): ListRule {
  const said = (name: BuildField) => (form.get(name) ?? '').trim();
  const rule: ListRule = { item: said('item') };
  for (const name of buildFields) if (name !== 'item' && said(name) !== '') rule[name] = said(name);
  return form.has('isFlat') ? { ...rule, isFlat: true } : rule;
}

/** One step of a form that needs no page: what was typed, another list, another field. `pick`: what the step points at. */
export function stepOf(
  state: BuildState,
  form: URLSearchParams,
): { state: BuildState; pick: { number: number; field: BuildField } | null } {
  const step = form.get('viec') ?? 'thu';
  const picking = buildFields.find((one) => one === form.get('o')) ?? state.picking;
  const next: BuildState = { ...state, picking, problem: null };
  const guess = /^doan-(\d)$/.exec(step)?.[1];
  if (guess !== undefined) {
    const lists = state.guesses[Number(guess)]?.rules.lists ?? [];
    return { state: { ...next, lists: lists.length === 0 ? [blank] : lists, at: 0 }, pick: null };
  }
  const rule = typed(form);
  const lists = state.lists.toSpliced(state.at, 1, rule);
  const problem = rule.item === '' ? null : problemOf(rule);
  const kept = { ...next, lists, problem };
  const other = /^muc-(\d)$/.exec(step)?.[1];
  if (other !== undefined) return { state: { ...kept, at: Math.min(Number(other), lists.length - 1) }, pick: null };
  if (step === 'them' && lists.length < mostLists)
    return { state: { ...kept, lists: [...lists, blank], at: lists.length, picking: 'item' }, pick: null };
  if (step === 'bo') {
    const fewer = state.lists.toSpliced(state.at, 1);
    return { state: { ...next, lists: fewer.length === 0 ? [blank] : fewer, at: 0 }, pick: null };
  }
  const number = form.get('n') ?? '';
  const isPick = step === 'chon' && /^\d{1,6}$/.test(number);
  return { state: kept, pick: isPick ? { number: Number(number), field: picking } : null };
}

function problemOf(rule: ListRule): string | null {
  const checked = checkRules({ lists: [rule] });
  return 'problem' in checked ? 'selector' : null;
}
