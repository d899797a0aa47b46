// cli: the words after `tin` → one command, its output and its exit code.
import { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { commands, runCli } from '../src/cli.ts';
import type { Command } from '../src/commands/io.ts';
import { ConfigError, StoreError } from '../src/errors.ts';

const echo: Command = {
  help: 'tin echo WORDS\n',
  run: async (args, io) => {
    io.stdout.write(args.join('+'));
    return 0;
  },
};

const failing = (error: unknown): Command => ({ help: 'tin fail', run: () => Promise.reject(error) });

const table = (fail: unknown = new Error('boom')) => [
  { name: 'echo', summary: 'say it again', load: () => Promise.resolve(echo) },
  { name: 'fail', summary: 'never works', load: () => Promise.resolve(failing(fail)) },
];

async function run(
  args: string[],
  rows: Parameters<typeof runCli>[2] = table(),
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const collect = (key: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[key] += chunk.toString('utf8');
        done();
      },
    });
  const code = await runCli(args, { stdin: Readable.from([]), stdout: collect('out'), stderr: collect('err') }, rows);
  return { code, ...said };
}

test('a command gets the words after its name and decides the exit code', async () => {
  expect(await run(['echo', 'a', '--b'])).toEqual({ code: 0, out: 'a+--b', err: '' });
});

test('without a command, and with help, the commands are listed', async () => {
  const lists = [await run([]), await run(['help']), await run(['--help'])];

  expect(new Set(lists.map((list) => list.out)).size).toBe(1);
  expect(lists[0]).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^ {2}echo {2}say it again$/m) });
});

test('help for one command can be asked in three ways', async () => {
  for (const args of [
    ['help', 'echo'],
    ['echo', '--help'],
    ['echo', '-h'],
  ]) {
    expect(await run(args)).toEqual({ code: 0, out: 'tin echo WORDS\n', err: '' });
  }
});

test('a slip of the finger is answered with the command that was probably meant', async () => {
  expect(await run(['ehco'])).toEqual({
    code: 2,
    out: '',
    err: 'tin: there is no command "ehco". Did you mean "tin echo"?\n',
  });
  expect((await run(['x'.repeat(5000)])).err.length).toBeLessThan(200);
  expect((await run(['help', 'publish'])).err).toContain('"tin help" lists');
});

test('an error of ours is shown with its remedy and without a stack', async () => {
  const rows = table(new StoreError('store.unreachable', 'the database does not answer', { remedy: 'start it' }));

  expect(await run(['fail'], rows)).toEqual({
    code: 1,
    out: '',
    err: 'tin: the database does not answer\nWhat to do: start it\n',
  });
  expect((await run(['fail'], table(new ConfigError('config.invalid', 'PORT is wrong')))).code).toBe(2);
});

test('an option that does not exist leads to the help of the command', async () => {
  const strict: Command = {
    help: 'tin fail',
    run: (args) => Promise.resolve(parseArgs({ args, options: {} }) ? 0 : 1),
  };
  const rows = [{ name: 'strict', summary: '', load: () => Promise.resolve(strict) }];

  const { code, err } = await run(['strict', '--loud'], rows);

  expect(code).toBe(2);
  expect(err).toMatch(/--loud[^]*see "tin help strict"/);
});

test('every command of the table can be loaded and helps', async () => {
  const list = await run([], commands.slice());

  expect(list.out.split('\n').length).toBeGreaterThan(commands.length);
  for (const command of commands) expect((await command.load()).help).not.toBe('');
});

test('an error nobody expected shows where it came from', async () => {
  const { code, err } = await run(['fail']);

  expect(code).toBe(1);
  expect(err).toMatch(/boom\n\s+at /);
});
