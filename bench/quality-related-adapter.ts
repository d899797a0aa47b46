// The corpus's articles → ranked related articles, in the form that its scorer asks for. `--others N` mixes N articles of the feed world in.
import { countDocument, newFrequencies } from '../src/story/frequency.ts';
import { relatedTo } from '../src/story/related.ts';
import { type TermVector, vectorOf } from '../src/story/vector.ts';
import { type ArticleTerms, type ArticleText, termsOf } from '../src/text/terms.ts';
import { plainText } from '../src/text/markup.ts';
import { buildMemoryIndex, candidatesOf } from './related-memory.ts';
import { worldArticles } from './related-world.ts';

type Doc = { id: string; title: string; lead: string; body: string; publishedAt?: string };
type Item = { doc: Doc | null; at: Date | null; terms: ArticleTerms | null };

const nothing = { terms: new Int32Array(), counts: new Float32Array() };
const judged = 10;
const candidateLimit = 64;

function option(name: string): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? 0 : Number(process.argv[at + 1]);
}

const textOf = (doc: Doc): ArticleText => ({
  title: plainText(doc.title),
  lead: plainText(doc.lead ?? ''),
  body: plainText(doc.body),
});
const dateOf = (text: string | undefined) =>
  text === undefined || Number.isNaN(Date.parse(text)) ? null : new Date(text);

async function readOthers(count: number): Promise<{ text: ArticleText; at: Date | null }[]> {
  const others: { text: ArticleText; at: Date | null }[] = [];
  if (count === 0) return others;
  // In the middle of the corpus's newest articles, so that time does not tell the two apart.
  for await (const { at, ...text } of worldArticles(count, new Date('2022-08-20T00:00:00Z'))) others.push({ text, at });
  return others;
}

// Spread evenly, as they would have arrived.
function mix<T>(own: T[], others: T[]): T[] {
  const step = others.length / Math.max(own.length, 1);
  return own.flatMap((one, i) => [...others.slice(Math.floor(i * step), Math.floor((i + 1) * step)), one]);
}

export async function related(docs: Doc[]): Promise<Map<string, string[]>> {
  const others = await readOthers(option('others'));
  const startedAt = performance.now();
  const frequencies = newFrequencies();
  const toItem = (text: ArticleText, at: Date | null, doc: Doc | null): Item => {
    const terms = termsOf(text);
    countDocument(frequencies, terms.terms);
    return { doc, at, terms };
  };
  const items = mix(
    docs.map((doc) => toItem(textOf(doc), dateOf(doc.publishedAt), doc)),
    others.map(({ text, at }) => toItem(text, at, null)),
  );
  const countedAt = performance.now();
  const vectors: TermVector[] = items.map((item) => {
    const vector = vectorOf(item.terms ?? nothing, frequencies);
    if (item.doc === null) item.terms = null;
    return vector;
  });
  const weighedAt = performance.now();
  const index = buildMemoryIndex(vectors);
  const builtAt = performance.now();
  const ranked = new Map<string, string[]>();
  const reasons = new Map<string, number>();
  items.forEach((item, id) => {
    if (item.doc === null || item.terms === null) return;
    const vector = vectors[id];
    if (vector === undefined) return;
    const candidates = candidatesOf(index, id, vector, candidateLimit).flatMap((other) => {
      const found = vectors[other];
      return found === undefined ? [] : [{ id: other, vector: found, at: items[other]?.at ?? null }];
    });
    const list = relatedTo({ id, vector, at: item.at, labels: item.terms.labels }, candidates, judged);
    for (const { reason } of list) reasons.set(reason.kind, (reasons.get(reason.kind) ?? 0) + 1);
    // The scorer counts articles: a listed story stands for the copies that are left out beside it.
    ranked.set(
      item.doc.id,
      list.flatMap((one) => [one.id, ...one.copies].map((listed) => items[listed]?.doc?.id ?? 'other')),
    );
  });
  const micros = (ms: number, n: number) => `${Math.round((1000 * ms) / n)} µs`;
  const n = items.length;
  console.log(
    `related: terms ${micros(countedAt - startedAt, n)}, vector ${micros(weighedAt - countedAt, n)}, candidates and list ${micros(performance.now() - builtAt, docs.length)} an article, ${others.length} others`,
  );
  console.log(`  reasons: ${[...reasons].map(([kind, count]) => `${kind} ${count}`).join('  ')}`);
  return ranked;
}
