// A partner's products → which stories they take, and the terms under which each story goes out.
import type { EditionFilter, Policy } from '../../domain.ts';
import type { Terms } from '../../edition/rights-terms.ts';
import type { StoryCondition } from '../../store/api.ts';
import type { Access, OpenProduct, ProductFormat } from '../../store/partner.ts';
import { filterQuery } from '../../text/search.ts';

const rank = { headline: 0, excerpt: 1, full: 2 } as const;

/** A filter with the query of its words. */
export function toCondition(filter: EditionFilter): StoryCondition {
  return filter.words === undefined ? filter : { ...filter, query: filterQuery(filter) };
}

/** The products that allow all of the given formats. */
export function productsFor(access: Access, formats: readonly ProductFormat[]): OpenProduct[] {
  return access.products.filter((product) => formats.every((format) => product.formats.includes(format)));
}

/** What each product takes, in the order of the products. */
export function conditionsOf(products: readonly OpenProduct[]): StoryCondition[][] {
  return products.map((product) => product.filters.map(toCondition));
}

/**
 * The terms for a story that these products take (`taken` by their place): those of the product that gives most of it. Two products are
 * never added up, or a partner would get more than any of its agreements says. Null when none takes it.
 */
export function termsFor(
  access: Access,
  products: readonly OpenProduct[],
  taken: readonly boolean[],
  policy: Policy,
  now: Date,
): Terms | null {
  const best = products
    .filter((_product, place) => taken[place] === true)
    .toSorted((a, b) => rank[b.show] - rank[a.show] || Number(b.images) - Number(a.images))[0];
  if (best === undefined) return null;
  return { policy, now, audience: { partnerId: access.id, show: best.show, images: best.images } };
}
