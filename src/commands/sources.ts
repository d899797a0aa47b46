// `tin sources`: add, list, remove and import the sources that are read.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { listSources, removeSource } from '../store/source.ts';
import { addOne, type AddOptions, endTrial } from './add-source.ts';
import { importOpml } from './import-opml.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin sources add URL [--name NAME] [--province son-la] [--section kinh-te] [--rights headline|excerpt:300|full]
tin sources import FILE.opml [--rights …]   add every feed of an OPML file, with a result per row
tin sources list [--json] [--limit N]       the sickest first
tin sources remove ID|URL                   stop reading it; what it brought stays`;

const options = {
  name: { type: 'string' },
  province: { type: 'string' },
  section: { type: 'string' },
  rights: { type: 'string' },
  json: { type: 'boolean' },
  limit: { type: 'string', default: '1000' },
} as const;

/** Dispatches the verbs; exit code 1 when nothing was added or removed. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [verb, target] = positionals;
  if (verb === 'list') return list(io, values.json === true, Number(values.limit));
  if (target === undefined || !['add', 'import', 'remove'].includes(verb ?? ''))
    throw new ConfigError('cli.sources', `this is not a use of tin sources: ${positionals.join(' ')}`, {
      remedy: help,
    });
  if (verb === 'add') return add(target, values, io);
  if (verb === 'import') return importFile(target, values, io);
  return remove(target, io);
}

async function list(io: Io, isJson: boolean, limit: number): Promise<number> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new ConfigError('cli.sources', '--limit is not a whole number above 0');
  return withContext(async ({ db }) => {
    const rows = await listSources(db, limit);
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Chưa có nguồn nào. Thêm một nguồn: tin sources add https://…\n');
    else
      io.stdout.write(
        toTable(
          ['id', 'báo', 'quyền', 'lỗi', 'lần đọc tốt', 'lần tới', 'vì', 'địa chỉ', 'trục trặc'],
          rows.map((row) => [
            String(row.id),
            row.publisherSlug,
            row.rights,
            String(row.failures),
            row.lastSuccessAt?.toISOString().slice(0, 16) ?? '–',
            row.isPaused ? 'tạm dừng' : row.nextFetchAt.toISOString().slice(0, 16),
            row.nextReason,
            row.url,
            row.lastError?.slice(0, 80) ?? '',
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

async function importFile(path: string, values: AddOptions, io: Io): Promise<number> {
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
