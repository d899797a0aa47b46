// Short notations of the article files → full articles.
import type { Article, PaperSlug, Photo, Scene } from '../article.ts';

/** A captioned picture after the paragraph with index `after`. */
export function photo(scene: Scene, after: number, caption: string): Photo {
  return { scene, after, caption };
}

/** Puts the paper's name on each article of its list. */
export function printedBy<T extends Omit<Article, 'paper'>>(
  paper: PaperSlug,
  articles: readonly T[],
): (T & { paper: PaperSlug })[] {
  return articles.map((article) => ({ ...article, paper }));
}
