// What an invented article of the trial newsroom is made of: types only.

/** The eight invented papers. */
export type PaperSlug =
  | 'nui-ngan'
  | 'song-may'
  | 'dong-chieu'
  | 'bien-sang'
  | 'gio-lam'
  | 'dai-ngan'
  | 'mien-dua'
  | 'ben-gio';

/** What a generated picture shows. */
export type Scene = 'hills' | 'fields' | 'sea' | 'river' | 'town';

/** A captioned picture; it stands after the paragraph with index `after` (-1 = above the first). */
export type Photo = { caption: string; after: number; scene: Scene };

/**
 * Words of an article. Plain text, NFC; a paragraph that starts with `## ` is a subheading. In all texts
 * `[[0]]` stands for the day of publication as day/month, `[[-1]]` for the day before, `[[thứ 2]]` for the
 * weekday two days later, `[[tháng 0]]` for the number of the month and `[[năm 0]]` for the year.
 */
export type Words = { title: string; sapo: string; body: readonly string[] };

/** One article of one paper. */
export type Article = Words & {
  /** ASCII, unique within the paper; URL and guid derive from it. */
  slug: string;
  paper: PaperSlug;
  byline: string;
  categories: readonly string[];
  place: string;
  photos: readonly Photo[];
  /** Later text under the same URL and guid, in place from `afterSeconds` after the newsroom's first start. */
  update?: Partial<Words> & { afterSeconds: number };
};

/** An article that is there from the first moment, published so many hours before the newsroom's first start. */
export type PastArticle = Article & { hoursAgo: number };

/** One paper's print of a wire story: small edits by its own desk. */
export type Reprint = {
  paper: PaperSlug;
  /** Minutes between the wire's hour and this print. */
  lagMinutes: number;
  title?: string;
  sapo?: string;
  /** Indices of paragraphs left out. */
  drop?: readonly number[];
  /** Replacements in every text, in order. */
  replace?: readonly (readonly [string, string])[];
  /** How the agency is named: at the end, before the sapo, or in the byline only. */
  credit: 'end' | 'sapo' | 'byline';
};

/** A story of the invented wire agency TTX Mẫu and its prints. */
export type WireStory = Words & {
  slug: string;
  categories: readonly string[];
  place: string;
  photos: readonly Photo[];
  hoursAgo: number;
  prints: readonly Reprint[];
};

/** An article as it stands at one moment: day words filled in, an update applied. */
export type Published = Omit<Article, 'update'> & {
  publishedAt: Date /** null = never changed */;
  updatedAt: Date | null;
};
