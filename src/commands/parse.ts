// `tin parse`: a feed from standard input, or many named in JSON lines → the normalised feed as JSON.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ConfigError, TinError } from '../errors.ts';
import { readFeed } from '../source/kinds/index.ts';
import type { Io } from './io.ts';

export const help =
  'parse [--content-type T] [--url U] < file, or --jsonl: read a feed and print it, normalised, as JSON';

/**
 * One feed: prints its JSON, or the error on stderr with exit code 1. With `--jsonl`: one output line per input line
 * `{"file","contentType","url","headers"}`, in order; a failure is `{"file","error":{code,message}}` and does not stop the rest.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const { values } = readArguments(args);
  if (values.jsonl === true) return readLines(io);
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  const feed = readFeed(Buffer.concat(chunks), {
    now: new Date(),
    ...(values['content-type'] === undefined ? {} : { contentType: values['content-type'] }),
    ...(values.url === undefined ? {} : { url: values.url }),
  });
  await print(io, `${JSON.stringify(feed, null, 2)}\n`);
  return 0;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { jsonl: { type: 'boolean' }, 'content-type': { type: 'string' }, url: { type: 'string' } },
    });
  } catch (cause) {
    throw new ConfigError('cli.arguments', cause instanceof Error ? cause.message : String(cause), {
      cause,
      remedy: help,
    });
  }
}

async function readLines(io: Io): Promise<number> {
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') await print(io, `${JSON.stringify(await readLine(line))}\n`);
  }
  return 0;
}

async function readLine(line: string): Promise<unknown> {
  let file: string | null = null;
  try {
    const asked: unknown = JSON.parse(line);
    if (typeof asked !== 'object' || asked === null || !('file' in asked) || typeof asked.file !== 'string')
      throw new ConfigError('cli.line', 'a line is not {"file": …}');
    file = asked.file;
    const contentType = 'contentType' in asked && typeof asked.contentType === 'string' ? asked.contentType : undefined;
    const url = 'url' in asked && typeof asked.url === 'string' ? asked.url : undefined;
    const headers =
      'headers' in asked && typeof asked.headers === 'object' && asked.headers !== null
        ? lowerCased(asked.headers)
        : undefined;
    const bytes = await readFile(file);
    return {
      file,
      ...readFeed(bytes, {
        now: new Date(),
        ...(contentType === undefined ? {} : { contentType }),
        ...(url === undefined ? {} : { url }),
        ...(headers === undefined ? {} : { headers }),
      }),
    };
  } catch (error) {
    const code =
      error instanceof TinError
        ? error.code
        : error instanceof Error && 'code' in error && typeof error.code === 'string'
          ? `file.${error.code.toLowerCase()}`
          : 'cli.line';
    return { file, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
}

async function print(io: Io, text: string): Promise<void> {
  if (!io.stdout.write(text)) await new Promise<void>((resolve) => io.stdout.once('drain', () => resolve()));
}
