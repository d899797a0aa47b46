// The nouns of the house as plain data: types only, nothing is imported and nothing runs.

/** The three formats in which an edition is published. */
export type Format = 'rss' | 'atom' | 'json';

/** The dialects of single partners, each at its own address: Atom with tombstones, Google News, MSN. */
export type Dialect = 'partner' | 'google' | 'msn';

/** Every form in which an edition is rendered. */
export type DocumentFormat = Format | Dialect;

/** How much of a publisher's words may be shown: an agreement with the paper, recorded as data. */
export type Rights = {
  /** `headline`: title, source, time and link only; `excerpt`: plus `excerptChars` of plain text; `full`: the whole body. */
  show: 'headline' | 'excerpt' | 'full';
  /** Longest excerpt in characters, used when `show` is `excerpt`. */
  excerptChars: number;
  /** Whether pictures may be shown at all. */
  images: boolean;
};

/** What else the agreement with a paper says. An absent agreement is `noAgreement` of store/agreement.ts. */
export type Agreement = {
  /** Minutes after the paper's own publication before anything of an article may be shown. */
  embargoMinutes: number;
  /** Days after the paper's own publication from which nothing of an article may be shown; null = for good. */
  expiryDays: number | null;
  /** Who but our own site may be given its articles: every partner, none, or those in `partnerIds`. */
  partners: 'all' | 'none' | 'listed';
  partnerIds: number[];
  /** Number of the written agreement; null = there is none. */
  number: string | null;
  /** First and last day of the agreement in Việt Nam, `2026-11-22`; null = unbounded. */
  from: string | null;
  until: string | null;
};

/** The rules of a deployment over the agreements: see docs/rights.md for each and its default. */
export type Policy = {
  profile: 'own' | 'aggregator';
  /** Nothing of a paper is shown unless a written agreement with a number is in force. */
  needsAgreement: boolean;
  /** Least embargo for every paper, in minutes. */
  embargoMinutes: number;
  /** Nothing at all is shown unless that many papers have an agreement in force. */
  leastAgencies: number;
  /** How many have one now. */
  agencies: number;
  /** An article is shown whole as its paper wrote it, or as a cut of its own words; never with parts taken out of it. */
  isExact: boolean;
  /** An article that its paper removed goes within that many minutes; null = when an editor says so. */
  removalMinutes: number | null;
  /** Whether readers may comment. */
  hasComments: boolean;
};

/** A newspaper or portal. */
export type Publisher = {
  id: number;
  /** Stable ASCII name in addresses, e.g. `bao-son-la`. */
  slug: string;
  name: string;
  siteUrl: string;
  /** Official two-digit province code of today (`14` = Sơn La); null for a national publisher. */
  province: string | null;
  /** IANA zone meant by dates without one. */
  zone: string;
  rights: Rights;
  agreement: Agreement;
  /** True for the invented papers of the trial newsroom. */
  isSample: boolean;
};

/** A picture, sound, film or file that belongs to an entry. */
export type Media = {
  /** Absolute http(s) URL. */
  url: string;
  /** MIME type as the publisher said, or null. */
  type: string | null;
  medium: 'image' | 'audio' | 'video' | 'document' | null;
  /** Bytes, as the publisher said; null when absent or unreadable. */
  length: number | null;
  width: number | null;
  height: number | null;
  /** Caption as plain text. */
  title: string | null;
  credit: string | null;
};

/** One thing that was wrong with an item or a feed and did not stop it. `code` is stable and dotted. */
export type Warning = {
  code: string;
  message: string /** index of the item in its document; absent = the feed itself */;
  item?: number;
};

/** One article as one source wrote it, read and keyed but not yet stored: markup is still foreign and unsafe. */
export type EntryDraft = {
  /** Names under which the article is known, strongest first, unique; never empty. See docs/identity.md. */
  keys: string[];
  /** Absolute http(s) URL of the article as the publisher wrote it (redirects unresolved); null when it has none. */
  url: string | null;
  /** Plain text, NFC, never empty. */
  title: string;
  /** Foreign HTML with absolute URLs, not yet sanitised; null when absent. */
  summaryHtml: string | null;
  contentHtml: string | null;
  /** Names of persons, in order. */
  authors: string[];
  /** The publisher's own labels, plain text, in order. */
  categories: string[];
  media: Media[];
  /** Never in the future: see docs/dates.md. */
  publishedAt: Date;
  /** True when the source gave no readable date and the time of reading stands in. */
  isDateGuess: boolean;
  /** The source's own claim of its last change; null when it made none. */
  updatedAt: Date | null;
  /** 16 hex digits over the item as its source wrote it; equal = nothing changed. */
  fingerprint: string;
  warnings: Warning[];
};

