// The tree's files → every breach of the house rules of docs/architecture.md, one line each.
import { posix } from 'node:path';
import { blank, type Import, importsOf } from './code.ts';

/** Path from the project's root, with slashes → content. */
export type Tree = ReadonlyMap<string, string>;

const maxLines = 400;
const nounRooms = ['source', 'story', 'edition', 'hub', 'watch'];
const alone = ['domain', 'errors', 'log', 'step-back'];

/** Rooms and files that each room may import besides itself; "room/file" opens one file, "file" a file of `src/`. */
const mayImport: Record<string, string[]> = {
  web: [
    'context',
    'store',
    'source/read',
    'source/discover',
    'source/health',
    // What a person tried in the console is kept by the same hands as on the command line: see docs/house.md.
    'source/build-list',
    'source/enlist',
    'source/import-list',
    'source/register',
    'source/rules',
    'source/turn',
    // What changed rules would do to a kept answer: pure, shown before they are saved.
    'source/dry-run',
    'hub/protocol',
    'hub/retry',
    'hub/signature',
    'comment',
    'text',
    'domain',
    'errors',
    'edition/document',
    'edition/xml',
    'edition/jsonfeed',
    'edition/rights',
    'edition/rights-terms',
    'edition/render',
    'edition/filter-path',
    'edition/archive-path',
    'edition/clean',
    'edition/vietnam-time',
    'edition/verify',
    // Made on demand by web out of pure parts, proven like all documents: see docs/related.md.
    'edition/related-document',
    'story/related-answer',
    // What an editor decides is done when the answer goes out, by the console as by the command line: see docs/house.md.
    'story/edit',
    'story/inside',
    'story/near',
    'story/explain',
    'edition/dialect',
    // Feeds of comments are made on demand as well: see docs/comments.md.
    'edition/comment-feed',
    'edition/strict-xml',
    'edition/ninjs',
    'edition/simple-json',
    // The judgement over the river and what it says; it changes nothing. See docs/operations.md.
    'watch/judge',
    'watch/look',
    'watch/words',
    'watch/feed',
    'watch/gauges',
    'metrics',
    'log',
    'step-back',
  ],
  watch: [
    'context',
    'store',
    'text',
    'net',
    'domain',
    'errors',
    'source/health',
    // What changed rules would do to a kept answer: pure, shown before they are saved.
    'source/dry-run',
    'hub/signature',
    'edition/xml',
    'edition/clean',
  ],
  source: ['context', 'store', 'text', 'net', 'domain', 'errors', 'log', 'step-back'],
  story: ['context', 'store', 'text', 'net', 'domain', 'errors'],
  edition: ['context', 'store', 'text', 'net', 'domain', 'errors'],
  hub: ['context', 'store', 'text', 'net', 'domain', 'errors'],
  comment: ['text', 'domain'],
  store: ['domain', 'errors'],
  net: ['errors'],
  text: [],
  trial: ['text', 'domain', 'errors', 'log'],
  config: ['errors', 'config-oidc'],
  'config-oidc': [],
  context: ['config', 'log', 'net/http', 'source/reader', 'store/db'],
  migrations: [],
  domain: [],
  errors: [],
  log: [],
  metrics: [],
  'step-back': [],
};

/** Rooms where all meets: they may import anything. The last four look at everything from outside. */
const openRooms = ['jobs', 'cli', 'open', 'commands', 'test', 'bench', 'bin', 'scripts'];

/** Who may import a room that is nobody's business otherwise. */
const importedOnlyBy: Record<string, string[]> = {
  jobs: ['bench'],
  cli: [],
  open: ['jobs', 'commands', 'bench'],
  commands: ['cli'],
  trial: ['jobs', 'commands', 'bench'],
  migrations: ['open', 'commands', 'bench'],
};

