// Provinces, sections and publishers → the list of all editions we publish, with their paths and titles.
import type { Edition } from '../domain.ts';
import { provinces } from '../text/place.ts';
import { sections } from '../text/section.ts';

/** An edition that shall exist; the store gives it an id. */
export type WantedEdition = Pick<Edition, 'path' | 'title' | 'filter'>;

/** Path of the general edition, which is always kept fresh in all formats. */
export const generalPath = 'tin-moi';

/** The edition of one paper: `bao/<slug>/tin-moi`. */
export function publisherEdition(publisher: { slug: string; name: string }): WantedEdition {
  return {
    path: `bao/${publisher.slug}/${generalPath}`,
    title: `Tin mới ${publisher.name}`,
    filter: { publisher: publisher.slug },
  };
}

/** All editions: everything, then the provinces in official order, the sections, and the given publishers. Paths and filters are unique. */
export function wantedEditions(publishers: readonly { slug: string; name: string }[]): WantedEdition[] {
  return [
    { path: generalPath, title: 'Tin mới', filter: {} },
    ...provinces.map(
      (province): WantedEdition => ({
        path: `tinh/${province.slug}/${generalPath}`,
        title: `Tin mới ${province.name}`,
        filter: { province: province.code },
      }),
    ),
    ...sections.map(
      (section): WantedEdition => ({
        path: `chuyen-muc/${section.slug}/${generalPath}`,
        title: `Tin mới ${section.name}`,
        filter: { section: section.slug },
      }),
    ),
    ...publishers.map(publisherEdition),
  ];
}
