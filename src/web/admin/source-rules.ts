// /quan-tri/nguon/:id/cach-doc → the rules a source is read by: tried on a kept answer, what would differ shown, then saved and applied again.
import { html } from 'hono/html';
import type { DryRun } from '../../source/dry-run.ts';
import { compareReadings } from '../../source/dry-run.ts';
import type { SourceRules } from '../../source/rules.ts';
import { checkRules } from '../../source/rules.ts';
import { findKnownEntries } from '../../store/entry.ts';
import { noteAudit } from '../../store/audit.ts';
import type { KeptAnswer } from '../../store/source-answer.ts';
import { readAnswers } from '../../store/source-answer.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import { readSources } from '../../store/source-desk.ts';
import { editSource } from '../../store/source-edit.ts';
import type { SourceMore } from '../../store/source-page.ts';
import { readMore } from '../../store/source-page.ts';
import { exactTime } from '../when.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { actionButton, area, choice, dataTable, deskZone, empty, pill } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { listPath } from './source-filter.ts';
import { notFound, pagePath } from './source-page.ts';
import { sourceName, sourceTarget } from './source-parts.ts';
import type { SourceRulesWords } from './words-source-rules.ts';
import { sourceRulesWords } from './words-source-rules.ts';

const longestRules = 20_000;
const rowsShown = 40;

/** What trying came to: a comparison with the keys that the store knows, or words on why there is none. */
type Trial = { run: DryRun; known: ReadonlySet<string>; isBeforeRead: boolean } | { problem: string };

/** What the screen shows beside the source. */
type Shown = { typed: string; on: 'good' | 'bad'; fault: string | null; trial: Trial | null };