/** One door each: the package and the places it may be imported in. */
const doors: [RegExp, RegExp, string][] = [
  [/^rss-parser$/, /^src\/edition\/verify\.ts$|^bench\//, 'rss-parser'],
  [/^feed$/, /^src\/trial\//, 'feed'],
  [/^node-cron$/, /^jobs\//, 'node-cron'],
  [/^(kysely|pg|pg-copy-streams)$/, /^(src\/store|migrations|bench)\//, 'the database'],
  [/^(undici|node:https|node:tls|node:http2|node:dgram)$/, /^(src\/net|bench)\//, 'the network'],
  [/^node:net$/, /^(src\/net|bench)\/|^src\/config\.ts$|^src\/store\/embedded-server\.ts$/, 'sockets'],
  [/^node:http$/, /^(src\/(net|web|trial)|bench)\//, 'HTTP'],
  [/^node:child_process$/, /^src\/store\/embedded[\w-]*\.ts$|^bench\//, 'child processes'],
  [/^pino(-pretty)?$/, /^src\/log\.ts$/, 'pino'],
  [/^prom-client$/, /^src\/metrics\.ts$/, 'prom-client'],
  // The one library that opens sockets of its own: see docs/operations.md, "Alerts".
  [/^nodemailer(\/|$)/, /^src\/net\/smtp\.ts$/, 'mail'],
  [/^sanitize-html$/, /^src\/text\/markup[\w-]*\.ts$/, 'sanitize-html'],
  [/^(css-select|domhandler|domutils)$/, /^src\/source\/kinds\/dom\.ts$/, 'the tree of a page'],
  [/^(linkedom|@mozilla\/readability)$/, /^src\/source\/article-body\.ts$/, 'the extraction library'],
  [/^sharp$/, /^src\/web\/image-resize\.ts$|^test\//, 'sharp'],
  [/^openid-client$/, /^src\/web\/admin\/oidc\.ts$/, 'openid-client'],
  [/^qr$/, /^src\/web\/admin\/qr\.ts$/, 'qr'],
  [/^(hono|@hono\/[\w-]+)(\/|$)/, /^(src\/web|bench)\//, 'hono'],
];

/** Words that code may not hold, where, and what to write instead. Looked for outside of comments and strings. */
const bannedWords: [RegExp, (path: string) => boolean, string][] = [
  [
    /\bexport\s+default\b/,
    (path) => !/^[\w.]+\.ts$|^test\/support\/closing-line\.ts$/.test(path),
    'no default exports',
  ],
  [/(?::|\bas|<|,|\||\()\s*any\b(?!\s*[.(:=])/, () => true, '"any" is not a type of ours'],
  [/[\w)\]]!(?=[.;,)\]\s[}])(?!\s*=[^=>])/, () => true, 'no "!" that overrules the compiler'],
  [
    /\bprocess\s*\.\s*env\b/,
    (path) => isOurs(path) && path !== 'src/config.ts',
    'process.env is read in src/config.ts only',
  ],
  [
    /(?<![.\w])(?<!function )fetch\((?!\s*\w+\??\s*:)/,
    (path) => isOurs(path) && !path.startsWith('src/net/'),
    'the way out is src/net/',
  ],
  [/\bnew Date\(\)|\bDate\.now\(\)/, (path) => isRoom(path) && path !== 'src/open.ts', 'the clock is context.now()'],
];

const isOurs = (path: string) => /^(src|jobs|migrations)\//.test(path);
const isRoom = (path: string) => path.startsWith('src/') && !path.startsWith('src/commands/');

/** Every breach as "path: what is wrong", sorted; empty when the house is in order. */
export function inspect(tree: Tree): string[] {
  const breaches: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of tree) {
    const say = (breach: string) => breaches.push(`${path}: ${breach}`);
    const lines = text.split('\n').length - 1;
    if (lines > maxLines) say(`${lines} lines; ${maxLines} is the most`);
    if (/@ts-(ignore|nocheck|expect-error)\b/.test(text) && !/^test\/(support\/)?house/.test(path))
      say('the compiler is not to be silenced');
    if (isOurs(path) && !text.startsWith('// ')) say('the first line tells what the file turns into what');
    const code = blank(text);
    for (const [word, applies, breach] of bannedWords) if (applies(path) && word.test(code)) say(breach);
    const imports = importsOf(text);
    for (const one of imports) checkImport(path, one, text, say);
    const valued = imports.filter((one) => !one.isType && one.path.startsWith('.'));
    graph.set(
      path,
      valued.map((one) => resolveFrom(path, one.path)),
    );
  }
  for (const cycle of cyclesOf(graph))
    breaches.push(`${cycle[0]}: imports itself by way of ${cycle.slice(1).join(', ')}`);
  return breaches.sort();
}

function checkImport(path: string, one: Import, text: string, say: (breach: string) => void): void {
  if (!one.path.startsWith('.')) {
    for (const [name, place, door] of doors) {
      const isElsewhere = !path.startsWith('test/') && !path.startsWith('scripts/') && !place.test(path);
      if (name.test(one.path) && !one.isType && isElsewhere) say(`imports ${one.path}: ${door} has one door`);
    }
    const isKysely = path.startsWith('migrations/') && one.path !== 'kysely';
    if (isKysely) say(`imports ${one.path}: a migration knows kysely alone`);
    return;
  }
  if (!/\.(ts|mjs|json)$/.test(one.path)) say(`imports ${one.path} without its ending`);
  const target = resolveFrom(path, one.path);
  const from = roomOf(path);
  const to = roomOf(target);
  if (from === to && !alone.includes(from)) return;
  const guests = importedOnlyBy[to];
  if (guests !== undefined && from !== 'test' && !guests.includes(from))
    return say(`may not import ${target}: ${to} is for ${guests.join(', ') || 'nobody'}`);
  if (openRooms.includes(from)) return;
  const file = target.replace(/^src\//, '').replace(/\.ts$/, '');
  const allowed = mayImport[from];
  if (allowed === undefined) return say(`lies in no known room ("${from}")`);
  // What a context carries is named by its types all over the house.
  const isContextType =
    one.isType &&
    ['config', 'log'].includes(to) &&
    (allowed.includes('context') || path.startsWith('src/store/embedded'));
  if (!allowed.includes(to) && !allowed.includes(file) && !isContextType) return say(`may not import ${target}`);
  const isPure = nounRooms.includes(from) && !/EFFECT\.?$/.test(text.split('\n')[0] ?? '');
  if (isPure && !one.isType && ['context', 'store', 'net'].includes(to))
    say(`imports ${target} without EFFECT in its first line`);
}

function resolveFrom(path: string, relative: string): string {
  return posix.normalize(posix.join(posix.dirname(path), relative));
}

// "src/web/public/list.ts" → web, "src/config.ts" → config, "jobs/main.ts" → jobs.
function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts.length === 1) return 'test';
  const room = parts[0] === 'src' ? (parts[1] ?? '') : (parts[0] ?? '');
  return room.replace(/\.ts$/, '');
}

// Depth first; each ring is told once, beginning at the file where it was met.
function cyclesOf(graph: Map<string, string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const found: string[][] = [];
  const visit = (path: string) => {
    if (state.get(path) === 'open') found.push(trail.slice(trail.indexOf(path)));
    if (state.has(path)) return;
    state.set(path, 'open');
    trail.push(path);
    for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next);
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path);
  return found;
}
