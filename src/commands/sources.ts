// `tin sources`: add, list, remove and import the sources that are read.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { reasonWords, sourceHealth, stateWords, withCommand, worstFirst } from '../source/health.ts';
import { removeSource } from '../store/source.ts';
import { listSourceHealth } from '../store/source-health.ts';
import { addOne, type AddOptions, endTrial } from './add-source.ts';
import { findSources, findVerbs, help as findHelp } from './find-sources.ts';
import { importOpml } from './import-opml.ts';
import type { Io } from './io.ts';
import { care, careVerbs, help as careHelp } from './source-care.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin sources add URL [--name NAME] [--province son-la] [--section kinh-te] [--rights headline|excerpt:300|full]
    [--kind syndication|sitemap|listing|json-api] [--rules JSON] [--pages never|needed|always] [--force]
tin sources import FILE.opml [--rights …] [--no-check] [--json]  try and add every feed of an OPML file, with a result per row
tin sources list [--json] [--limit N]       the sickest first: state, next look and why, what is the matter
tin sources remove ID|URL                   stop reading it; what it brought stays
${findHelp}
${careHelp}`;

const options = {
  name: { type: 'string' },
  province: { type: 'string' },
  section: { type: 'string' },
  rights: { type: 'string' },
  kind: { type: 'string' },
  rules: { type: 'string' },
  pages: { type: 'string' },
  force: { type: 'boolean' },
  'no-check': { type: 'boolean' },
  json: { type: 'boolean' },
  as: { type: 'string' },
  limit: { type: 'string', default: '1000' },
} as const;

/** Dispatches the verbs; exit code 1 when nothing was added or removed. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [verb, target] = positionals;
  if (verb === 'list') return list(io, values.json === true, Number(values.limit));
  if (careVerbs.some((one) => one === verb))
    return care(verb ?? '', positionals.slice(1), { isJson: values.json === true, as: values.as }, io);
  if (findVerbs.some((one) => one === verb))
    return findSources(verb ?? '', target, { ...values, json: values.json === true }, io, positionals[2]);
  if (target === undefined || !['add', 'import', 'remove'].includes(verb ?? ''))
    throw new ConfigError('cli.sources', `this is not a use of tin sources: ${positionals.join(' ')}`, {
      remedy: help,
    });
  if (verb === 'add') return add(target, values, io);
  if (verb === 'import') return importFile(target, { ...values, check: values['no-check'] !== true }, io);
  return remove(target, io);
}

async function list(io: Io, isJson: boolean, limit: number): Promise<number> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new ConfigError('cli.sources', '--limit is not a whole number above 0');
  return withContext(async ({ db, now }) => {
    const rows = (await listSourceHealth(db, limit))
      .map((row) => ({ ...row, health: sourceHealth(row, now()) }))
      .sort((a, b) => worstFirst.indexOf(a.health.state) - worstFirst.indexOf(b.health.state));
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Chưa có nguồn nào. Thêm một nguồn: tin sources add https://…\n');
    else
      io.stdout.write(
        toTable(
          ['id', 'báo', 'tình trạng', 'lần đọc tốt', 'lần tới', 'vì', 'quyền', 'địa chỉ', 'nói rõ'],
          rows.map((row) => [
            String(row.id),
            row.publisherSlug,
            stateWords[row.health.state].vi,
            row.lastSuccessAt?.toISOString().slice(0, 16) ?? '–',
            row.isPaused ? '–' : row.nextFetchAt.toISOString().slice(0, 16),
            row.isPaused ? '–' : reasonWords(row.nextReason).vi,
            row.rights,
            row.url,
            row.health.state === 'ok' ? '' : withCommand(row.health),
          ]),
        ),
      );
    return 0;
  });
}

async function add(url: string, values: AddOptions, io: Io): Promise<number> {
  return withContext(async (ctx) => {
    const result = await addOne(ctx, url, values);
    io.stdout.write(`${result.text}\n`);
    if (result.isAdded) await endTrial(ctx, io);
    return result.isAdded ? 0 : 1;
  });
}

async function importFile(
  path: string,
  values: AddOptions & { check: boolean; json?: boolean | undefined },
  io: Io,
): Promise<number> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ConfigError('cli.file', `${path} cannot be read`, {
      cause,
      remedy: 'check the path, for example sources/vietnam.opml',
    });
  });
  return withContext(async (ctx) => {
    const added = await importOpml(ctx, bytes, values, io);
    if (added > 0) await endTrial(ctx, io);
    return added > 0 ? 0 : 1;
  });
}

async function remove(target: string, io: Io): Promise<number> {
  return withContext(async ({ db }) => {
    const isRemoved = await removeSource(db, target);
    io.stdout.write(isRemoved ? `Đã thôi đọc ${target}; tin đã có vẫn còn.\n` : `Không có nguồn ${target}.\n`);
    return isRemoved ? 0 : 1;
  });
}
