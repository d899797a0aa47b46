// /quan-tri/nguon/hang-loat, /dot/:id → one hand on many sources: read in turn with its progress, pause, pace, export, delete after typing.
import { html } from 'hono/html';
import { sourceHealth, stateWords } from '../../source/health.ts';
import { noteAudit } from '../../store/audit.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import { findSources, readSources } from '../../store/source-desk.ts';
import { deleteSource, editSource, type SourceFields } from '../../store/source-edit.ts';
import { readRun, type RunRow, startRun } from '../../store/source-run.ts';
import { toCsv } from '../../text/csv.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { type OutlineSource, sourcesToOpml } from './opml-out.ts';
import { confirmField, dataTable, isConfirmed, pill, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { consoleHeaders, mayAs, tokenField } from './shell.ts';
import type { FilterQuery } from './source-filter.ts';
import { filterFields, listAddress, listPath, readFilter, toFilter } from './source-filter.ts';
import { pollWords, sourceName, sourceTarget, statePill } from './source-parts.ts';
import { consoleWords } from './words.ts';
import { sourceWords } from './words-source.ts';

const bulkPath = '/quan-tri/nguon/hang-loat';
/** Sources that one bulk action takes at most; more are refused with a word, never cut off. */
const mostAtOnce = 3_000;
const refreshSeconds = 2;
const longestRunMs = 3_600_000;

const actions = {
  dung: ['source.pause', { isPaused: true }],
  tiep: ['source.resume', { isPaused: false }],
} as const;

/** Adds the bulk actions and the page of a run. Touches source, source_run and audit. */
export function addBulk(desk: Desk): void {
  const { ctx, show, go } = desk;

  async function chosen(form: URLSearchParams, query: FilterQuery): Promise<number[] | 'too_many'> {
    if (form.get('ca') === '1') {
      const options = { now: ctx.now(), after: null, limit: mostAtOnce + 1 };
      const found = await findSources(ctx.db, toFilter(query), options);
      return found.length > mostAtOnce ? 'too_many' : found.map((place) => place.id);
    }
    const given = [...form.getAll('nguon'), ...(form.get('cac') ?? '').split('.')];
    const ids = [...new Set(given.filter((text) => /^\d{1,15}$/.test(text)).map(Number))];
    return ids.length > mostAtOnce ? 'too_many' : ids;
  }

  async function change(ids: readonly number[], actor: string, action: string, wanted: Partial<SourceFields>) {
    return ctx.db.transaction().execute(async (trx) => {
      let count = 0;
      // In the order of their ids, so that two people's hands on the same rows wait for each other and never in a ring.
      for (const id of ids.toSorted((a, b) => a - b)) {
        const done = await editSource(trx, id, wanted);
        if (typeof done === 'string' || Object.keys(done.after).length === 0) continue;
        await noteAudit(trx, { actor, action, target: sourceTarget(id), detail: done });
        count += 1;
      }
      return count;
    });
  }

  const download = (body: string, type: string, name: string): Response => {
    const headers = {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Disposition': `attachment; filename="${name}"`,
    };
    return new Response(body, { headers: consoleHeaders(ctx.config.publicUrl, headers) });
  };

  desk.act(bulkPath, 'editor', async (_call, visitor, form) => {
    const { lang, session } = visitor;
    const words = sourceWords(lang);
    const query = readFilter((name) => form.get(name));
    const refuse = (text: string) =>
      show(
        lang,
        visitor,
        {
          title: words.withChosen,
          path: listPath,
          crumbs: [],
          notice: { text, isBad: true },
          content: html`<p><a href="${listAddress(query)}">${words.cancel}</a></p>`,
        },
        400,
      );
    const ids = await chosen(form, query);
    if (ids === 'too_many') return refuse(words.tooMany(mostAtOnce));
    if (ids.length === 0) return refuse(words.noneChosen);
    const what = form.get('viec') ?? '';
    if (what === 'csv' || what === 'opml') {
      const rows = await readSources(ctx.db, ids);
      return what === 'csv'
        ? download(toHealthCsv(rows, ctx.now(), lang), 'text/csv', 'nguon-tin.csv')
        : download(sourcesToOpml(rows.map(outlineOf), ctx.now()), 'text/x-opml', 'nguon-tin.opml');
    }
    if (what === 'dung' || what === 'tiep') {
      const [action, wanted] = actions[what];
      return go(listAddress(query, { doi: await change(ids, session.name, action, wanted) }));
    }
    if (what === 'nhip') {
      const text = (form.get('phut') ?? '').trim();
      const minutes = text === '' ? null : Number(text);
      if (minutes !== null && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 10_080))
        return refuse(words.badMinutes);
      return go(listAddress(query, { doi: await change(ids, session.name, 'source.pace', { minutes }) }));
    }
    if (what === 'doc') {
      const run = await ctx.db.transaction().execute(async (trx) => {
        const started = await startRun(trx, session.name, ids);
        if (started !== null)
          await noteAudit(trx, {
            actor: session.name,
            action: 'source.run',
            target: `source-run:${started.id}`,
            detail: { sources: started.sources },
          });
        return started;
      });
      return run === null ? refuse(words.runNone) : go(`/quan-tri/nguon/dot/${run.id}`);
    }
    if (what !== 'xoa' || !mayAs(session.role, 'admin')) return refuse(consoleWords(lang).forbidden);
    const phrase = words.removePhrase(ids.length);
    if (form.has('xac_nhan') && isConfirmed(form, phrase)) {
      const removed = await ctx.db.transaction().execute(async (trx) => {
        let count = 0;
        for (const id of ids.toSorted((a, b) => a - b)) {
          const gone = await deleteSource(trx, id);
          if (gone === null) continue;
          const note = {
            actor: session.name,
            action: 'source.delete',
            target: sourceTarget(id),
            detail: { before: gone },
          };
          await noteAudit(trx, note);
          count += 1;
        }
        return count;
      });
      return go(listAddress({ ...query, tt: '' }, { xoa: removed }));
    }
    const rows = await readSources(ctx.db, ids);
    const fault = form.has('xac_nhan') ? words.notTyped : null;
    return show(lang, visitor, {
      title: words.removeTitle(ids.length),
      path: listPath,
      crumbs: [],
      content: removeForm(visitor, query, rows, phrase, fault, ctx.now()),
    });
  });

  desk.screen('/quan-tri/nguon/dot/:id{[0-9]{1,15}}', 'viewer', async (call, visitor) => {
    const { lang } = visitor;
    const words = sourceWords(lang);
    const now = ctx.now();
    const run = await readRun(ctx.db, Number(call.req.param('id')));
    if (run === null) {
      const notice = { text: consoleWords(lang).notFound, isBad: true };
      return show(lang, visitor, { title: '404', path: listPath, crumbs: [], content: html``, notice }, 404);
    }
    const done = run.rows.filter((row) => row.outcome !== null || row.isPaused);
    const failed = done.filter((row) => row.outcome === 'failed').length;
    const isOver = done.length === run.rows.length;
    const isLate = !isOver && now.getTime() - run.startedAt.getTime() > longestRunMs;
    const state = (row: RunRow): Html | string =>
      row.isPaused
        ? pill('paused', words.isPaused)
        : row.outcome !== null
          ? pill(
              row.outcome === 'failed' ? 'bad' : 'good',
              pollWords({ ...row, outcome: row.outcome, skipped: 0 }, words),
            )
          : row.isReading
            ? pill('info', words.now)
            : html`${words.waiting} ${row.nextFetchAt > now ? timeTag(row.nextFetchAt, now, lang) : ''}`;
    const content = html`<p role="status">${isOver ? words.runDone(done.length - failed, failed) : words.runProgress(done.length, run.rows.length)} <span class="soft">${words.runBy(run.actor)}, ${timeTag(run.startedAt, now, lang)}</span></p>
<progress max="${Math.max(1, run.rows.length)}" value="${done.length}" aria-label="${words.run}"></progress>
${isLate ? html`<p class="bad" role="alert">${words.runStopped}</p>` : ''}<div class="panel">${dataTable({
      caption: words.run,
      columns: [words.source, words.result],
      rows: run.rows.map((row) => [
        html`<a href="/quan-tri/nguon/${row.sourceId}">${row.publisherName}</a> <span class="address">${row.url}</span>`,
        html`${state(row)}${row.note === null || row.outcome !== 'failed' ? '' : html` <small class="code">${row.note.slice(0, 200)}</small>`}`,
      ]),
    })}</div>`;
    return show(lang, visitor, {
      title: words.run,
      path: listPath,
      crumbs: [],
      content,
      ...(isOver || isLate ? {} : { refreshSeconds }),
    });
  });
}

