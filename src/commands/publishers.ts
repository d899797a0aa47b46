// `tin publishers`: the papers and what each allows to be shown.
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { touchAllEditions } from '../store/edition.ts';
import { listPublishers, setRights } from '../store/publisher.ts';
import type { Io } from './io.ts';
import { readRights } from './rights.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin publishers list
tin publishers rights SLUG headline|excerpt:300|full[+images]   record what the paper's agreement allows`;

/** Lists publishers or records an agreement; exit code 1 when the paper is unknown. */
export async function run(args: string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [verb, slug, word] = positionals;
  if (verb === 'list') {
    return withContext(async ({ db }) => {
      const rows = await listPublishers(db);
      io.stdout.write(
        toTable(
          ['báo', 'tên', 'tỉnh', 'quyền', 'ảnh', 'trang'],
          rows.map((row) => [
            row.slug,
            row.name,
            row.province ?? '–',
            row.rights.show === 'excerpt' ? `excerpt:${row.rights.excerptChars}` : row.rights.show,
            row.rights.images ? 'có' : 'không',
            row.siteUrl,
          ]),
        ),
      );
      return 0;
    });
  }
  if (verb !== 'rights' || slug === undefined || word === undefined)
    throw new ConfigError('cli.publishers', 'this is not a use of tin publishers', { remedy: help });
  const rights = readRights(word);
  return withContext(async ({ db }) => {
    const isKnown = await setRights(db, slug, rights);
    if (isKnown) await touchAllEditions(db);
    io.stdout.write(isKnown ? `Quyền của ${slug}: ${word}.\n` : `Không có báo ${slug}; xem: tin publishers list\n`);
    return isKnown ? 0 : 1;
  });
}
