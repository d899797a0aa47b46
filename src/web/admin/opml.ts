// /quan-tri/nguon/nhap → a list of sources taken in, with a result for each row, and all sources given out as OPML and JSON.
import { html } from 'hono/html';
import { importRows, type RowResult } from '../../source/import-list.ts';
import { noteAudit } from '../../store/audit.ts';
import { findWork } from '../../store/desk-work.ts';
import { endTrialIfOn } from '../../store/sample.ts';
import { type ExportedSource, exportSources } from '../../store/source-export.ts';
import { failureText } from './add-view.ts';
import type { Desk } from './desk.ts';
import { sourcesToJson, sourcesToOpml } from './opml-out.ts';
import { addressWith, check, dataTable, empty, pager, pill, tabs, type Tone } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { consoleHeaders, tokenField } from './shell.ts';
import type { StartWork } from './work.ts';
import { wayOf } from './work.ts';
import { addWords } from './words-add.ts';
import { type OpmlWords, opmlWords } from './words-opml.ts';

const here = '/quan-tri/nguon/nhap';
const room = '/quan-tri';
const mostBytes = 5 * 1024 * 1024;
const pageSize = 100;

const tones: Record<RowResult['result'], Tone> = {
  added: 'good',
  moved: 'info',
  unsure: 'slow',
  duplicate: 'quiet',
  dead: 'bad',
  skipped: 'paused',
};
const kinds = Object.keys(tones) as RowResult['result'][];

/** What an import left in its row. */
type Import = { rows: RowResult[]; samples: number | null };