/** One article by one publisher, stored. Texts are safe: sanitised HTML or plain text. */
export type Entry = {
  id: number;
  /** When we first saw it (database clock); with `id` its primary key, as entries are partitioned by it. */
  seenAt: Date;
  publisherId: number;
  sourceId: number;
  url: string | null;
  title: string;
  /** Plain text, at most 1,000 characters; empty when the source gave nothing but a headline. */
  summary: string;
  /** Safe HTML with absolute URLs; empty when the source gave no body. */
  bodyHtml: string;
  authors: string[];
  categories: string[];
  media: Media[];
  section: string | null;
  province: string | null;
  publishedAt: Date;
  isDateGuess: boolean;
  /** Last material change (database clock); equals the first sighting until then. */
  changedAt: Date;
  /** Place in lists of the latest: see docs/flow.md, "listed_at". */
  listedAt: Date;
};

/** An entry that one of our keys already names. */
export type KnownEntry = {
  key: string;
  entryId: number;
  seenAt: Date;
  /** What the source wrote when it was stored last; null, like the fields below, when the entry itself is gone and only its name remains. */
  fingerprint: string | null;
  url: string | null;
  title: string | null;
  publishedAt: Date | null;
  /** The source whose words stand. */
  sourceId: number | null;
  /** Bytes of its body. */
  bodyBytes: number | null;
};

/** Texts and facts of an entry as they are stored; dates on the caller's clock. */
export type EntryWords = {
  url: string | null;
  title: string;
  summary: string;
  bodyHtml: string;
  authors: string[];
  categories: string[];
  media: Media[];
  section: string | null;
  updatedAt: Date | null;
  /** That of the draft the words come from: as long as the source writes the same, nothing is compared. */
  fingerprint: string;
};

/** What is stored of an entry, as far as a changed source may change it. */
export type StoredWords = Omit<EntryWords, 'fingerprint'> & { id: number };

/** A new entry with the keys it is to be known under. */
export type NewEntry = EntryWords & {
  keys: string[];
  province: string | null;
  publishedAt: Date;
  isDateGuess: boolean;
  listedAt: Date;
  /** `packSketch` of its title and text; absent = clustering makes it. */
  sketch?: Uint8Array;
  /** Codes of the provinces that its headline or summary names, at most three. */
  places: string[];
};

/** A known entry that says something else now; `keys` are those it was not known under before. */
export type ChangedEntry = EntryWords & { id: number; seenAt: Date; isMaterial: boolean; keys: string[] };

/** `held` and `hidden` are shown nowhere; what is held waits for an editor. */
export type StoryStatus = 'live' | 'held' | 'hidden' | 'withdrawn' | 'merged';

/** The entries that are one piece of news; shows the words of its lead. */
export type Story = {
  id: number;
  /** Random and immutable: every guid we publish derives from it and from nothing else. */
  uid: string;
  status: StoryStatus;
  title: string;
  summary: string;
  province: string | null;
  section: string | null;
  image: Media | null;
  /** First publication, as its earliest entry claims; never moves. */
  firstAt: Date;
  /** Place in lists of the latest, newest first. */
  listedAt: Date;
  /** Last material change. */
  changedAt: Date;
  publisherId: number;
  leadEntryId: number;
};

/**
 * What an edition selects from all live stories: those that meet every condition that is there; `{}` = all of them.
 * `province` is a code, `section` and `publisher` are slugs, `words` is a canonical search (see `text/search`).
 */
export type EditionFilter = { province?: string; section?: string; publisher?: string; words?: string };

/** A named selection of stories that is published as feeds. */
export type Edition = {
  id: number;
  /** Path under `/feeds/` without the ending: `tin-moi`, `tinh/son-la/tin-moi`. */
  path: string;
  title: string;
  filter: EditionFilter;
  /** Last time a story of it changed. */
  changedAt: Date;
};
