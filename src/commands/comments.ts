// `tin comments`: readers' comments looked at and decided, forbidden words, where comments are offered and when they close.
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { wordForm } from '../comment/screen.ts';
import { ConfigError } from '../errors.ts';
import {
  countHeldComments,
  decideComments,
  decideCommentsOf,
  listDeskComments,
  undoCommentDecision,
  type Decided,
  type DeskDecision,
} from '../store/comment-desk.ts';
import {
  addCommentWord,
  closeStoryComments,
  listCommentWords,
  removeCommentWord,
  writeCommentSetting,
  type CommentScope,
} from '../store/comment-setting.ts';
import type { Db } from '../store/db.ts';
import { publisherBySlug } from '../store/publisher.ts';
import type { Io } from './io.ts';
import { withContext } from './with-context.ts';

export const help = `tin comments list [--state held|shown|rejected|removed] [--story N] [--author KEY] [--limit 50]
tin comments approve ID…                               show them
tin comments reject ID… | --author KEY [--reason "…"]  take them out; --author: all of one address and day
tin comments undo [DECISION]                           take a decision back, the latest unless told
tin comments words [list | add WORD… | remove WORD…]   forbidden words and phrases: comments with them are held
tin comments set [--publisher SLUG | --source ID | --story ID]  for the whole site unless told:
    --offer on|off|default    are there comments?        --hold all|unknown|default  approve each, or only new names'
    --close-after DAYS|never  since first publication    --closed yes|no|default     for a story: yes|no alone`;

const states = ['held', 'shown', 'rejected', 'removed'] as const;

function wrong(why: string): never {
  throw new ConfigError('cli.comments', why, { remedy: help });
}

function numbersOf(words: readonly string[]): number[] {
  const numbers = words.map(Number);
  return numbers.some((number) => !Number.isSafeInteger(number) || number <= 0)
    ? wrong('a comment has a number')
    : numbers;
}

function say(decided: Decided, io: Io): number {
  io.stdout.write(
    decided === null
      ? 'Không có bình luận nào thay đổi.\n'
      : `Đã đổi ${decided.changed} bình luận (quyết định ${decided.decisionId}; lấy lại: tin comments undo ${decided.decisionId}).\n`,
  );
  return decided === null ? 1 : 0;
}

// What readers wrote must not steer the terminal it is shown on.
const plain = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

type Values = Record<string, string | undefined>;

async function list(db: Db, values: Values, io: Io): Promise<number> {
  const state =
    states.find((one) => one === (values['state'] ?? 'held')) ?? wrong(`--state is one of ${states.join(', ')}`);
  const limit = Math.min(numbersOf([values['limit'] ?? '50'])[0] ?? 50, 1_000);
  const filter = {
    state,
    ...(values['story'] === undefined ? {} : { storyId: numbersOf([values['story']])[0] ?? 0 }),
    ...(values['author'] === undefined ? {} : { authorKey: readAuthor(values['author']) }),
  };
  const found = await listDeskComments(db, filter, limit);
  for (const one of found)
    io.stdout.write(
      `${one.id}  ${one.createdAt.toISOString()}  ${plain(one.name)}  [${one.reasons.join(', ')}]  ${one.authorKey}\n` +
        `    ${plain(one.storyTitle).slice(0, 80)} (${one.storyId})\n    ${plain(one.body)}\n`,
    );
  io.stdout.write(`${found.length} bình luận; đang chờ duyệt: ${await countHeldComments(db)}\n`);
  return 0;
}

function readAuthor(text: string): string {
  return /^[0-9a-f]{32}$/.test(text)
    ? text
    : wrong('--author is 32 hexadecimal digits, as "tin comments list" shows them');
}