/** Adds the screens of lists. Reads and writes desk_work; an import touches publisher, source and audit; exporting reads source. */
export function addOpml(desk: Desk, startWork: StartWork): void {
  const { ctx, show, go } = desk;

  const askScreen = (visitor: Visitor, fault: string | null, status = 200) => {
    const words = opmlWords(visitor.lang);
    const marks = fault === null ? '' : html` aria-invalid="true"`;
    const content = html`${wayOf(ctx) === null ? html`<p class="bad">${addWords(visitor.lang).noWay}</p>` : ''}<div class="split">
<form method="post" action="${here}" enctype="multipart/form-data" class="panel form">${tokenField(visitor)}<h2>${words.importTitle}</h2>
<div class="field"><label for="o-tep">${words.file}</label><small id="goi-y-tep">${words.fileHint}</small><input type="file" id="o-tep" name="tep" accept=".opml,.xml,text/xml,text/x-opml,application/xml" aria-describedby="goi-y-tep${fault === null ? '' : ' loi-tep'}"${marks}>${fault === null ? '' : html`<span class="fault" id="loi-tep">${fault}</span>`}</div>
${check('thu', words.check, true)}<small class="soft">${words.checkHint}</small><div class="row"><button class="main">${words.start}</button></div></form>
<section class="panel"><h2>${words.exportTitle}</h2><p>${words.exportHint}</p><div class="row"><a class="button" href="/quan-tri/nguon/xuat.opml">${words.exportOpml}</a><a class="button" href="/quan-tri/nguon/xuat.json">${words.exportJson}</a></div></section></div>`;
    return show(visitor.lang, visitor, { title: words.title, content, path: room, crumbs: [] }, status);
  };

  desk.screen(here, 'editor', (_call, visitor) => askScreen(visitor, null));

  desk.upload(here, 'editor', mostBytes, async (_call, visitor, form, file) => {
    const words = opmlWords(visitor.lang);
    if (file.length === 0) return askScreen(visitor, words.noFile, 422);
    if (wayOf(ctx) === null) return askScreen(visitor, null, 503);
    const isChecked = form.has('thu');
    const actor = visitor.session.name;
    await noteAudit(ctx.db, {
      actor,
      action: 'source.import',
      target: 'opml',
      detail: { isChecked, bytes: file.length },
    });
    const work = { kind: 'import', actor, input: { isChecked, bytes: file.length } };
    const uid = await startWork(work, async (way, beat) => {
      const told: RowResult[] = [];
      const wishes = { section: null, readPages: 'needed' } as const;
      const rows = await importRows(way, file, wishes, {
        isChecked,
        onRow: (done, total, row) => {
          told.push(row);
          // What was decided so far outlives this process: an import may take an hour.
          const isTold = done % Math.max(20, Math.ceil(total / 50)) === 0;
          beat({ done, total, ...(isTold ? { result: { rows: told, samples: null } } : {}) });
        },
      });
      const added = rows.filter(({ result }) => result === 'added' || result === 'moved' || result === 'unsure');
      const detail = {
        rows: rows.length,
        added: added.length,
        urls: added.slice(0, 100).map((row) => row.movedTo ?? row.url),
      };
      await noteAudit(way.db, { actor, action: 'source.imported', target: 'opml', detail });
      const samples = added.length === 0 ? null : await endTrialIfOn(way.db);
      return { result: { rows, samples } };
    });
    return go(`${here}/${uid}`);
  });

  desk.screen(`${here}/:uid`, 'editor', async (call, visitor) => {
    const { lang } = visitor;
    const words = opmlWords(lang);
    const crumbs = [{ href: here, name: words.title }];
    const work = await findWork(ctx.db, call.req.param('uid') ?? '');
    if (work?.kind !== 'import') {
      const notice = { text: words.gone, isBad: true };
      return show(lang, visitor, { title: words.title, content: html``, path: room, crumbs, notice }, 404);
    }
    const isRunning = work.state === 'running' && !work.isLost;
    const { rows, samples } = (work.result as Import | null) ?? { rows: [], samples: null };
    const asked = { only: call.req.query('chi') ?? '', from: Number(call.req.query('tu') ?? 0) || 0 };
    const total = work.total ?? 0;
    const bar = html`<section class="panel"><p class="note">${words.runningHint}</p><p><progress max="${Math.max(1, total)}" value="${work.done}" aria-label="${words.progress(work.done, total)}"></progress> ${words.progress(work.done, total)}</p></section>`;
    const isEmpty = work.state === 'done' && rows.length === 0;
    const content = html`${isRunning ? bar : ''}${isEmpty ? empty(words.noRows) : rows.length === 0 ? '' : resultsPart(visitor, `${here}/${work.uid}`, rows, asked)}`;
    const text =
      work.state === 'failed'
        ? `${words.failed}: ${work.problem?.code === 'import.too_long' ? words.tooLong : failureText(work.problem ?? { code: '', message: '' }, lang)}`
        : work.isLost
          ? words.lost
          : null;
    const notice =
      text !== null ? { text, isBad: true } : samples === null ? null : { text: words.trialEnded(samples) };
    return show(lang, visitor, {
      title: isRunning ? words.running : words.done,
      content,
      path: room,
      crumbs,
      notice,
      actions: html`<a class="button" href="${here}">${words.again}</a>`,
      ...(isRunning ? { refreshSeconds: 2 } : {}),
    });
  });

  for (const [ending, type, write] of [
    ['opml', 'text/x-opml; charset=utf-8', sourcesToOpml],
    ['json', 'application/json; charset=utf-8', sourcesToJson],
  ] as const)
    desk.screen(`/quan-tri/nguon/xuat.${ending}`, 'viewer', async () => {
      const sources: ExportedSource[] = [];
      for await (const source of exportSources(ctx.db)) sources.push(source);
      const day = ctx.now().toISOString().slice(0, 10);
      const headers = consoleHeaders(ctx.config.publicUrl, {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="tin-tinh-nguon-${day}.${ending}"`,
      });
      return new Response(write(sources, ctx.now()), { headers });
    });
}

function resultsPart(
  visitor: Visitor,
  path: string,
  rows: readonly RowResult[],
  asked: { only: string; from: number },
): Html {
  const { lang } = visitor;
  const words = opmlWords(lang);
  const chosen = kinds.find((kind) => kind === asked.only) ?? null;
  const shown = rows.filter((row) => chosen === null || row.result === chosen);
  const page = shown.slice(asked.from, asked.from + pageSize);
  const next = asked.from + pageSize < shown.length ? asked.from + pageSize : null;
  const filters = [
    { href: path, name: words.all, count: rows.length, isChosen: chosen === null },
    ...kinds.map((kind) => ({
      href: addressWith(path, { chi: kind }),
      name: words.results[kind],
      count: rows.filter((row) => row.result === kind).length,
      isChosen: chosen === kind,
    })),
  ].filter((one) => one.count > 0);
  return html`${tabs(words.result, filters)}${dataTable({
    caption: words.done,
    columns: [words.row, words.result, words.detail],
    rows: page.map((row) => [
      html`<div>${row.title ?? ''}<br><span class="code small">${row.url}</span></div>`,
      pill(tones[row.result], words.results[row.result]),
      html`<div>${detailOf(visitor, row, words)}</div>`,
    ]),
  })}${pager(lang, {
    first: asked.from > 0 ? addressWith(path, { chi: chosen }) : null,
    next: next === null ? null : addressWith(path, { chi: chosen, tu: next }),
  })}`;
}

function detailOf({ lang }: Visitor, row: RowResult, words: OpmlWords): Html {
  const { twin, movedTo, problem, publisher, count } = row;
  const paper = publisher === null ? '' : html`<a href="/quan-tri/to-bao/${publisher}">${publisher}</a> `;
  if (twin !== null)
    return html`${words.duplicateOf} <a class="code" href="/quan-tri/nguon/${twin.sourceId}">${twin.url}</a> ${twin.why === 'items' ? words.share(Math.round(twin.share * 100)) : ''}`;
  if (movedTo !== null) return html`${paper}${words.movedTo} <span class="code">${movedTo}</span>`;
  if (problem === null) return html`${paper}${count === null ? '' : words.items(count)}`;
  if (problem.code === 'import.no_feed')
    return html`${words.noFeed} · <a href="${addressWith('/quan-tri/nguon/them', { 'dia-chi': row.url })}">${words.findThere}</a>`;
  if (problem.code === 'import.no_address') return html`${words.noAddress}`;
  if (problem.code === 'import.not_reached') return html`${words.notReached}`;
  return html`${paper}${failureText(problem, lang)}`;
}
