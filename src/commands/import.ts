// `tin import FILE`: an empty database filled from an export, proven, and brought up to date.
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { migrations } from '../../migrations/index.ts';
import { ConfigError, StoreError } from '../errors.ts';
import { readDump } from '../store/dump-read.ts';
import { migrate } from '../store/migrate.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { withContext } from './with-context.ts';

export const help = `tin import FILE   fills the empty database of DATABASE_URL (or of DATA_DIR) from a file of "tin export" ("-": standard input)
Everything or nothing: each table is copied, read back and compared by count and hash. Afterwards the schema is brought up to date.
Stop the site first; refuses a database that holds anything.`;

/** Fills the database; exit code 0 when all of it is there and proven. Touches every table. */
export async function run(args: string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new ConfigError('cli.import', 'name one file to read', { remedy: 'tin import tin-tinh.export.gz' });
  if (path !== '-')
    await access(path).catch((cause: unknown) => {
      throw new ConfigError('cli.import_file', `${path} cannot be read`, {
        remedy: 'look at its name and rights',
        cause,
      });
    });
  return withContext(
    async ({ db, log }, { databaseUrl }) => {
      const file = path === '-' ? io.stdin : createReadStream(path);
      const bar = startProgress(io, 'import');
      try {
        const migrateTo = async (names: readonly string[]) => {
          const known = new Set<string>(migrations.map((step) => step.name));
          const unknown = names.filter((name) => !known.has(name));
          if (unknown.length > 0)
            throw new StoreError('store.schema_newer', `the export is of a newer program (${unknown.join(', ')})`, {
              remedy: 'import it with that program or a later one',
            });
          const wanted = new Set(names);
          await migrate(
            db,
            migrations.filter((step) => wanted.has(step.name)),
            { log },
          );
        };
        const { proofs } = await readDump(databaseUrl, file, migrateTo, (table, done, of) => bar.set(done, of, table));
        bar.stop();
        await migrate(db, migrations, { log });
        const rows = Object.values(proofs).reduce((sum, proof) => sum + proof.rows, 0);
        io.stderr.write(`${rows} dòng của ${Object.keys(proofs).length} bảng đã nhập và đối chiếu xong\n`);
        return 0;
      } finally {
        bar.stop();
      }
    },
    { shouldMigrate: false },
  );
}
