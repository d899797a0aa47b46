// A story, province, section or paper → the path of its page and what it is called.
import type { Publisher } from '../../domain.ts';
import { storyUrl } from '../../edition/document.ts';
import type { Province } from '../../text/place.ts';
import { provinceByCode } from '../../text/place.ts';
import type { Section } from '../../text/section.ts';
import { sections } from '../../text/section.ts';
import type { MenuItem } from '../layout.ts';
import type { Lang } from '../words.ts';

/** `/tin/123-huyen-moc-chau-…`: the number finds the story, the words are for people. */
export function storyPath(story: { id: number; title: string }): string {
  return storyUrl('', story);
}

/** A province as a menu shows it. */
export function provinceItem(province: Province, lang: Lang): MenuItem {
  return { path: `/tinh/${province.slug}`, name: lang === 'en' ? province.nameEn : province.name };
}

/** A section as a menu shows it. */
export function sectionItem(section: Section, lang: Lang): MenuItem {
  return { path: `/chuyen-muc/${section.slug}`, name: lang === 'en' ? section.nameEn : section.name };
}

/** A paper as a menu shows it. */
export function paperItem(publisher: Pick<Publisher, 'slug' | 'name'>): MenuItem {
  return { path: `/bao/${publisher.slug}`, name: publisher.name };
}

/** The province and section of a story, each if it is known. */
export function placesOf(story: { province: string | null; section: string | null }, lang: Lang): MenuItem[] {
  const province = story.province === null ? null : provinceByCode(story.province);
  const section = sections.find((known) => known.slug === story.section);
  return [...(province ? [provinceItem(province, lang)] : []), ...(section ? [sectionItem(section, lang)] : [])];
}