/** Adds the screen. Touches source and audit; a trial writes nothing. */
export function addRules(desk: Desk): void {
  const { ctx, show, go } = desk;
  const path = '/quan-tri/nguon/:id{[0-9]{1,15}}/cach-doc';

  async function load(id: number) {
    const [[row], more, answers] = await Promise.all([
      readSources(ctx.db, [id]),
      readMore(ctx.db, id),
      readAnswers(ctx.db, id),
    ]);
    return row === undefined || more === null ? null : { row, more, answers };
  }
  type Loaded = NonNullable<Awaited<ReturnType<typeof load>>>;

  // The page that cannot be read any more is what new rules are for; an error page is not.
  function defaultAnswer({ answers }: Loaded): 'good' | 'bad' {
    const { good, bad } = answers;
    return bad !== null && bad.status === 200 && (good === null || bad.at > good.at) ? 'bad' : 'good';
  }

  async function tryRules(
    { row, more }: Loaded,
    answer: KeptAnswer | null,
    rules: SourceRules,
    words: SourceRulesWords,
  ): Promise<Trial> {
    const { reader } = ctx;
    if (reader === undefined) return { problem: words.noReader };
    if (answer === null) return { problem: words.nothingKept };
    const read = (by: SourceRules) =>
      reader.run('document', {
        kind: row.kind,
        rules: by,
        bytes: answer.body,
        url: answer.url,
        headers: answer.headers,
        zone: more.zone,
        now: ctx.now(),
        sourceId: row.id,
        section: row.section,
        province: row.province,
        isFirst: false,
        known: null,
      });
    const checked = checkRules(more.rules);
    const before = await read('rules' in checked ? checked.rules : {}).catch(() => null);
    try {
      const run = compareReadings(before, await read(rules));
      const keys = run.rows.flatMap((one) => (one.kind === 'added' && one.key !== null ? [one.key] : []));
      const known = await findKnownEntries(ctx.db, more.publisherId, keys);
      return { run, known: new Set(known?.entries.map((one) => one.key)), isBeforeRead: before !== null };
    } catch (error) {
      return { problem: `${words.cannotRead}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  const screen = (visitor: Visitor, loaded: Loaded, shown: Shown, status = 200) =>
    show(
      visitor.lang,
      visitor,
      {
        title: sourceRulesWords(visitor.lang).rules,
        path: listPath,
        crumbs: [{ href: pagePath(loaded.row.id), name: sourceName(loaded.row) }],
        content: rulesView(visitor, loaded, shown),
      },
      status,
    );

  desk.screen(path, 'editor', async (call, visitor) => {
    const loaded = await load(Number(call.req.param('id')));
    if (loaded === null) return notFound(desk, visitor);
    const typed = JSON.stringify(loaded.more.rules ?? {}, null, 2);
    return screen(visitor, loaded, { typed, on: defaultAnswer(loaded), fault: null, trial: null });
  });

  desk.act(path, 'editor', async (call, visitor, form) => {
    const loaded = await load(Number(call.req.param('id')));
    if (loaded === null) return notFound(desk, visitor);
    const words = sourceRulesWords(visitor.lang);
    const typed = (form.get('cach_doc') ?? '').slice(0, longestRules + 1);
    const on = form.get('tren') === 'bad' ? 'bad' : 'good';
    const parsed = typed.length > longestRules ? { fault: words.tooLong } : readJson(typed, words);
    if ('fault' in parsed) return screen(visitor, loaded, { typed, on, fault: parsed.fault, trial: null }, 400);
    if (form.get('viec') !== 'luu') {
      const trial = await tryRules(loaded, loaded.answers[on], parsed.rules, words);
      return screen(visitor, loaded, { typed, on, fault: null, trial });
    }
    const { id } = loaded.row;
    const rules = Object.keys(parsed.rules).length === 0 ? null : parsed.rules;
    const done = await ctx.db.transaction().execute(async (trx) => {
      const change = await editSource(trx, id, { rules });
      if (typeof change !== 'string' && Object.keys(change.after).length > 0)
        await noteAudit(trx, {
          actor: visitor.session.name,
          action: 'source.rules',
          target: sourceTarget(id),
          detail: change,
        });
      return change;
    });
    if (done === 'busy') return screen(visitor, loaded, { typed, on, fault: words.busy, trial: null }, 409);
    if (typeof done === 'string') return notFound(desk, visitor);
    return go(`${pagePath(id)}?noi=${Object.keys(done.after).length === 0 ? 'unchangedNow' : 'rulesSaved'}`);
  });
}

function readJson(typed: string, words: SourceRulesWords): { rules: SourceRules } | { fault: string } {
  let value: unknown;
  try {
    value = typed.trim() === '' ? {} : JSON.parse(typed);
  } catch (error) {
    return { fault: `${words.badJson}: ${error instanceof Error ? error.message : ''}` };
  }
  const checked = checkRules(value);
  return 'rules' in checked ? checked : { fault: `${words.badRules}: ${checked.problem}` };
}

function rulesView(
  visitor: Visitor,
  {
    row,
    answers,
  }: { row: SourceListRow; more: SourceMore; answers: { good: KeptAnswer | null; bad: KeptAnswer | null } },
  shown: Shown,
): Html {
  const { lang } = visitor;
  const words = sourceRulesWords(lang);
  const choices: [string, string][] = [];
  if (answers.good !== null) choices.push(['good', words.onGood(exactTime(answers.good.at, deskZone))]);
  if (answers.bad !== null) choices.push(['bad', words.onBad(exactTime(answers.bad.at, deskZone))]);
  const answer = answers[shown.on];
  return html`<p>${words.rulesText}</p><form method="post" action="${pagePath(row.id)}/cach-doc" class="form panel">${tokenField(visitor)}
${area('cach_doc', words.rules, shown.typed, { rows: 14, isCode: true, hint: words.rulesHint, fault: shown.fault, most: longestRules })}
${choices.length === 0 ? html`<p class="note">${words.nothingKept}</p>` : choice('tren', words.tryOn, shown.on, choices)}
<div class="row"><button name="viec" value="thu" class="main">${words.tryRules}</button><button name="viec" value="luu">${words.saveRules}</button></div></form>
${shown.trial === null ? '' : trialView(shown.trial, answer?.isCut === true, lang)}
<section class="panel"><h2>${words.rereadPages}</h2><p class="soft">${words.rereadHint}</p>${actionButton(visitor, `${pagePath(row.id)}/doc-lai`, words.rereadPages)}</section>`;
}

function trialView(trial: Trial, isCut: boolean, lang: Lang): Html {
  const words = sourceRulesWords(lang);
  if ('problem' in trial) return html`<p class="bad" role="alert">${trial.problem}</p>`;
  const { run, known, isBeforeRead } = trial;
  const rows = run.rows.slice(0, rowsShown);
  const kinds = {
    added: pill('good', words.added),
    gone: pill('bad', words.gone),
    changed: pill('slow', words.changed),
  } as const;
  const number = (name: string) => ({ name, isFigure: true });
  const diff = dataTable({
    caption: words.diff,
    columns: [words.title, words.what, words.detail],
    rows: rows.map((one) => [
      html`${one.title}${one.url === null ? '' : html` <span class="address">${one.url}</span>`}`,
      html`${kinds[one.kind]}${one.kind !== 'added' ? '' : html` <small class="soft">${one.key !== null && known.has(one.key) ? words.isKnown : words.isNews}</small>`}`,
      html`<ul class="changes">${one.fields.map(
        (field) =>
          html`<li>${words.fieldNames[field.field] ?? field.field}: ${field.before === '' ? '' : html`<del>${field.before}</del> → `}<ins>${field.after === '' ? '–' : field.after}</ins></li>`,
      )}</ul>`,
    ]),
  });
  return html`<section class="panel" aria-live="polite"><h2>${words.diff}</h2>
<p>${isBeforeRead ? '' : `${words.beforeFails} `}${words.counted(run.before, run.after, run.same)}${isCut ? html` <span class="soft">${words.cutAnswer}</span>` : ''}</p>
${run.rows.length === 0 ? empty(words.noDiff) : diff}${run.rows.length > rowsShown ? html`<p class="soft">${words.more(run.rows.length - rowsShown)}</p>` : ''}
<h3>${words.fields}</h3>${dataTable({
    caption: words.fields,
    columns: [words.name, number(words.before), number(words.after)],
    rows: run.filled.map((one) => [
      words.fieldNames[one.field] ?? one.field,
      `${one.before}/${run.before}`,
      `${one.after}/${run.after}`,
    ]),
  })}</section>`;
}
