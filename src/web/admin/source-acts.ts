// POST /quan-tri/nguon/:id/… → a change to one source with its line in the audit log: read now, pause, edit, new address, undo, held polls, gaps.
import { noteAudit, readLine } from '../../store/audit.ts';
import { askPages } from '../../store/article.ts';
import { readAnswers } from '../../store/source-answer.ts';
import { type EditProblem, editSource, readNow, type SourceFields } from '../../store/source-edit.ts';
import type { SourceEntry } from '../../store/source-page.ts';
import { decideHeld, handleGap, listSourceEntries, readMore } from '../../store/source-page.ts';
import { escapeHtml } from '../../text/markup.ts';
import { compactKey } from '../../text/compact-key.ts';
import { canonicalUrl } from '../../text/url.ts';
import { safeUrl } from '../safe-url.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import type { Visitor } from './shell.ts';
import { consoleHeaders } from './shell.ts';
import { changeOf, checkTyped, readTyped } from './source-edit.ts';
import { notFound, pagePath, showSource } from './source-page.ts';
import { sourceTarget } from './source-parts.ts';
import { sourcePageWords } from './words-source-page.ts';

const base = '/quan-tri/nguon/:id{[0-9]{1,15}}';
const pagesReread = 50;

/** Words that a page may be asked to say by its address: a key of the catalogue, so that nobody can put words into our mouth. */
const sayable = ['saved', 'unchangedNow', 'asked', 'undone', 'noted', 'rulesSaved'] as const;

// The item as its source wrote it is gone; what is stored of it stands in, so that a page that says less takes nothing away.
const seedOf = (entry: SourceEntry): string =>
  JSON.stringify({
    url: entry.url,
    title: entry.title,
    summaryHtml: entry.summary === '' ? null : `<p>${escapeHtml(entry.summary)}</p>`,
    publishedAt: entry.isDateGuess ? null : entry.publishedAt,
    authors: entry.authors.map((name) => ({ name })),
    categories: entry.categories,
  });

