// A posted form → a comment judged and kept, changed or taken back; answers as a page or, for the script, as JSON.
import { createHash } from 'node:crypto';
import type { Context as Call } from 'hono';
import { cleanName, cleanText, findFaults, type Faults } from '../comment/measure.ts';
import { addressKey, isLinkKey, isProof, isTicket, writeLinkKey, writerKey, writeTicket } from '../comment/proof.ts';
import { findReasons, judgeComment, textForm } from '../comment/screen.ts';
import {
  addComment,
  editComment,
  findOwnComment,
  removeComment,
  type Judged,
  type OwnComment,
} from '../store/comment.ts';
import { listCommentWords } from '../store/comment-setting.ts';
import type { CommentRule } from '../store/comment-setting.ts';
import { addressOf, type CommentDesk } from './comment-board.ts';
import { commentWords } from './comment-words.ts';
import type { WebContext } from './feeds.ts';
import type { FormState } from './public/comments.ts';
import { commentsPath } from './public/comments.ts';
import type { Lang } from './words.ts';
import { inLang } from './words.ts';
import { readRequestBody } from './request-body.ts';

const longestForm = 128 * 1024;

/** What became of a posted form: done (go to `link`), or not (show `form` again, with `status`). */
export type Written =
  | { kind: 'done'; note: string; link: string; ticket: string }
  | { kind: 'again'; status: 409 | 422 | 429; form: FormState }
  | { kind: 'foreign' | 'too-large' };

/** A form's fields; null when the body is too long. */
export async function readForm(call: Call): Promise<URLSearchParams | null> {
  const body = await readRequestBody(call.req.raw, longestForm);
  return body === null ? null : new URLSearchParams(body.toString('utf8'));
}

/**
 * Whether a form was sent from a page of ours. Nothing of a visitor's browser gives it any right here (no cookies), so a foreign page could
 * only write as itself from the visitor's address; browsers tell of that, and who tells nothing still needs a ticket of ours.
 */
