// POST /quan-tri/tin/:id → what an editor decided about a story, done and noted in one transaction.
import { StoreError } from '../../errors.ts';
import { audited } from '../../store/audit.ts';
import type { Db } from '../../store/db.ts';
import {
  correctStory,
  type DeskResult,
  hideStory,
  holdStory,
  restoreStory,
  retitleStory,
  withdrawStory,
} from '../../store/desk-withdraw.ts';
import { notePurge } from '../../store/purge.ts';
import { decidePair, forgetPair } from '../../store/related.ts';
import { findStory } from '../../store/story.ts';
import { joinStories, pinLead, splitStory } from '../../story/edit.ts';
import type { Desk } from './desk.ts';
import { readStoryRef, showStory } from './story.ts';
import { type StoryWords, storyWords } from './words-stories.ts';

/** What an act is told. */
type Asked = { desk: Desk; id: number; form: URLSearchParams; by: string; words: StoryWords };

/** What became of it: where to go on, or what is wrong with what was asked. */
type Outcome = { to: string } | { wrong: string; status?: number };

type Act = (asked: Asked) => Promise<Outcome>;

const field = (form: URLSearchParams, name: string, most = 1_000) => (form.get(name) ?? '').trim().slice(0, most);
const back = (id: number, done: string, more = ''): Outcome => ({ to: `/quan-tri/tin/${id}?xong=${done}${more}` });

// A moment on the desk's clock, as the field writes it; null = none, NaN date = not understood.
function readSince(text: string): Date | null {
  if (text === '') return null;
  return new Date(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? `${text}:00+07:00` : Number.NaN);
}

function outcomeOf(result: DeskResult, id: number, done: string, words: StoryWords): Outcome {
  if (result.kind === 'done') return back(id, done);
  if (result.kind === 'already') return { wrong: words.already(words.shelf[result.from]), status: 409 };
  return { wrong: words.failed[result.kind === 'merged' ? 'story.merged' : 'story.unknown'] ?? '', status: 409 };
}

type Order = { reason: string; by: string; at: Date };

function outOfSight(
  done: string,
  action: string,
  give: (db: Db, id: number, order: Order) => Promise<DeskResult>,
): Act {
  return async ({ desk: { ctx }, id, form, by, words }) => {
    const reason = field(form, 'ly-do');
    if (reason === '') return { wrong: words.needReason };
    const since = readSince(field(form, 'tu-luc'));
    if (since !== null && Number.isNaN(since.getTime())) return { wrong: words.badTime };
    const at = since ?? ctx.now();
    const result = await audited(
      ctx.db,
      (told: DeskResult) => {
        if (told.kind !== 'done') return null;
        const { from, documents, minutes, seconds } = told;
        const detail = { reason, from, since: at.toISOString(), minutes, seconds, documents };
        return { actor: by, action, target: String(id), detail };
      },
      (trx) => give(trx, id, { reason, by, at }),
    );
    return outcomeOf(result, id, done, words);
  };
}

const merge: Act = async ({ desk, id, form, by, words }) => {
  const other = await readStoryRef(desk, field(form, 'voi', 2_000));
  if (other === null) return { wrong: words.noSuch };
  const reason = field(form, 'ly-do-gop') || null;
  const { ctx } = desk;
  const note = { actor: by, action: 'story.merge', target: String(id), detail: { with: other, reason } };
  const kept = await audited(ctx.db, note, (trx) =>
    joinStories({ db: trx, now: ctx.now }, id, other, { actor: by, reason }),
  );
  return back(kept, 'gop');
};

const split: Act = async ({ desk: { ctx }, id, form, by, words }) => {
  const entries = form.getAll('bai').map(Number).filter(Number.isSafeInteger).slice(0, 5_000);
  if (entries.length === 0) return { wrong: words.failed['story.nothing_left'] ?? '' };
  const reason = field(form, 'ly-do-tach') || null;
  const made = await audited(
    ctx.db,
    ({ named, rest }: { named: number; rest: number }) => ({
      actor: by,
      action: 'story.split',
      target: String(id),
      detail: { entries, named, rest, reason },
    }),
    (trx) => splitStory({ db: trx, now: ctx.now }, id, entries, { actor: by, reason }),
  );
  return back(id, 'tach', made.named === id ? '' : `&tin-moi=${made.named}`);
};

const pin =
  (entryOf: (form: URLSearchParams) => number | null): Act =>
  async ({ desk: { ctx }, id, form, by }) => {
    const entry = entryOf(form);
    const action = entry === null ? 'story.unpin' : 'story.pin';
    await audited(ctx.db, { actor: by, action, target: String(id), detail: { entry } }, (trx) =>
      pinLead({ db: trx, now: ctx.now }, id, entry, { actor: by, reason: null }),
    );
    return back(id, entry === null ? 'bo-ghim' : 'dan');
  };

