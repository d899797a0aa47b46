// `tin editions`: the feeds we publish; saved searches and combinations made and retired.
import { parseArgs } from 'node:util';
import { canonicalFilter, filterPath, filterTitle, readEditionPath } from '../edition/filter-path.ts';
import { ConfigError } from '../errors.ts';
import { addEdition, editionStates, retireEdition } from '../store/edition-desk.ts';
import { publisherBySlug } from '../store/publisher.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin editions list [--all]                         feeds that are published; --all: retired ones too
tin editions add [--province NAME] [--section SLUG] [--publisher SLUG] [--words "…"] [--title "…"]
                                                  make a feed of all that meets every condition
tin editions retire PATH                          end a feed: readers get 410 (PATH as the list shows it)`;

function wrong(): ConfigError {
  return new ConfigError('cli.editions', 'this is not a use of tin editions', { remedy: help });
}

async function list(io: Io, isAll: boolean): Promise<number> {
  return withContext(async ({ db }) => {
    const states = (await editionStates(db)).filter((state) => isAll || state.retiredAt === null);
    io.stdout.write(
      toTable(
        ['đường dẫn', 'tên', 'dạng', 'lưu trữ đến', 'trạng thái'],
        states.map((state) => [
          state.path,
          state.title,
          state.formats.join(' ') || '–',
          state.archivedUntil === null ? '–' : `${state.archivedUntil} (${state.archiveLists})`,
          state.retiredAt !== null ? 'đã ngừng' : state.problems.length > 0 ? state.problems.join('; ') : 'tốt',
        ]),
      ),
    );
    return 0;
  });
}

async function add(io: Io, given: Record<string, string | undefined>): Promise<number> {
  const { province, section, publisher, words, title } = given;
  const filter = canonicalFilter({
    ...(province === undefined ? {} : { province }),
    ...(section === undefined ? {} : { section }),
    ...(publisher === undefined ? {} : { publisher }),
    ...(words === undefined ? {} : { words }),
  });
  if (filter === null || Object.keys(filter).length === 0)
    throw new ConfigError('cli.edition_filter', 'no such province or section, or no word in --words', { remedy: help });
  return withContext(async ({ db }) => {
    const paper = filter.publisher === undefined ? null : await publisherBySlug(db, filter.publisher);
    if (filter.publisher !== undefined && paper === null) {
      io.stdout.write(`Không có báo ${filter.publisher}; xem: tin publishers list\n`);
      return 1;
    }
    const added = await addEdition(db, {
      path: filterPath(filter),
      title: title ?? filterTitle(filter, paper?.name ?? null),
      filter,
    });
    const said = { made: 'Đã lập', restored: 'Đã mở lại', known: 'Đã có sẵn' }[added.kind];
    io.stdout.write(`${said}: /feeds/${added.path}.rss (.atom, .json)\n`);
    return 0;
  });
}

/** Lists, makes or retires editions; exit code 1 when what was named does not exist. */
export async function run(args: string[], io: Io): Promise<number> {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { all: { type: 'boolean' }, province: text, section: text, publisher: text, words: text, title: text },
  });
  const [verb, path, ...more] = positionals;
  if (verb === 'list' && path === undefined) return list(io, values.all === true);
  if (verb === 'add' && path === undefined) {
    const { all: _all, ...given } = values;
    return add(io, given);
  }
  if (verb !== 'retire' || path === undefined || more.length > 0) throw wrong();
  return withContext(async ({ db }) => {
    const isRetired = await retireEdition(db, readEditionPath(path));
    io.stdout.write(
      isRetired ? 'Đã ngừng: người đọc nhận 410.\n' : `Không có nguồn cấp ${path}; xem: tin editions list\n`,
    );
    return isRetired ? 0 : 1;
  });
}
