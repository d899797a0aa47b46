// The list's query, or a form's hidden fields ⇄ what the list is narrowed by and where its page begins.
import { html } from 'hono/html';
import type { SourceFilter, SourcePlace } from '../../store/source-desk.ts';
import { stateOrder } from '../../store/source-desk.ts';
import { fold } from '../../text/vietnamese.ts';
import { addressWith } from './parts.ts';
import type { Html } from './shell.ts';

export const listPath = '/quan-tri';

/** A filter as it stands in an address: `tt` state, `tinh` province, `loai` kind, `q` words. Empty = none. */
export type FilterQuery = { tt: string; tinh: string; loai: string; q: string };

/** Reads it; what is none of ours counts as absent. */
export function readFilter(get: (name: string) => string | null | undefined): FilterQuery {
  const state = get('tt') ?? '';
  return {
    tt: (stateOrder as readonly string[]).includes(state) ? state : '',
    tinh: /^\d{2}$/.exec(get('tinh') ?? '')?.[0] ?? '',
    loai: /^[a-z-]{1,20}$/.exec(get('loai') ?? '')?.[0] ?? '',
    q: (get('q') ?? '').trim().slice(0, 100),
  };
}

const orNull = (text: string) => (text === '' ? null : text);

/** The filter as the store takes it. */
export const toFilter = (query: FilterQuery): SourceFilter => ({
  state: orNull(query.tt),
  province: orNull(query.tinh),
  kind: orNull(query.loai),
  words: orNull(fold(query.q.normalize('NFC'))),
});

/** The list's address under a filter. */
export const listAddress = (query: FilterQuery, more: Record<string, string | number | null> = {}): string =>
  addressWith(listPath, { ...query, ...more });

/** The filter as hidden fields of a form. */
export const filterFields = (query: FilterQuery): Html =>
  html`${Object.entries(query).map(([name, value]) => (value === '' ? '' : html`<input type="hidden" name="${name}" value="${value}">`))}`;

/** `0.3.123`: rank of the state, failures, id of the last source of a page. */
export const writePlace = (place: SourcePlace): string => `${place.rank}.${place.failures}.${place.id}`;

/** Reads it; null for anything that we did not write. */
export function readPlace(text: string | undefined): SourcePlace | null {
  const match = /^(\d)\.(\d{1,9})\.(\d{1,15})$/.exec(text ?? '');
  return match === null ? null : { rank: Number(match[1]), failures: Number(match[2]), id: Number(match[3]) };
}
