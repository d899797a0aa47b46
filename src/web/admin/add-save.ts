// A form about one candidate → checked choices, the paper they mean, and the rows. What was chosen is kept on a form that comes back.
import type { Publisher, Rights } from '../../domain.ts';
import { enlist } from '../../source/enlist.ts';
import { type FoundPublisher, publisherOf } from '../../source/register.ts';
import type { Db } from '../../store/db.ts';
import { findTwin, spellingsOf } from '../../store/repeated.ts';
import { provinceByCode } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import { slugify } from '../../text/vietnamese.ts';
import type { KeptCandidate } from './candidate.ts';

/** What a person chose; `paper` is a slug, '' = a new one; `province` and `section` '' = none. */
export type SaveChoice = {
  paper: string;
  name: string;
  province: string;
  section: string;
  readPages: 'never' | 'needed' | 'always';
  show: Rights['show'];
  excerptChars: number;
  images: boolean;
  isForced: boolean;
};

const bare = (host: string) => host.replace(/^(?:www|m|rss|feeds?)\./, '');

function foundOf(one: KeptCandidate, name: string | null): FoundPublisher {
  const feedUrl = one.movedTo ?? one.url;
  const home = one.preview?.homeUrl ?? null;
  // A feed may name another site as its home (its maker's, or none): the address itself is surer.
  const isOwn = home !== null && URL.canParse(home) && bare(new URL(home).host) === bare(new URL(feedUrl).host);
  return publisherOf({ feedUrl, siteUrl: isOwn ? home : null, name });
}

// "Kinh tế | Báo Bến Lau", "Trang chủ - Báo Sơn La": of a page's title the part that names a paper.
function paperIn(title: string | null): string | null {
  const parts = (title ?? '').split(/\s*[|–—»]\s*|\s+-\s+/);
  return parts.find((part) => /^(?:báo|đài|cổng|tạp chí|trang thông tin)\s/i.test(part)) ?? title;
}

/** What stands in the form before anybody chose: the known paper of this host, else a new one named as the site names itself. */
export function emptyChoice(one: KeptCandidate, papers: readonly Publisher[]): SaveChoice {
  const title = paperIn(one.preview?.title ?? one.title);
  const found = foundOf(one, title);
  const host = bare(new URL(one.movedTo ?? one.url).host);
  const known = papers.find((row) => row.slug === found.slug || bare(URL.parse(row.siteUrl)?.host ?? '') === host);
  return {
    paper: known?.slug ?? '',
    name: known === undefined ? found.name.slice(0, 200) : '',
    province: found.province ?? '',
    section: '',
    readPages: 'needed',
    show: 'headline',
    excerptChars: 300,
    images: false,
    isForced: false,
  };
}

const shows = ['headline', 'excerpt', 'full'] as const;
const pages = ['needed', 'always', 'never'] as const;

/** The choices of a form; null where one is none of those that were offered. Rights count only where `mayGiveRights`. */
export function readChoice(form: URLSearchParams, mayGiveRights: boolean): SaveChoice | null {
  const said = (name: string) => (form.get(name) ?? '').trim();
  const readPages = pages.find((one) => one === said('trang_bai'));
  const show = mayGiveRights ? shows.find((one) => one === (said('quyen') || 'headline')) : 'headline';
  const chars = said('so_ky_tu') || '300';
  const province = said('tinh');
  const section = said('chuyen_muc');
  const isPlace = province === '' || provinceByCode(province) !== null;
  const isSection = section === '' || sections.some((one) => one.slug === section);
  if (readPages === undefined || show === undefined || !isPlace || !isSection) return null;
  if (!/^\d{1,5}$/.test(chars) || Number(chars) > 10_000) return null;
  return {
    paper: said('bao'),
    name: said('ten').normalize('NFC').replace(/\s+/g, ' ').slice(0, 200),
    province,
    section,
    readPages,
    show,
    excerptChars: Number(chars),
    images: mayGiveRights && form.has('anh'),
    isForced: form.has('du_trung'),
  };
}

/** The paper that is meant, as `enlist` takes it; a word says what is wrong. A new paper on the host of another is named by its own name. */
export function chosenPaper(
  one: KeptCandidate,
  asked: SaveChoice,
  papers: readonly Publisher[],
): FoundPublisher | 'badChoice' | 'nameNeeded' | 'nameTaken' {
  if (asked.paper !== '') return papers.find((row) => row.slug === asked.paper) ?? 'badChoice';
  if (asked.name === '') return 'nameNeeded';
  const found = foundOf(one, asked.name);
  const slug = [found.slug, slugify(asked.name)].find(
    (word) => word !== '' && papers.every((row) => row.slug !== word),
  );
  return slug === undefined ? 'nameTaken' : { ...found, slug, province: asked.province || null };
}

/** Writes the source and, where it is new, its paper; null when the address is known by now. Touches publisher and source. */
export async function newSource(
  db: Db,
  one: KeptCandidate,
  paper: FoundPublisher,
  asked: SaveChoice,
): Promise<{ sourceId: number } | null> {
  const { show, excerptChars, images } = asked;
  const isNewPaper = asked.paper === '';
  const rules = one.preview?.rules ?? {};
  const url = one.movedTo ?? one.url;
  // Asked first, or a source that is known by now would leave a new paper without any.
  if ((await findTwin(db, { urls: spellingsOf([url]), keys: [] })) !== null) return null;
  const { isAdded } = await enlist(
    db,
    paper,
    {
      section: asked.section || null,
      readPages: asked.readPages,
      isNewPaper,
      ...(isNewPaper ? { rights: { show, excerptChars, images } } : {}),
    },
    { url, title: one.title, kind: one.kind, rules: Object.keys(rules).length === 0 ? null : rules },
  );
  const made = isAdded ? await findTwin(db, { urls: [url], keys: [] }) : null;
  return made === null ? null : { sourceId: made.sourceId };
}
