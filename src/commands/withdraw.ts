// `tin stories withdraw|hide|hold|restore|correct`: a story taken out of everything, brought back, or corrected in an editor's words.
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import type { DeskResult } from '../store/desk-withdraw.ts';
import { correctStory, hideStory, holdStory, restoreStory, withdrawStory } from '../store/desk-withdraw.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = `tin stories withdraw ID --reason "…" [--since TIME]  take a story back: out of every feed and page, 410, tombstone
tin stories hide ID --reason "…"                     take it out without a word
tin stories hold ID --reason "…"                     take it out without a word, into the queue of what is to be looked at
tin stories restore ID --reason "…"                  bring it back under its id
tin stories correct ID --note "…"                    put a correction on it, told to all subscribers`;

function say(result: DeskResult, verb: string): string {
  if (result.kind === 'missing') return 'Không có tin này.';
  if (result.kind === 'merged') return `Tin này đã gộp vào tin ${result.into}: hãy dùng số đó.`;
  if (result.kind === 'already') return `Tin đang ở trạng thái "${result.from}": không có gì để làm.`;
  if (verb === 'withdraw' || verb === 'hide' || verb === 'hold')
    return `Đã xong sau ${result.minutes} phút (${result.seconds} giây từ khi có lệnh); ${result.documents} nguồn cấp được dựng lại.`;
  return 'Đã xong.';
}

/** Does what an editor decided about one story; exit code 1 when there was nothing to do. `args` begins with the verb. */
export async function run(args: string[], io: Io): Promise<number> {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { reason: text, note: text, since: text, by: text },
  });
  const [verb, number] = positionals;
  const id = Number(number);
  const since = values.since === undefined ? null : new Date(values.since);
  const why = verb === 'correct' ? values.note : values.reason;
  const isWrong = !Number.isSafeInteger(id) || id <= 0 || why === undefined || why.trim() === '';
  if (isWrong || (since !== null && Number.isNaN(since.getTime())))
    throw new ConfigError('cli.withdraw', 'a story number and a reason are needed', { remedy: help });
  return withContext(async ({ db, now }) => {
    const by = values.by ?? userInfo().username;
    const at = since ?? now();
    const order = { reason: why, by, at };
    const work: Record<string, () => Promise<DeskResult>> = {
      withdraw: () => withdrawStory(db, id, order),
      hide: () => hideStory(db, id, order),
      hold: () => holdStory(db, id, order),
      restore: () => restoreStory(db, id, order),
      correct: () => correctStory(db, id, { note: why, by, at }),
    };
    const result = await work[verb ?? '']?.();
    if (result === undefined)
      throw new ConfigError('cli.withdraw', 'this is not a use of tin stories', { remedy: help });
    io.stdout.write(`${say(result, verb ?? '')}\n`);
    return result.kind === 'done' ? 0 : 1;
  });
}
