// The rules of the house: who may import whom, one door for each library, and what code may not hold.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { blank, importsOf } from './support/code.ts';
import { inspect } from './support/house.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function readTree(): Map<string, string> {
  const tree = new Map<string, string>();
  for (const folder of ['src', 'jobs', 'migrations', 'bench', 'test', 'scripts', 'bin']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|mjs)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      tree.set(path.slice(root.length).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
    }
  }
  return tree;
}

const check = (files: Record<string, string>) =>
  inspect(new Map(Object.entries(files).map(([path, code]) => [path, `// Nothing → nothing.\n${code}\n`])));

test('the house is in order', () => {
  const tree = readTree();

  expect(tree.size).toBeGreaterThan(30);
  expect(inspect(tree)).toEqual([]);
});

test.each([
  ['text', 'domain.ts'],
  ['net', 'store/db.ts'],
  ['net', 'domain.ts'],
  ['store', 'text/url.ts'],
  ['store', 'config.ts'],
  ['source', 'story/lead.ts'],
  ['story', 'edition/xml.ts'],
  ['edition', 'web/app.ts'],
  ['comment', 'store/db.ts'],
  ['web', 'edition/publish.ts'],
  ['web', 'source/ingest.ts'],
  ['web', 'net/http.ts'],
  ['trial', 'store/db.ts'],
  ['source', 'trial/papers.ts'],
  ['web', 'commands/io.ts'],
  ['source', 'cli.ts'],
  ['web', 'open.ts'],
])('room %s may not import %s', (room, target) => {
  const files = { [`src/${room}/a.ts`]: `import { a } from '../${target}';`, [`src/${target}`]: 'export const a = 1;' };

  expect(check(files)).toEqual([expect.stringContaining(`src/${room}/a.ts: may not import src/${target}`)]);
});

test('only measurements import jobs, and a migration imports nothing of ours', () => {
  expect(check({ 'src/web/a.ts': "import { a } from '../../jobs/main.ts';" })).toEqual([
    expect.stringContaining('jobs is for bench'),
  ]);
  expect(check({ 'migrations/0002-a.ts': "import { a } from '../src/domain.ts';" })).toHaveLength(1);
  expect(check({ 'migrations/0002-a.ts': "import { a } from 'node:fs';" })).toHaveLength(1);
});

test('what the table allows is no breach', () => {
  const files = {
    'src/web/a.ts': "import { a } from '../edition/xml.ts';\nimport type { Config } from '../config.ts';",
    'src/source/b.ts': "import type { Source } from '../store/source.ts';",
    'src/store/embedded.ts': "import type { Log } from '../log.ts';\nimport { spawn } from 'node:child_process';",
    'jobs/main.ts': "import { a } from '../src/trial/a.ts';\nimport cron from 'node-cron';",
    'src/cli.ts': "const run = () => import('./commands/a.ts');",
  };

  expect(check(files)).toEqual([]);
});

test('only files marked EFFECT reach the database or the network from the rooms of the nouns', () => {
  const code = "import { a } from '../store/story.ts';";

  expect(check({ 'src/story/lead.ts': code })).toEqual([expect.stringContaining('without EFFECT')]);
  expect(inspect(new Map([['src/story/lead.ts', `// Entries → stories. EFFECT.\n${code}\n`]]))).toEqual([]);
});

test.each([
  ['rss-parser', 'src/source/a.ts'],
  ['feed', 'src/edition/a.ts'],
  ['node-cron', 'src/web/a.ts'],
  ['kysely', 'src/web/a.ts'],
  ['pg', 'jobs/a.ts'],
  ['undici', 'src/source/a.ts'],
  ['node:https', 'src/trial/a.ts'],
  ['node:net', 'src/web/a.ts'],
  ['node:child_process', 'src/commands/a.ts'],
  ['sanitize-html', 'src/source/a.ts'],
  ['nodemailer', 'src/watch/a.ts'],
  ['prom-client', 'src/web/a.ts'],
  ['hono/html', 'src/edition/a.ts'],
])('%s has one door, which is not %s', (name, path) => {
  expect(check({ [path]: `import { a } from '${name}';` })).toEqual([expect.stringContaining('has one door')]);
});

test.each([
  ['export default 1;', 'no default exports'],
  ['const a = b as any;', '"any"'],
  ['function f(a: any) {}', '"any"'],
  ['const a: Map<string, any> = b;', '"any"'],
  ['const a = b!.c;', 'no "!"'],
  ['f(a[0]!, 1);', 'no "!"'],
  ['const a = process.env.PORT;', 'process.env'],
  ["const a = await fetch('x');", 'the way out'],
  ['const a = new Date();', 'the clock'],
  ['// @ts-ignore\nf();', 'silenced'],
  ["import { a } from './b';", 'without its ending'],
  ['\n'.repeat(401), '400 is the most'],
])('code may not hold %j', (code, breach) => {
  expect(check({ 'src/web/a.ts': code })).toEqual([expect.stringContaining(breach)]);
});

test('a file tells in its first line what it does', () => {
  expect(inspect(new Map([['src/web/a.ts', 'export const a = 1;\n']]))).toEqual([
    expect.stringContaining('first line'),
  ]);
});

test('files that import each other are told as a ring; types may', () => {
  const ring = {
    'src/web/a.ts': "import { b } from './b.ts';",
    'src/web/b.ts': "import { c } from './c.ts';",
    'src/web/c.ts': "import { a } from './a.ts';",
  };

  expect(check(ring)).toEqual(['src/web/a.ts: imports itself by way of src/web/b.ts, src/web/c.ts']);
  expect(check({ ...ring, 'src/web/c.ts': "import type { a } from './a.ts';" })).toEqual([]);
});

test('words inside comments, strings, templates and patterns are not code', () => {
  const code = [
    '/* import a from "b" */ // process.env',
    "const a = 'export default any!';",
    // A template whose hole holds another one.
    'const b = `as any ${f(`x! ${c} process.env`) + { d: 1 }.d} fetch(`;',
    'const e = /["\'`]: any!/.test(a) ? 6 / 2 / 1 : 0;',
    'const g = !a && b !== c;',
  ].join('\n');

  expect(check({ 'src/web/a.ts': code })).toEqual([]);
  expect(blank(code)).toContain('f(');
  expect(blank('a`${1}`; b!.c')).toContain('b!.c');
});

test('imports are found however they are written', () => {
  const code = `import a, { b } from './1.ts';
import {
  type C,
  type D,
} from './2.ts';
import type E from './3.ts';
export { f } from './4.ts';
import './5.ts';
const g = () => import('./6.ts');
export const h = 'from';`;

  expect(importsOf(code)).toEqual([
    { path: './1.ts', isType: false },
    { path: './2.ts', isType: true },
    { path: './3.ts', isType: true },
    { path: './4.ts', isType: false },
    { path: './5.ts', isType: false },
    { path: './6.ts', isType: false },
  ]);
});
