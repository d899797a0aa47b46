// What an editor's list is asked ⇄ its address; and what is asked → a page of lines.
import type { EditionFilter } from '../../domain.ts';
import type { Db } from '../../store/db.ts';
import {
  keepFitting,
  listAside,
  type ListLine,
  listLines,
  listShared,
  listWords,
  type Looked,
} from '../../store/desk-list.ts';
import { listEdition, type SearchPlace, searchStories } from '../../store/search.ts';
import { provinceByCode, provinceBySlug } from '../../text/place.ts';
import { filterQuery, meetsSearch, parseSearch } from '../../text/search.ts';
import { readPlace, writePlace } from '../public/search-query.ts';
import { queriesOf } from '../public/search.ts';

/** `coming`: live, its hour is still to come. */
export const shelves = ['live', 'coming', 'held', 'hidden', 'withdrawn'] as const;

export type StoryShelf = (typeof shelves)[number];

/** What a list is asked. `province` is a code, `publisher` a slug, `papers` the least number of papers. */
export type StoriesAsked = {
  shelf: StoryShelf;
  words: string;
  province: string | null;
  publisher: string | null;
  papers: number;
  after: SearchPlace | null;
};

/** Reads the query of the list; what means nothing is left out. */
export function readStoriesAsked(given: URLSearchParams): StoriesAsked {
  const papers = Number(given.get('so-bao') ?? 1);
  const publisher = given.get('bao') ?? '';
  return {
    shelf: shelves.find((shelf) => shelf === given.get('trang-thai')) ?? 'live',
    words: (given.get('q') ?? '').trim().slice(0, 200),
    province: provinceBySlug(given.get('tinh') ?? '')?.code ?? null,
    publisher: /^[a-z0-9-]{1,80}$/.test(publisher) ? publisher : null,
    papers: Number.isInteger(papers) && papers > 1 && papers <= 100 ? papers : 1,
    after: readPlace(given.get('sau')),
  };
}

/** The address of a list, from a place on where there is one. */
export function storiesAddress(asked: Partial<StoriesAsked>): string {
  const query = new URLSearchParams();
  if (asked.shelf !== undefined && asked.shelf !== 'live') query.set('trang-thai', asked.shelf);
  if (asked.words) query.set('q', asked.words);
  const province = asked.province ? provinceByCode(asked.province) : null;
  if (province !== null) query.set('tinh', province.slug);
  if (asked.publisher) query.set('bao', asked.publisher);
  if ((asked.papers ?? 1) > 1) query.set('so-bao', String(asked.papers));
  if (asked.after) query.set('sau', writePlace(asked.after));
  const text = query.toString();
  return text === '' ? '/quan-tri/tin' : `/quan-tri/tin?${text}`;
}

/** A page of the list. `next`: where the page below begins; `isCut`: looking ended at a bound, not at a full page. */
export type StoriesPage = { lines: ListLine[]; next: SearchPlace | null; isCut: boolean };

const pageSize = 50;
// Finds that one page looks through for those of several papers, or for words no index holds.
const mostSifted = 300;

const exactly = (place: { listedAt: Date; id: number }): SearchPlace => ({ ...place, isExact: true });

function fromLooked({ places, lookedTo }: Looked): { places: SearchPlace[]; next: SearchPlace | null; isCut: boolean } {
  const next = lookedTo === null ? null : exactly(lookedTo);
  return { places: places.map(exactly), next, isCut: next !== null && places.length < pageSize };
}

function fromSifted(
  found: readonly SearchPlace[],
  kept: readonly SearchPlace[],
  most: number,
): { places: SearchPlace[]; next: SearchPlace | null; isCut: boolean } {
  const places = kept.slice(0, pageSize);
  if (kept.length > pageSize) return { places, next: places.at(-1) ?? null, isCut: false };
  return { places, next: found.length < most ? null : (found.at(-1) ?? null), isCut: found.length >= most };
}

async function findLive(db: Db, asked: StoriesAsked) {
  const { papers, after } = asked;
  const place = {
    ...(asked.province && { province: asked.province }),
    ...(asked.publisher && { publisher: asked.publisher }),
  };
  const filter: EditionFilter = { ...place, ...(asked.words !== '' && { words: asked.words }) };
  const query = filterQuery(filter);
  if (query === null && papers > 1) return fromLooked(await listShared(db, { ...place, papers }, pageSize, after));
  const most = papers > 1 ? mostSifted : pageSize + 1;
  if (query === null) {
    const listed = await listEdition(db, filter, null, most, after ?? undefined);
    return fromSifted(
      listed.map(exactly),
      listed.map(({ id, listedAt }) => exactly({ id, listedAt })),
      most,
    );
  }
  const found = await searchStories(db, queriesOf(filter) ?? { exact: query, loose: null }, most, after);
  const fit = papers > 1 ? new Set((await keepFitting(db, found, { papers })).map((one) => one.id)) : null;
  return fromSifted(found, fit === null ? found : found.filter((one) => fit.has(one.id)), most);
}

/** The lines that are asked for, newest first; of words, first those with the marks that were typed. Reads story and what hangs on it. */
export async function findStoryLines(db: Db, asked: StoriesAsked): Promise<StoriesPage> {
  const { shelf, words, papers, after } = asked;
  if (shelf === 'live') {
    const { places, ...rest } = await findLive(db, asked);
    return {
      lines: await listLines(
        db,
        places.map((place) => place.id),
      ),
      ...rest,
    };
  }
  const wish = { papers, province: asked.province ?? undefined, publisher: asked.publisher ?? undefined };
  const search = words === '' ? null : parseSearch(words);
  if (search === null) {
    const { places, ...rest } = fromLooked(await listAside(db, shelf, wish, pageSize, after));
    return {
      lines: await listLines(
        db,
        places.map((place) => place.id),
      ),
      ...rest,
    };
  }
  const looked = await listAside(db, shelf, wish, mostSifted, after);
  const places = new Map(looked.places.map((place) => [place.id, exactly(place)]));
  const kept = (await listWords(db, [...places.keys()])).flatMap(({ id, title, summary }) =>
    meetsSearch(search, `${title} ${summary}`) ? (places.get(id) ?? []) : [],
  );
  const here = kept.slice(0, pageSize);
  const lines = await listLines(
    db,
    here.map((place) => place.id),
  );
  if (kept.length > pageSize) return { lines, next: here.at(-1) ?? null, isCut: false };
  return { lines, next: looked.lookedTo === null ? null : exactly(looked.lookedTo), isCut: looked.lookedTo !== null };
}
