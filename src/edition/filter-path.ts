// Conditions of an edition ⇄ its one canonical path and title; all other spellings lead there.
import type { EditionFilter } from '../domain.ts';
import { provinceByCode, provinceByName, provinceBySlug } from '../text/place.ts';
import { parseSearch } from '../text/search.ts';
import { sectionBySlug } from '../text/section.ts';
import { slugify } from '../text/vietnamese.ts';

const tail = 'tin-moi';
/** Path of the feed of an ad hoc search, under `/feeds/`, without ending. */
export const searchPath = 'tim-kiem';

/** The path of an edition as somebody wrote or pasted it: with `/feeds/`, an ending or the whole address, or without. */
export function readEditionPath(text: string): string {
  const path = URL.canParse(text.trim()) ? new URL(text.trim()).pathname : text.trim();
  return path.replace(/^\/?(?:feeds\/)?/, '').replace(/\.(?:rss|atom|json)$/, '');
}

/** Today's province of a slug or any name it goes or went by (`ha-giang` → Tuyên Quang), as a code; null when there is none. */
export function readProvince(name: string): string | null {
  return (provinceBySlug(name) ?? provinceByName(name.replaceAll('-', ' ')))?.code ?? null;
}

/** The conditions in their canonical spelling; null when one of them means nothing (an unknown province, words without a word). */
export function canonicalFilter(given: EditionFilter): EditionFilter | null {
  const filter: EditionFilter = {};
  if (given.province !== undefined) {
    const code = provinceByCode(given.province)?.code ?? readProvince(given.province);
    if (code === null) return null;
    filter.province = code;
  }
  if (given.section !== undefined) {
    if (sectionBySlug(given.section) === null) return null;
    filter.section = given.section;
  }
  if (given.publisher !== undefined) {
    if (!/^[a-z0-9-]{1,100}$/.test(given.publisher)) return null;
    filter.publisher = given.publisher;
  }
  if (given.words !== undefined) {
    const search = parseSearch(given.words);
    if (search === null) return null;
    filter.words = search.text;
  }
  return filter;
}

function placePath(filter: EditionFilter): string {
  const parts: string[] = [];
  const province = filter.province === undefined ? null : provinceByCode(filter.province);
  if (province !== null) parts.push('tinh', province.slug);
  if (filter.section !== undefined) parts.push('chuyen-muc', filter.section);
  if (filter.publisher !== undefined) parts.push('bao', filter.publisher);
  return parts.join('/');
}

/**
 * The path of an edition with these canonical conditions, under `/feeds/` and without ending: `tinh/son-la/chuyen-muc/kinh-te/tin-moi`.
 * A saved search has the words as a part of it: `tu-khoa/lu-quet/tin-moi`. Two searches may share a slug: the caller tells them apart.
 */
export function filterPath(filter: EditionFilter): string {
  const place = placePath(filter);
  const words = filter.words === undefined ? '' : `tu-khoa/${slugify(filter.words) || 'tim'}`;
  return [place, words, tail].filter((part) => part !== '').join('/');
}

/** What an edition is called: `Tin mới Sơn La · Kinh tế: “lũ quét”`. */
export function filterTitle(filter: EditionFilter, publisherName: string | null): string {
  const province = filter.province === undefined ? null : provinceByCode(filter.province);
  const section = filter.section === undefined ? null : sectionBySlug(filter.section);
  const names = [province?.name ?? '', section?.name ?? '', publisherName ?? ''].filter((name) => name !== '');
  const words =
    filter.words === undefined ? '' : `: ${filter.words.includes('"') ? filter.words : `“${filter.words}”`}`;
  return `Tin mới${names.length > 0 ? ` ${names.join(' · ')}` : ''}${words}`;
}

const kinds: Record<string, 'province' | 'section' | 'publisher'> = {
  tinh: 'province',
  'chuyen-muc': 'section',
  bao: 'publisher',
};

/**
 * The conditions that a path without words means, in whatever order and under whatever former name of a province; null for other
 * paths. Whether the paper exists is not asked.
 */
export function readFilterPath(path: string): EditionFilter | null {
  const parts = path.split('/');
  if (parts.pop() !== tail || parts.length === 0 || parts.length % 2 !== 0) return null;
  const given: EditionFilter = {};
  for (let i = 0; i < parts.length; i += 2) {
    const kind = kinds[parts[i] ?? ''];
    const value = parts[i + 1];
    if (kind === undefined || value === undefined || given[kind] !== undefined) return null;
    given[kind] = value;
  }
  return canonicalFilter(given);
}

const searchKeys = { q: 'words', tinh: 'province', 'chuyen-muc': 'section', bao: 'publisher' } as const;

/** The query of a search as it is canonically written, without `?`: q, tinh, chuyen-muc, bao, in this order. */
export function searchQuery(filter: EditionFilter): string {
  const query = new URLSearchParams();
  if (filter.words !== undefined) query.set('q', filter.words);
  const province = filter.province === undefined ? null : provinceByCode(filter.province);
  if (province !== null) query.set('tinh', province.slug);
  if (filter.section !== undefined) query.set('chuyen-muc', filter.section);
  if (filter.publisher !== undefined) query.set('bao', filter.publisher);
  return query.toString();
}

/** Reads a search's query: its canonical conditions (null = it means nothing) and whether what it says of them is written canonically. */
export function readSearchQuery(query: string): { filter: EditionFilter | null; isCanonical: boolean } {
  const given: EditionFilter = {};
  const known: string[] = [];
  for (const part of query.slice(0, 2_000).split('&')) {
    const key = part.split('=')[0] ?? '';
    if (!Object.hasOwn(searchKeys, key)) continue;
    known.push(part);
    const value = (new URLSearchParams(part).get(key) ?? '').trim();
    const kind = searchKeys[key as keyof typeof searchKeys];
    if (value !== '' && given[kind] === undefined) given[kind] = kind === 'words' ? value : value.toLowerCase();
  }
  const filter = canonicalFilter(given);
  return { filter, isCanonical: filter !== null && searchQuery(filter) === known.join('&') };
}
