// The words after `tin` → one command run to its end, with its exit code.
import type { Command, Io } from './commands/io.ts';
import { ConfigError, TinError } from './errors.ts';

type Row = { name: string; summary: string; load: () => Promise<Command> };

/** Every command: loaded only when asked for, so `tin parse` never waits for the database driver. */
export const commands: readonly Row[] = [
  {
    name: 'parse',
    summary: 'read a feed from standard input, print it as JSON',
    load: () => import('./commands/parse.ts'),
  },
  {
    name: 'sources',
    summary: 'add, list, remove and import the sources that are read',
    load: () => import('./commands/sources.ts'),
  },
  {
    name: 'publishers',
    summary: 'list the papers, record agreements and the rules of this site',
    load: () => import('./commands/publishers.ts'),
  },
  {
    name: 'editions',
    summary: 'the feeds that are published: combinations, saved searches',
    load: () => import('./commands/editions.ts'),
  },
  {
    name: 'partners',
    summary: 'partner sites: keys, products, what they took',
    load: () => import('./commands/partners.ts'),
  },
  {
    name: 'ingest',
    summary: 'read every due source once, cluster and publish',
    load: () => import('./commands/ingest.ts'),
  },
  {
    name: 'webhooks',
    summary: 'tell partners when stories change: endpoints, log, replay',
    load: () => import('./commands/webhooks.ts'),
  },
  { name: 'status', summary: 'how the river stands', load: () => import('./commands/status.ts') },
  {
    name: 'removals',
    summary: 'articles taken down at their source, waiting for an editor',
    load: () => import('./commands/removals.ts'),
  },
  {
    name: 'stories',
    summary: 'stories and why they are one: list, explain, split, merge, withdraw',
    load: () => import('./commands/stories.ts'),
  },
  {
    name: 'comments',
    summary: "readers' comments: approve, reject, forbidden words, where they are offered",
    load: () => import('./commands/comments.ts'),
  },
  {
    name: 'match',
    summary: 'group articles on standard input into stories',
    load: () => import('./commands/match.ts'),
  },
  {
    name: 'admin',
    summary: 'links into the console: first account, new password',
    load: () => import('./commands/admin.ts'),
  },
  {
    name: 'doctor',
    summary: 'check database, disk, clock, network and settings, and say what to do',
    load: () => import('./commands/doctor.ts'),
  },
  { name: 'export', summary: 'the whole database as one file', load: () => import('./commands/export.ts') },
  { name: 'import', summary: 'fill an empty database from such a file', load: () => import('./commands/import.ts') },
  { name: 'trial', summary: 'the trial newsroom: its state, and its end', load: () => import('./commands/trial.ts') },
];

/**
 * Runs one command. Exit codes: 0 done, 1 failed, 2 asked wrongly (no such command, bad option, bad configuration).
 * Writes to `io` only; never ends the process.
 */
export async function runCli(args: readonly string[], io: Io, table: readonly Row[] = commands): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') return await showHelp(rest[0], io, table);
  const row = table.find((command) => command.name === name);
  if (row === undefined) return refuse(name, io, table);
  try {
    const command = await row.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      io.stdout.write(`${command.help.trimEnd()}\n`);
      return 0;
    }
    return await command.run(rest, io);
  } catch (error) {
    return explain(error, name, io);
  }
}

async function showHelp(name: string | undefined, io: Io, table: readonly Row[]): Promise<number> {
  const row = table.find((command) => command.name === name);
  if (row !== undefined) {
    io.stdout.write(`${(await row.load()).help.trimEnd()}\n`);
    return 0;
  }
  if (name !== undefined) return refuse(name, io, table);
  const width = Math.max(...table.map((command) => command.name.length), 4);
  const lines = [...table, { name: 'help', summary: 'this list; "tin help COMMAND" tells more' }].map(
    (command) => `  ${command.name.padEnd(width)}  ${command.summary}`,
  );
  io.stdout.write(`Usage: tin COMMAND [options]\n\n${lines.join('\n')}\n`);
  return 0;
}

function refuse(name: string, io: Io, table: readonly Row[]): number {
  const near = table
    .map((row) => ({ name: row.name, steps: distance(name, row.name) }))
    .sort((a, b) => a.steps - b.steps)[0];
  const hint =
    near !== undefined && near.steps <= 2 ? `Did you mean "tin ${near.name}"?` : '"tin help" lists what there is.';
  io.stderr.write(`tin: there is no command "${name.slice(0, 60)}". ${hint}\n`);
  return 2;
}

function explain(error: unknown, name: string, io: Io): number {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    io.stderr.write(`tin: ${error.message}\nWhat to do: see "tin help ${name}"\n`);
    return 2;
  }
  if (error instanceof TinError) {
    const remedy = error.remedy === undefined ? '' : `\nWhat to do: ${error.remedy}`;
    io.stderr.write(`tin: ${error.message}${remedy}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
  io.stderr.write(
    `tin: unexpected error\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}

// Levenshtein over words of a command line, cut to a length that no honest typing error exceeds.
function distance(left: string, right: string): number {
  const a = left.slice(0, 30);
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

async function flush(stream: Io['stdout']): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}

if (import.meta.main) {
  // Whoever reads us may have seen enough ("tin parse | head"): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const code = await runCli(process.argv.slice(2), process);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(code);
}
