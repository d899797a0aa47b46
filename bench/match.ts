// Articles of the corpus, or generated ones → µs an entry for reading, signature, candidates, decision. `npm run bench:match`
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { assemble, readListed } from '../src/story/assemble.ts';
import { newHabit } from '../src/story/habit.ts';
import { match } from '../src/story/match.ts';
import { readArticle } from '../src/story/read-article.ts';
import { plainText } from '../src/text/markup.ts';
import { scan } from '../src/text/scan.ts';
import { signatureOf } from '../src/text/signature.ts';
import { sketchOf } from '../src/text/sketch.ts';

const corpus = resolve(import.meta.dirname, '../../shared/corpus/vi/neardup-docs.jsonl');
type Text = { title: string; lead: string; body: string };

// Without the corpus: invented syllables, so that the costs (not the quality) can be measured anywhere.
function invented(count: number): Text[] {
  const syllables =
    'mường chanh nà lìm suối bản cầu treo nước lũ người dân học sinh xã huyện tỉnh đường rừng lúa nương chợ phiên'.split(
      ' ',
    );
  let state = 1;
  const next = () => (state = Math.imul(state, 48_271) >>> 1);
  const words = (n: number) => Array.from({ length: n }, () => syllables[next() % syllables.length]).join(' ');
  return Array.from({ length: count }, () => ({
    title: words(12),
    lead: words(40),
    body: Array.from({ length: 6 }, () => words(80)).join('.\n'),
  }));
}

const texts: Text[] = existsSync(corpus)
  ? readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Text)
      .map((text) => ({ title: plainText(text.title), lead: plainText(text.lead), body: plainText(text.body) }))
  : invented(3_000);

const rounds = 7;

/** The best of several rounds in processor time: other work on the machine only ever adds. */
function measure<T>(name: string, items: readonly T[], work: (item: T, index: number) => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    items.forEach(work);
    best = Math.min(best, process.cpuUsage(before).user / items.length);
  }
  console.log(`${name.padEnd(34)} ${best.toFixed(1).padStart(7)} µs`);
}

const chars =
  texts.reduce((sum, text) => sum + text.title.length + text.lead.length + text.body.length, 0) / texts.length;
console.log(
  `${texts.length} articles of ${chars.toFixed(0)} characters, ${existsSync(corpus) ? 'from the corpus' : 'invented'}`,
);
const articles = texts.map((text) => ({ signature: signatureOf(text), publisher: null, at: null }));
measure(
  'reference: JSON.parse of the text',
  texts.map((text) => JSON.stringify(text)),
  (json) => JSON.parse(json),
);
measure('scan', texts, (text) => scan(`${text.lead}\n${text.body}`));
measure('signature (scan within)', texts, (text) => signatureOf(text));
const entries = texts.map((text) => ({
  publisherId: 1,
  title: text.title,
  summary: text.lead,
  bodyHtml: text.body
    .split('\n')
    .map((line) => `<p>${line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`)
    .join(''),
  publishedAt: new Date(),
}));
const habit = newHabit();
measure('sketch (from HTML)', entries, (entry) =>
  sketchOf({ title: entry.title, summary: entry.summary, html: entry.bodyHtml }),
);
measure('article read (HTML, signature)', entries, (entry) => readArticle(entry, habit));
measure('decision, another article', articles, (article, index) =>
  match(article, articles[(index * 7919 + 1) % articles.length] ?? article),
);
measure('decision, the same article', articles, (article) => match(article, article));
const listed = texts.map((text) => readListed(text, { publisher: null, at: null }));
measure('placing in memory, all of it', [listed], (all) => assemble(all));
console.log('(the last line is for all articles together)');