export function isOurs(call: Call, publicUrl: string): boolean {
  const site = call.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = call.req.header('origin');
  return origin === undefined || origin === new URL(publicUrl).origin;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is the public id of a comment by its form. */
export const isUid = (text: string): boolean => uuid.test(text);

/** The messages at the fields. */
export function tellFaults(faults: Faults, lang: Lang): { name?: string; body?: string } {
  const words = commentWords(lang);
  return {
    ...(faults.name && { name: faults.name === 'short' ? words.nameShort : words.nameLong }),
    ...(faults.body && { body: faults.body === 'short' ? words.bodyShort : words.bodyLong }),
  };
}

function hashOf(body: string): Buffer {
  return createHash('sha256').update(textForm(body)).digest().subarray(0, 16);
}

/** The address under which a comment's writer may change it for ten minutes. */
function ownLink(storyId: number, uid: string, linkKey: string, lang: Lang): string {
  return inLang(`${commentsPath(storyId)}/${uid}?k=${linkKey}`, lang);
}

/** Takes a comment. Reads comment, comment_word, comment_key; writes comment and what hangs on it. */
export async function writeComment(
  ctx: WebContext,
  desk: CommentDesk,
  call: Call,
  rule: CommentRule,
  lang: Lang,
): Promise<Written> {
  const words = commentWords(lang);
  if (!isOurs(call, ctx.config.publicUrl)) return { kind: 'foreign' };
  const fields = await readForm(call);
  if (fields === null) return { kind: 'too-large' };
  const field = (key: string) => fields.get(key) ?? '';
  const [keys, fresh] = [await desk.keys(), await desk.emptyForm(rule.storyId)];
  const [name, body] = [cleanName(field('ten')), cleanText(field('noi-dung'))];
  const parentUid = isUid(field('tra-loi')) ? field('tra-loi') : null;
  const again = (status: 409 | 422 | 429, more: Partial<FormState>): Written => ({
    kind: 'again',
    status,
    form: {
      ...fresh,
      name,
      body,
      parent: parentUid === null ? null : { uid: parentUid, name: words.someone },
      ...more,
    },
  });
  const faults = findFaults(name, body);
  if (faults.body || faults.name) return again(422, { faults: tellFaults(faults, lang) });
  if (!isTicket(keys, rule.storyId, field('ve'))) return again(409, { note: words.stale });
  const [today, former] = keys;
  if (today === undefined) return again(409, { note: words.stale });
  const address = addressOf(call);
  const forbidden = await listCommentWords(ctx.db);
  const candidate = {
    name,
    body,
    hasProof: isProof(field('ve'), field('ten'), field('noi-dung'), field('cong')),
    isTrapped: field('trang-web') !== '',
  };
  const taken = await addComment(
    ctx.db,
    {
      storyId: rule.storyId,
      parentUid,
      name,
      body,
      hasProof: candidate.hasProof,
      addressKey: addressKey(today, address),
      formerAddressKey: former === undefined ? null : addressKey(former, address),
      writerKey: writerKey(field('may'), name),
      textHash: hashOf(body),
    },
    (around) => judgeComment(candidate, { ...around, words: forbidden, hold: rule.hold }),
  );
  if (taken === null) return again(409, { parent: null, note: words.parentGone });
  const { verdict, uid } = taken;
  if (verdict.kind === 'refused' || uid === null)
    return again(verdict.kind === 'refused' && verdict.why === 'often' ? 429 : 422, {
      note: verdict.kind === 'refused' && verdict.why === 'often' ? words.often : words.repeated,
    });
  return {
    kind: 'done',
    note: verdict.kind === 'shown' ? words.shown : words.held,
    link: ownLink(rule.storyId, uid, writeLinkKey(today, uid), lang),
    ticket: writeTicket(today, rule.storyId),
  };
}

/** One's own comment by its link; null when the link is not ours or there is no such comment of this story. */
export async function openOwn(
  ctx: WebContext,
  desk: CommentDesk,
  storyId: number,
  uid: string,
  linkKey: string,
): Promise<OwnComment | null> {
  if (!isUid(uid) || !isLinkKey(await desk.keys(), uid, linkKey)) return null;
  const comment = await findOwnComment(ctx.db, uid);
  return comment?.storyId === storyId ? comment : null;
}

/** What became of a change of one's own comment. */
export type Changed = { kind: 'done' | 'late' } | { kind: 'faulty'; fault: string; body: string };

// New words are screened like the first; under "all" a moderator looks again.
function judgeEdit(own: OwnComment, body: string, words: string[], rule: CommentRule): Judged {
  const found = findReasons({ name: own.name, body, hasProof: own.hasProof, isTrapped: false }, { copies: 0, words });
  if (own.state === 'shown' && rule.hold === 'unknown' && found.length === 0) return { kind: 'shown' };
  return { kind: 'held', reasons: found.length > 0 ? found : [rule.hold === 'all' ? 'all' : 'new'] };
}

/** Changes (`viec=sua`) or takes back (`viec=xoa`) one's own comment. Writes comment and what hangs on it. */
export async function changeOwn(
  ctx: WebContext,
  own: OwnComment,
  fields: URLSearchParams,
  rule: CommentRule,
  lang: Lang,
): Promise<Changed> {
  if (fields.get('viec') === 'xoa') return { kind: (await removeComment(ctx.db, own.uid)) ? 'done' : 'late' };
  const body = cleanText(fields.get('noi-dung') ?? '');
  const fault = tellFaults({ ...findFaults(own.name, body) }, lang).body;
  if (fault !== undefined) return { kind: 'faulty', fault, body };
  if (body === own.body) return { kind: 'done' };
  const verdict = judgeEdit(own, body, await listCommentWords(ctx.db), rule);
  const state = verdict.kind === 'shown' ? 'shown' : 'held';
  const reasons = verdict.kind === 'held' ? verdict.reasons : [];
  const isDone = await editComment(ctx.db, own.uid, { body, textHash: hashOf(body), state, reasons });
  return { kind: isDone ? 'done' : 'late' };
}