const retitle: Act = async ({ desk: { ctx }, id, form, by, words }) => {
  const isBack = form.get('viec') === 'tieu-de-cu';
  const title = isBack ? null : field(form, 'tieu-de', 500);
  const reason = field(form, 'ghi-chu', 800);
  if (title === '' || (reason === '' && !isBack)) return { wrong: words.needReason };
  const was = (await findStory(ctx.db, id))?.title ?? '';
  if (title === was) return { wrong: words.already(was) };
  // Readers are Vietnamese, whatever language the console speaks.
  const vi = storyWords('vi');
  const note = `${isBack ? vi.headlineReturned : vi.headlineTold(was)} ${reason}`.trim();
  const result = await audited(
    ctx.db,
    (told: DeskResult) =>
      told.kind === 'done'
        ? { actor: by, action: 'story.retitle', target: String(id), detail: { from: was, to: title, note } }
        : null,
    (trx) => retitleStory(trx, id, { title, note, by, at: ctx.now() }),
  );
  return outcomeOf(result, id, 'tieu-de', words);
};

const correct: Act = async ({ desk: { ctx }, id, form, by, words }) => {
  const note = field(form, 'loi-dinh-chinh');
  if (note === '') return { wrong: words.needReason };
  const result = await audited(
    ctx.db,
    (told: DeskResult) =>
      told.kind === 'done' ? { actor: by, action: 'story.correct', target: String(id), detail: { note } } : null,
    (trx) => correctStory(trx, id, { note, by, at: ctx.now() }),
  );
  return outcomeOf(result, id, 'dinh-chinh', words);
};

const pair =
  (verdict: 'pin' | 'ban' | null): Act =>
  async ({ desk, id, form, by, words }) => {
    const { ctx } = desk;
    const name = verdict === 'pin' ? 'lq-ghim' : verdict === 'ban' ? 'lq-cam' : 'lq-may';
    const other = await readStoryRef(desk, form.get(name) ?? field(form, 'voi-lq', 2_000));
    if (other === null) return { wrong: words.noSuch };
    if (other === id) return { wrong: words.itself };
    const action = verdict === null ? 'story.related_free' : `story.related_${verdict}`;
    await audited(ctx.db, { actor: by, action, target: String(id), detail: { with: other } }, async (trx) => {
      if (verdict === null) await forgetPair(trx, [id, other]);
      else await decidePair(trx, { storyIds: [id, other], verdict, actor: by });
      for (const one of [id, other]) await notePurge(trx, one);
    });
    return back(id, 'lien-quan');
  };

const acts: Record<string, Act> = {
  gop: merge,
  tach: split,
  'bo-ghim': pin(() => null),
  'tieu-de': retitle,
  'tieu-de-cu': retitle,
  'dinh-chinh': correct,
  giu: outOfSight('giu', 'story.hold', holdStory),
  an: outOfSight('an', 'story.hide', hideStory),
  go: outOfSight('go', 'story.withdraw', withdrawStory),
  hien: outOfSight('hien', 'story.restore', restoreStory),
  'lq-ghim': pair('pin'),
  'lq-cam': pair('ban'),
};
// Buttons that carry the number of what they are about.
const byButton: [string, Act][] = [
  ['dan', pin((form) => Number(form.get('dan')))],
  ['lq-ghim', pair('pin')],
  ['lq-cam', pair('ban')],
  ['lq-may', pair(null)],
];

function actOf(form: URLSearchParams): Act | undefined {
  return (
    byButton.find(([name]) => form.has(name))?.[1] ??
    Object.entries(acts).find(([name]) => name === form.get('viec'))?.[1]
  );
}

/** Adds what editors do. Touches story and what hangs on it, audit. */
export function addStoryActs(desk: Desk): void {
  desk.act('/quan-tri/tin/:id{[0-9]{1,15}}', 'editor', async (call, visitor, form) => {
    const id = Number(call.req.param('id'));
    const words = storyWords(visitor.lang);
    const act = actOf(form);
    if (act === undefined) return showStory(desk, visitor, id, { text: words.nothing, isBad: true, status: 400 });
    try {
      const outcome = await act({ desk, id, form, by: visitor.session.name, words });
      if ('to' in outcome) return desk.go(outcome.to);
      return await showStory(desk, visitor, id, { text: outcome.wrong, isBad: true, status: outcome.status ?? 422 });
    } catch (error) {
      const told = error instanceof StoreError ? words.failed[error.code] : undefined;
      if (told === undefined) throw error;
      return showStory(desk, visitor, id, { text: told, isBad: true, status: 409 });
    }
  });
}