/** Adds the page of one source and everything done there. Touches source, held_poll, gap, article_due and audit. */
export function addSourcePage(desk: Desk): void {
  const { ctx, go } = desk;
  const idOf = (call: { req: { param: (name: string) => string | undefined } }) => Number(call.req.param('id'));
  const after = (id: number, say: (typeof sayable)[number]) => go(`${pagePath(id)}?noi=${say}`);

  desk.screen(base, 'viewer', async (call, visitor) => {
    const say = sayable.find((name) => name === call.req.query('noi'));
    const before = /^\d{1,15}$/.exec(call.req.query('truoc') ?? '');
    return showSource(desk, visitor, idOf(call), {
      notice: say === undefined ? null : { text: sourcePageWords(visitor.lang)[say] },
      before: before === null ? null : new Date(Number(before[0])),
      isByDay: call.req.query('theo') === 'ngay',
    });
  });

  desk.screen(`${base}/tra-loi/:kind{good|bad}`, 'viewer', async (call, visitor) => {
    const answers = await readAnswers(ctx.db, idOf(call));
    const answer = call.req.param('kind') === 'good' ? answers.good : answers.bad;
    if (answer === null) return notFound(desk, visitor);
    // Never as what it says it is: bytes to be saved, that no browser runs.
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="nguon-${idOf(call)}-${answer.kind}.bin"`,
    };
    return new Response(new Uint8Array(answer.body), { headers: consoleHeaders(ctx.config.publicUrl, headers) });
  });

  const problemWords = (problem: EditProblem, lang: Lang) => {
    const words = sourcePageWords(lang);
    return problem === 'taken' ? words.taken : problem === 'busy' ? words.busy : words.movedOn;
  };

  /** Changes a source and notes what it was and is; nothing is noted where nothing changed. */
  async function edit(
    visitor: Visitor,
    id: number,
    action: string,
    wanted: Partial<SourceFields>,
    more: { expected?: Partial<SourceFields>; detail?: Record<string, unknown> } = {},
  ) {
    return ctx.db.transaction().execute(async (trx) => {
      const done = await editSource(trx, id, wanted, more.expected);
      if (typeof done !== 'string' && Object.keys(done.after).length > 0)
        await noteAudit(trx, {
          actor: visitor.session.name,
          action,
          target: sourceTarget(id),
          detail: { ...done, ...more.detail },
        });
      return done;
    });
  }

  const said = async (visitor: Visitor, id: number, done: Awaited<ReturnType<typeof edit>>): Promise<Response> => {
    if (done === 'missing') return notFound(desk, visitor);
    if (typeof done === 'string')
      return showSource(desk, visitor, id, {
        status: 409,
        notice: { text: problemWords(done, visitor.lang), isBad: true },
      });
    return after(id, Object.keys(done.after).length === 0 ? 'unchangedNow' : 'saved');
  };

  desk.act(`${base}/viec`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const what = form.get('viec');
    if (what === 'dung') return said(visitor, id, await edit(visitor, id, 'source.pause', { isPaused: true }));
    if (what === 'tiep') return said(visitor, id, await edit(visitor, id, 'source.resume', { isPaused: false }));
    const isDue = await ctx.db.transaction().execute(async (trx) => {
      const done = await readNow(trx, id);
      const note = { actor: visitor.session.name, action: 'source.poll_now', target: sourceTarget(id) };
      if (done) await noteAudit(trx, note);
      return done;
    });
    const notice = { text: sourcePageWords(visitor.lang).isPaused, isBad: true };
    return isDue ? after(id, 'asked') : showSource(desk, visitor, id, { status: 409, notice });
  });

  desk.act(`${base}/sua`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const typed = readTyped(form);
    const checked = checkTyped(typed, visitor.lang);
    if ('faults' in checked) return showSource(desk, visitor, id, { typed, faults: checked.faults, status: 400 });
    const done = await edit(visitor, id, 'source.edit', checked.wanted);
    if (done !== 'taken') return said(visitor, id, done);
    const faults = { dia_chi: sourcePageWords(visitor.lang).taken };
    return showSource(desk, visitor, id, { typed, faults, status: 409 });
  });

  desk.act(`${base}/dia-chi`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const url = safeUrl(form.get('dia_chi'));
    if (url === null)
      return showSource(desk, visitor, id, {
        status: 400,
        notice: { text: sourcePageWords(visitor.lang).badUrl, isBad: true },
      });
    return said(visitor, id, await edit(visitor, id, 'source.move', { url: new URL(url).href }));
  });

  desk.act(`${base}/hoan-tac`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const line = await readLine(ctx.db, Number(/^\d{1,15}$/.exec(form.get('dong') ?? '')?.[0] ?? 0));
    const change = line === null || line.target !== sourceTarget(id) ? null : changeOf(line);
    if (line === null || change === null) return notFound(desk, visitor);
    const more = { expected: change.after, detail: { undid: line.id } };
    const done = await edit(visitor, id, 'source.undo', change.before, more);
    return typeof done === 'string' ? said(visitor, id, done) : after(id, 'undone');
  });

  desk.act(`${base}/giu`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const decision = (['new', 'same', 'drop'] as const).find((one) => one === form.get('la'));
    if (decision === undefined) return notFound(desk, visitor);
    await ctx.db.transaction().execute(async (trx) => {
      const { name: actor } = visitor.session;
      if (await decideHeld(trx, id, decision, actor))
        await noteAudit(trx, { actor, action: 'source.held', target: sourceTarget(id), detail: { decision } });
    });
    return after(id, 'noted');
  });

  desk.act(`${base}/sot`, 'editor', async (call, visitor, form) => {
    const id = idOf(call);
    const gap = Number(/^\d{1,15}$/.exec(form.get('cho') ?? '')?.[0] ?? 0);
    const how = form.get('lam') === 'again' ? 'again' : 'dismiss';
    await ctx.db.transaction().execute(async (trx) => {
      const note = {
        actor: visitor.session.name,
        action: 'source.gap',
        target: sourceTarget(id),
        detail: { gap, how },
      };
      if (await handleGap(trx, id, gap, how)) await noteAudit(trx, note);
    });
    return after(id, 'noted');
  });

  // Pages of articles that are stored are fetched again, in the turns of their host, and mend what is stored.
  desk.act(`${base}/doc-lai`, 'editor', async (call, visitor) => {
    const id = idOf(call);
    const more = await readMore(ctx.db, id);
    if (more === null) return notFound(desk, visitor);
    const entries = await listSourceEntries(ctx.db, { id, publisherId: more.publisherId }, pagesReread);
    const wishes = entries.flatMap((entry) =>
      entry.url === null
        ? []
        : [
            {
              key: compactKey(`u:${canonicalUrl(entry.url)}`),
              url: entry.url,
              host: new URL(entry.url).host.replace(/^www\./, ''),
              why: 'changed' as const,
              seed: seedOf(entry),
            },
          ],
    );
    await ctx.db.transaction().execute(async (trx) => {
      await askPages(trx, { id, publisherId: more.publisherId, isFirst: false }, wishes);
      const note = { actor: visitor.session.name, action: 'source.reread', target: sourceTarget(id) };
      await noteAudit(trx, { ...note, detail: { pages: wishes.length } });
    });
    return showSource(desk, visitor, id, { notice: { text: sourcePageWords(visitor.lang).rereading(wishes.length) } });
  });
}
