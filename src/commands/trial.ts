// `tin trial`: the trial newsroom's state, and its end.
import { ConfigError } from '../errors.ts';
import { readTrial, removeSamples } from '../store/sample.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = 'tin trial status|off   off removes the invented papers with every trace of them';

/** Shows or ends the trial newsroom. */
export async function run(args: string[], io: Io): Promise<number> {
  const [verb] = args;
  if (verb !== 'status' && verb !== 'off')
    throw new ConfigError('cli.trial', 'this is not a use of tin trial', { remedy: help });
  return withContext(async ({ db }) => {
    if (verb === 'off') io.stdout.write(`Toà soạn thử đã đóng: ${await removeSamples(db)} tin mẫu đã được xoá.\n`);
    else {
      const trial = await readTrial(db);
      io.stdout.write(
        trial?.state === 'on'
          ? `Toà soạn thử đang mở từ ${trial.startedAt.toISOString()}.\n`
          : trial
            ? 'Toà soạn thử đã đóng.\n'
            : 'Toà soạn thử chưa mở lần nào.\n',
      );
    }
    return 0;
  });
}
