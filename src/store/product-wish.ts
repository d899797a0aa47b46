// What somebody wrote of a product → the product, or what is wrong with it; for the command line and the console alike.
import type { Db } from './db.ts';
import type { Product, ProductFormat } from './partner.ts';
import { filtersOfPaths, productFormats } from './partner.ts';

/** A product as it was written down. */
export type ProductWish = {
  name: string;
  /** Paths of editions, `tinh/son-la/tin-moi`. */
  editions: readonly string[];
  formats: readonly string[];
  show: string;
  images: boolean;
};

/** Why a wish is no product; `words` are those that nobody knows. */
export type ProductProblem = { kind: 'name' | 'show' | 'formats' | 'editions'; words: string[] };

const shows = ['headline', 'excerpt', 'full'] as const;
const isFormat = (word: string): word is ProductFormat => (productFormats as readonly string[]).includes(word);

/** Reads a wish; its editions must be published now. Reads edition by its unique path. */
export async function readProductWish(
  db: Db,
  wish: ProductWish,
): Promise<{ product: Product } | { problem: ProductProblem }> {
  const { name, images } = wish;
  const refuse = (kind: ProductProblem['kind'], words: string[] = []) => ({ problem: { kind, words } });
  if (name.trim() === '' || name.length > 60) return refuse('name');
  const show = shows.find((one) => one === wish.show);
  if (show === undefined) return refuse('show', [wish.show]);
  const formats = [...new Set(wish.formats)].filter(isFormat);
  const odd = wish.formats.filter((word) => !isFormat(word));
  if (formats.length === 0 || odd.length > 0) return refuse('formats', odd);
  const editions = [...new Set(wish.editions)];
  const known = await filtersOfPaths(db, editions);
  const missing = editions.filter((path) => !known.has(path));
  if (editions.length === 0 || editions.length > 500 || missing.length > 0) return refuse('editions', missing);
  return { product: { name: name.trim(), editions, formats, show, images } };
}
