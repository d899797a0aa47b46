// Two readings of one document, by the rules of now and by changed ones → what would be otherwise, article by article. Pure.
import { plainText } from '../text/markup.ts';
import { type ReadDocument, type ReadEntry, rowOf } from './read-document.ts';
import { readRow } from './row.ts';

/** One article as a reading has it. Its date is null where the reading only guessed one. */
type Article = { key: string | null; url: string | null; fields: Record<DryField, string> };

/** The fields that are compared, in the order in which they are shown. */
export const dryFields = ['title', 'url', 'date', 'summary', 'text', 'picture', 'author', 'section'] as const;
export type DryField = (typeof dryFields)[number];

/** One article that would be otherwise. `fields`: those that differ, '' = it has none. `keys` name it in the store. */
export type DryRow = {
  kind: 'added' | 'gone' | 'changed';
  title: string;
  url: string | null;
  key: string | null;
  fields: { field: DryField; before: string; after: string }[];
};

/** What changed rules would do to a document. `filled`: how many of the articles have each field, before and after. */
export type DryRun = {
  before: number;
  after: number;
  same: number;
  rows: DryRow[];
  filled: { field: DryField; before: number; after: number }[];
};

const longest = 300;
const short = (text: string) => (text.length <= longest ? text : `${text.slice(0, longest)}…`);

function articleOf(document: Pick<ReadDocument, 'rows'>, entry: ReadEntry): Article {
  const row = readRow(rowOf(document, entry));
  return {
    key: entry.keys[0] ?? null,
    url: row.url,
    fields: {
      title: row.title,
      url: row.url ?? '',
      date: row.isDateGuess ? '' : row.publishedAt.toISOString(),
      summary: row.summary,
      text: short(plainText(row.bodyHtml.slice(0, 4_000)).replace(/\s+/g, ' ').trim()),
      picture: row.media[0]?.url ?? '',
      author: row.authors.join(', '),
      section: row.section ?? '',
    },
  };
}

// Items without headline or date wait for their own page: what the list says of them is in their seed.
function lackingOf(item: ReadDocument['lacking'][number]): Article {
  const seed = JSON.parse(item.seed) as { title: string | null; publishedAt: string | null; imageUrl: string | null };
  const none = { summary: '', text: '', author: '', section: '' };
  return {
    key: item.key,
    url: item.url,
    fields: {
      ...none,
      title: seed.title ?? '',
      url: item.url,
      date: seed.publishedAt ?? '',
      picture: seed.imageUrl ?? '',
    },
  };
}

/** The articles of a reading in the order of the document, those that wait for their own page behind the others. */
const articlesOf = (document: Pick<ReadDocument, 'rows' | 'entries' | 'lacking'>): Article[] => [
  ...document.entries.map((entry) => articleOf(document, entry)),
  ...document.lacking.map(lackingOf),
];

type Reading = Pick<ReadDocument, 'rows' | 'entries' | 'lacking'>;

/** Compares two readings of the same bytes, articles by their address; `before` null where the rules of now cannot read it at all. */
export function compareReadings(before: Reading | null, after: Reading): DryRun {
  const old = before === null ? [] : articlesOf(before);
  const fresh = articlesOf(after);
  const nameOf = (article: Article) => article.url ?? `title:${article.fields.title}`;
  const byName = new Map(old.map((article) => [nameOf(article), article]));
  const rows: DryRow[] = [];
  let same = 0;
  for (const article of fresh) {
    const known = byName.get(nameOf(article));
    byName.delete(nameOf(article));
    const fields = dryFields
      .map((field) => ({ field, before: short(known?.fields[field] ?? ''), after: short(article.fields[field]) }))
      .filter((one) => one.before !== one.after);
    if (known !== undefined && fields.length === 0) same += 1;
    else
      rows.push({
        kind: known === undefined ? 'added' : 'changed',
        title: article.fields.title || (article.url ?? ''),
        url: article.url,
        key: article.key,
        fields,
      });
  }
  const gone = [...byName.values()].map(
    (article): DryRow => ({
      kind: 'gone',
      title: article.fields.title || (article.url ?? ''),
      url: article.url,
      key: article.key,
      fields: [],
    }),
  );
  const count = (articles: readonly Article[], field: DryField) =>
    articles.filter((article) => article.fields[field] !== '').length;
  return {
    before: old.length,
    after: fresh.length,
    same,
    rows: [...rows, ...gone],
    filled: dryFields.map((field) => ({ field, before: count(old, field), after: count(fresh, field) })),
  };
}
