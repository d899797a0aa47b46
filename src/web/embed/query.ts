// The query of an embed's address ⇄ what it asks for; equal wishes have one spelling, so they share one place in memory.
import { provinceBySlug } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import { safeUrl } from '../safe-url.ts';
import type { Lang } from '../words.ts';

/** What an embed shows, and how. */
export type EmbedQuery = {
  kind: 'tin-moi' | 'tin-lien-quan';
  province: string | null;
  section: string | null;
  publisher: string | null;
  /** Address of the article on the partner's page, for related stories. */
  url: string | null;
  /** Its title, for articles we do not know. */
  title: string | null;
  count: number;
  hasPictures: boolean;
  theme: 'tu-dong' | 'sang' | 'toi';
  /** Six hex digits of the colour of links and lines; null = ours. */
  colour: string | null;
  lang: Lang;
};

/** Stories in an embed unless its address says otherwise. */
export const usualCount = 6;
const mostStories = 20;

/** Reads the parameters; what is not understood counts as absent. `tin-lien-quan` has no province, section or paper. */
export function readEmbedQuery(kind: EmbedQuery['kind'], get: (name: string) => string | undefined): EmbedQuery {
  const count = /^\d{1,2}$/.test(get('so') ?? '') ? Number(get('so')) : usualCount;
  const section = get('chuyen-muc') ?? '';
  const publisher = get('bao') ?? '';
  const theme = get('giao-dien');
  const colour = (get('mau') ?? '').replace(/^#/, '').toLowerCase();
  const isLatest = kind === 'tin-moi';
  return {
    kind,
    province: isLatest ? (provinceBySlug(get('tinh') ?? '')?.slug ?? null) : null,
    section: isLatest && sections.some((known) => known.slug === section) ? section : null,
    publisher: isLatest && /^[a-z0-9-]{1,100}$/.test(publisher) ? publisher : null,
    url: isLatest ? null : safeUrl(get('url')),
    title: isLatest ? null : (get('tieu-de') ?? '').toWellFormed().trim().slice(0, 300) || null,
    count: Math.min(mostStories, Math.max(1, count)),
    hasPictures: get('anh') === '1',
    theme: theme === 'sang' || theme === 'toi' ? theme : 'tu-dong',
    colour: /^[0-9a-f]{6}$/.test(colour) ? colour : null,
    lang: get('lang') === 'en' ? 'en' : 'vi',
  };
}

/** The one spelling of what `query` asks for; empty when it asks for nothing unusual. `isData`: without what only pages look like. */
export function writeEmbedQuery(query: EmbedQuery, isData = false): string {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | null) => {
    if (value !== null) parameters.set(name, value);
  };
  set('tinh', query.province);
  set('chuyen-muc', query.section);
  set('bao', query.publisher);
  set('url', query.url);
  set('tieu-de', query.title);
  set('so', query.count === usualCount ? null : String(query.count));
  set('anh', query.hasPictures ? '1' : null);
  if (!isData) {
    set('giao-dien', query.theme === 'tu-dong' ? null : query.theme);
    set('mau', query.colour);
  }
  set('lang', query.lang === 'en' ? 'en' : null);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
