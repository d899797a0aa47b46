// Fourteen invented pages, each built as provincial sites are → the list that is inferred on them, with every date.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inferLists } from '../src/source/infer-list.ts';
import { parsePage } from '../src/source/kinds/dom.ts';
import { readSource } from '../src/source/kinds/list.ts';
import { checkRules } from '../src/source/rules.ts';

type Expected = {
  url: string;
  now: string;
  items: { url: string; title: string; date: string; image?: string }[];
};

const folder = new URL('./fixtures/pages/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => name.slice(0, -5));
const table: string[] = [];

const read = (name: string) => ({
  html: readFileSync(new URL(`${name}.html`, folder)),
  expected: JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expected,
});

const bare = (url: string | null) => (url ?? '').replace(/\?redirect=.*$/, '');

test.each(names)('%s: its list is inferred, and the rules read it whole with every date right', (name) => {
  const { html, expected } = read(name);
  const now = new Date(expected.now);
  const clock = { zone: 'Asia/Ho_Chi_Minh', now };

  const [best] = inferLists(parsePage(html.toString(), expected.url), clock);

  expect(best, 'a list is found').toBeDefined();
  const rules = best?.rules ?? {};
  expect(checkRules(JSON.parse(JSON.stringify(rules)))).toEqual({ rules });
  const feed = readSource('listing', html, { ...clock, url: expected.url, rules });
  table.push(
    `${name.padEnd(18)} ${String(feed.items.length).padStart(2)} of ${expected.items.length}  ${JSON.stringify(rules)}`,
  );
  expect(
    feed.items.map((item) => ({ url: bare(item.url), title: item.title, date: item.publishedAt?.toISOString() })),
  ).toEqual(expected.items.map(({ url, title, date }) => ({ url, title, date })));
  const isPictured = expected.items[0]?.image !== undefined;
  expect(feed.items.map((item) => (isPictured ? item.imageUrl : undefined))).toEqual(
    expected.items.map((item) => item.image),
  );
});

test('at least ten structures were shown', () => {
  process.stdout.write(`${table.join('\n')}\n`);
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(table.length).toBe(names.length);
});
