// A wire story → the articles of the papers that print it, each with its desk's small edits.
import type { PastArticle, Reprint, WireStory } from '../article.ts';

const agency = 'TTX Mẫu';

/** Prints in the order of the story's list; the agency is credited in each. */
export function reprintsOf(wire: WireStory): PastArticle[] {
  return wire.prints.map((print) => reprintOf(wire, print));
}

function reprintOf(wire: WireStory, print: Reprint): PastArticle {
  const edit = (text: string): string =>
    (print.replace ?? []).reduce((edited, [from, to]) => edited.replaceAll(from, to), text);
  const body = wire.body.filter((_, index) => !(print.drop ?? []).includes(index)).map(edit);
  const sapo = print.sapo ?? edit(wire.sapo);
  return {
    slug: wire.slug,
    paper: print.paper,
    title: print.title ?? edit(wire.title),
    sapo: print.credit === 'sapo' ? `(${agency}) – ${sapo}` : sapo,
    body: print.credit === 'end' ? [...body, `(Theo ${agency})`] : body,
    byline: agency,
    categories: wire.categories,
    place: wire.place,
    photos: wire.photos.map((photo) => ({
      ...photo,
      caption: edit(photo.caption),
      after: Math.min(photo.after, body.length - 1),
    })),
    hoursAgo: Math.max(0.1, wire.hoursAgo - print.lagMinutes / 60),
  };
}
