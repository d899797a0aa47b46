// `tin export FILE`: the whole database as one file, of one moment, while the site goes on.
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { writeDump } from '../store/dump-write.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { withContext } from './with-context.ts';

export const help = `tin export FILE   the whole database in FILE ("-": standard output), compressed, with counts and hashes that "tin import" checks
Works beside a running site, on the embedded database and on your own, between versions of PostgreSQL.
The file holds everything, keys and password hashes too: only you can read it. It is written under another name and renamed when it is whole.`;

/** Writes the export; exit code 0 when it is whole. Reads every table; touches FILE. */
export async function run(args: string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new ConfigError('cli.export', 'name one file to write', { remedy: 'tin export tin-tinh.export.gz' });
  if (path !== '-' && (await stat(path).catch(() => null)) !== null)
    throw new ConfigError('cli.export_there', `${path} is there already`, {
      remedy: 'give another name, or remove it',
    });
  return withContext(
    async (context, { databaseUrl }) => {
      const draft = `${path}.part`;
      const out = path === '-' ? new PassThrough() : createWriteStream(draft, { mode: 0o600 });
      if (path === '-') out.pipe(io.stdout, { end: false });
      const bar = startProgress(io, 'export');
      try {
        const { proofs } = await writeDump(databaseUrl, out, context.now(), (table, done, of) =>
          bar.set(done, of, table),
        );
        bar.stop();
        if (path !== '-') await rename(draft, path);
        const rows = Object.values(proofs).reduce((sum, proof) => sum + proof.rows, 0);
        io.stderr.write(`${rows} dòng của ${Object.keys(proofs).length} bảng → ${path}\n`);
        return 0;
      } catch (error) {
        bar.stop();
        if (path !== '-') await rm(draft, { force: true });
        throw error;
      }
    },
    { shouldMigrate: false },
  );
}
