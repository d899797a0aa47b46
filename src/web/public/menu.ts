// What has news now → the menus around every page, asked of the database twice a minute.
import type { Db } from '../../store/db.ts';
import { provincesWithStories, publishersWithStories, sectionsWithStories } from '../../store/front.ts';
import { provinces } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import type { Menu } from '../layout.ts';
import type { Lang } from '../words.ts';
import { paperItem, provinceItem, sectionItem } from './links.ts';

type Known = { provinces: Set<string>; sections: Set<string>; papers: { slug: string; name: string }[] };

const keptMs = 30_000;
const mostPapers = 60;

async function ask(db: Db): Promise<Known> {
  const [withProvince, withSection, papers] = await Promise.all([
    provincesWithStories(
      db,
      provinces.map((province) => province.code),
    ),
    sectionsWithStories(
      db,
      sections.map((section) => section.slug),
    ),
    publishersWithStories(db, mostPapers),
  ]);
  return { provinces: new Set(withProvince), sections: new Set(withSection), papers };
}

function alphabetical(names: { path: string; name: string }[]): { path: string; name: string }[] {
  return names.toSorted((a, b) => a.name.localeCompare(b.name, 'vi'));
}

/** A reader of menus that keeps its answer for half a minute; rejects when it has none and the database is away. */
export function openMenu(db: Db, now: () => Date): (lang: Lang) => Promise<Menu> {
  let kept: Promise<Known> | null = null;
  let keptAt = 0;
  return async (lang) => {
    const at = now().getTime();
    if (kept === null || at - keptAt > keptMs) {
      keptAt = at;
      const asked = ask(db);
      asked.catch(() => {
        if (kept === asked) kept = null;
      });
      kept = asked;
    }
    const known = await kept;
    return {
      sections: sections
        .filter((section) => known.sections.has(section.slug))
        .map((section) => sectionItem(section, lang)),
      provinces: alphabetical(
        provinces
          .filter((province) => known.provinces.has(province.code))
          .map((province) => provinceItem(province, lang)),
      ),
      papers: known.papers.map(paperItem),
    };
  };
}
