// The query of the search page ⇄ what is asked: conditions, days, and where in the list of finds the page begins.
import type { EditionFilter } from '../../domain.ts';
import { readSearchQuery, searchQuery } from '../../edition/filter-path.ts';
import type { SearchPlace } from '../../store/search.ts';

/** What a search page is asked. `filter` null = it means nothing, `{}` = nothing is asked yet. Days as `2026-11-22`, both included. */
export type SearchAsked = {
  filter: EditionFilter | null;
  since: string | null;
  until: string | null;
  after: SearchPlace | null;
};

function readDay(text: string | null): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (match === null || text === null) return null;
  const at = new Date(`${text}T00:00:00Z`);
  // 31 February is no day.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text;
}

/** Reads a place in a list of finds as `writePlace` writes it; null for anything else. */
export function readPlace(text: string | null): SearchPlace | null {
  const match = /^([01])-(\d{1,14})-(\d{1,15})$/.exec(text ?? '');
  if (match === null) return null;
  return { isExact: match[1] === '1', listedAt: new Date(Number(match[2])), id: Number(match[3]) };
}

/** A place in a list of finds, in the letters of an address. */
export function writePlace(place: SearchPlace): string {
  return `${place.isExact ? 1 : 0}-${place.listedAt.getTime()}-${place.id}`;
}

/** Reads the query of a search page, without `?`: q, tinh, chuyen-muc, bao, tu, den, truoc; all else is ignored. */
export function readSearchPage(query: string): SearchAsked {
  const given = new URLSearchParams(query.slice(0, 2_000));
  return {
    filter: readSearchQuery(query).filter,
    since: readDay(given.get('tu')),
    until: readDay(given.get('den')),
    after: readPlace(given.get('truoc')),
  };
}

/** The one address of a search page within the site; what means nothing has none of its own. */
export function searchAddress(asked: Omit<SearchAsked, 'after'>, after: SearchPlace | null): string {
  if (asked.filter === null) return '/tim-kiem?q=-';
  const query = new URLSearchParams(searchQuery(asked.filter));
  if (asked.since !== null) query.set('tu', asked.since);
  if (asked.until !== null) query.set('den', asked.until);
  if (after !== null) query.set('truoc', writePlace(after));
  const text = query.toString();
  return text === '' ? '/tim-kiem' : `/tim-kiem?${text}`;
}