async function words(db: Db, verb: string, given: readonly string[], by: string, io: Io): Promise<number> {
  if (verb === 'list') {
    for (const word of await listCommentWords(db)) io.stdout.write(`${word}\n`);
    return 0;
  }
  const forms = given.map(wordForm).filter((form) => form !== '');
  if (forms.length === 0 || (verb !== 'add' && verb !== 'remove'))
    wrong('words list, or words add|remove and the words');
  let changed = 0;
  for (const form of forms)
    changed += Number(verb === 'add' ? await addCommentWord(db, form, by) : await removeCommentWord(db, form));
  io.stdout.write(`Đã đổi ${changed} trong ${forms.length} từ.\n`);
  return changed > 0 ? 0 : 1;
}

async function scopeOf(db: Db, values: Values): Promise<CommentScope> {
  if (values['publisher'] !== undefined) {
    const publisher = await publisherBySlug(db, values['publisher']);
    return publisher === null
      ? wrong(`there is no paper "${values['publisher']}"`)
      : { scope: 'publisher', id: publisher.id };
  }
  if (values['source'] !== undefined) return { scope: 'source', id: numbersOf([values['source']])[0] ?? 0 };
  return { scope: 'site', id: 0 };
}

function choose<T>(text: string, table: Record<string, T>): T {
  const chosen = Object.entries(table).find(([name]) => name === text);
  return chosen === undefined ? wrong(`"${text}" is none of ${Object.keys(table).join(', ')}`) : chosen[1];
}

async function set(db: Db, values: Values, io: Io): Promise<number> {
  const { offer, hold, closed, story } = values;
  const after = values['close-after'];
  if (story !== undefined) {
    if (closed === undefined) wrong('a story can be closed or opened: --closed yes|no');
    await closeStoryComments(db, numbersOf([story])[0] ?? 0, choose(closed, { yes: true, no: false }));
  } else {
    const days = after === undefined || after === 'never' ? null : Number(after);
    if (days !== null && (!Number.isInteger(days) || days < 0 || days > 36_500))
      wrong('--close-after is a number of days, or never');
    const change = {
      ...(offer === undefined ? {} : { isOffered: choose(offer, { on: true, off: false, default: null }) }),
      ...(hold === undefined ? {} : { hold: choose(hold, { all: 'all', unknown: 'unknown', default: null } as const) }),
      ...(closed === undefined ? {} : { isClosed: choose(closed, { yes: true, no: false, default: null }) }),
      ...(after === undefined ? {} : { closeDays: days }),
    };
    if (Object.keys(change).length === 0) wrong('nothing to set');
    await writeCommentSetting(db, await scopeOf(db, values), change);
  }
  io.stdout.write('Đã lưu; các trang đổi theo trong vòng 20 giây.\n');
  return 0;
}

/** Does what was asked about comments; exit code 1 when nothing changed. */
export async function run(args: string[], io: Io): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    state: text,
    story: text,
    author: text,
    limit: text,
    reason: text,
    by: text,
    publisher: text,
    source: text,
  };
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...options, offer: text, hold: text, closed: text, 'close-after': text },
  });
  const [verb = 'list', ...rest] = positionals;
  return withContext(async ({ db }) => {
    const by = values.by ?? userInfo().username;
    const { author, reason } = values;
    if (verb === 'list') return list(db, values, io);
    if (verb === 'words') return words(db, rest[0] ?? 'list', rest.slice(1), by, io);
    if (verb === 'set') return set(db, values, io);
    if (verb === 'undo')
      return say(await undoCommentDecision(db, rest[0] === undefined ? undefined : numbersOf(rest)[0]), io);
    if (verb !== 'approve' && verb !== 'reject') return wrong(`there is no "tin comments ${verb.slice(0, 40)}"`);
    const decision: DeskDecision = { action: verb, by, ...(reason === undefined ? {} : { reason }) };
    if (author !== undefined) return say(await decideCommentsOf(db, readAuthor(author), decision), io);
    if (rest.length === 0) wrong('which comments?');
    return say(await decideComments(db, numbersOf(rest), decision), io);
  });
}