const outlineOf = ({ url, title, kind, publisherName, siteUrl, province }: SourceListRow): OutlineSource => ({
  url,
  title,
  kind,
  publisher: { name: publisherName, siteUrl, province },
});

function removeForm(
  visitor: Visitor,
  query: FilterQuery,
  rows: readonly SourceListRow[],
  phrase: string,
  fault: string | null,
  now: Date,
): Html {
  const words = sourceWords(visitor.lang);
  return html`<p>${words.removeText}</p><ul class="list panel">${rows.map(
    (row) =>
      html`<li>${statePill(sourceHealth(row, now).state, visitor.lang)} ${sourceName(row)} <span class="address">${row.url}</span></li>`,
  )}</ul><form method="post" action="${bulkPath}" class="form confirm">${tokenField(visitor)}${filterFields(query)}<input type="hidden" name="cac" value="${rows.map((row) => row.id).join('.')}">
${confirmField(visitor.lang, phrase, fault)}<div class="row"><button name="viec" value="xoa" class="danger">${words.removeTitle(rows.length)}</button><a href="${listAddress(query)}">${words.cancel}</a></div></form>`;
}

function toHealthCsv(rows: readonly SourceListRow[], now: Date, lang: Lang): string {
  const iso = (at: Date | null) => at?.toISOString() ?? '';
  return toCsv(
    [
      'id',
      'publisher',
      'name',
      'kind',
      'url',
      'section',
      'state',
      'words',
      'failures',
      'last_error',
      'last_success_at',
      'last_attempt_at',
      'next_fetch_at',
      'next_reason',
    ],
    rows.map((row) => {
      const health = sourceHealth(row, now);
      return [
        row.id,
        row.publisherSlug,
        sourceName(row),
        row.kind,
        row.url,
        row.section ?? '',
        stateWords[health.state].en,
        health[lang],
        row.failures,
        row.lastError ?? '',
        iso(row.lastSuccessAt),
        iso(row.lastAttemptAt),
        iso(row.nextFetchAt),
        row.nextReason,
      ];
    }),
  );
}
