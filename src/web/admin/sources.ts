// /quan-tri → the sources, worst first, in words and signs; and a hand on one: pause, go on, read now.
import { html } from 'hono/html';
import type { HealthState } from '../../source/health.ts';
import { reasonWords, sourceHealth, stateWords, worstFirst } from '../../source/health.ts';
import { audited } from '../../store/audit.ts';
import { pauseSource } from '../../store/poll.ts';
import { listSourceHealth } from '../../store/source-health.ts';
import { relativeTime } from '../when.ts';
import type { Desk } from './desk.ts';
import { mayAs, tokenField } from './shell.ts';
import { consoleWords } from './words.ts';

const signs: Record<HealthState, string> = { ok: '✓', quiet: '…', slow: '◔', blocked: '⛔', broken: '✗', paused: '❚❚' };
const zone = 'Asia/Ho_Chi_Minh';
const pageSize = 50;
const mostSources = 5_000;

/** Adds the list. Reads source; pausing touches source and audit. */
export function addSources(desk: Desk): void {
  const { ctx, show, go } = desk;

  desk.screen('/quan-tri', 'viewer', async (call, visitor) => {
    const { lang, session } = visitor;
    const words = consoleWords(lang);
    const now = ctx.now();
    const asked = (call.req.query('q') ?? '').trim().slice(0, 100);
    const after = Number(call.req.query('sau') ?? 0);
    const rows = (await listSourceHealth(ctx.db, mostSources))
      .map((row) => ({ ...row, health: sourceHealth(row, now) }))
      .filter((row) => `${row.publisherName} ${row.url}`.toLowerCase().includes(asked.toLowerCase()))
      .sort(
        (a, b) =>
          worstFirst.indexOf(a.health.state) - worstFirst.indexOf(b.health.state) ||
          b.failures - a.failures ||
          a.id - b.id,
      );
    const start = rows.findIndex((row) => row.id === after) + 1;
    const page = rows.slice(start, start + pageSize);
    const last = start + pageSize < rows.length ? page.at(-1) : undefined;
    const when = (at: Date | null) => (at === null ? words.never : relativeTime(at, now, zone, lang));
    const hand = (
      id: number,
      isPaused: boolean,
    ) => html`<form method="post" action="/quan-tri/nguon/${id}" class="row">${tokenField(visitor)}
<button name="viec" value="${isPaused ? 'tiep' : 'dung'}">${isPaused ? words.resume : words.pause}</button>${isPaused ? '' : html`<button name="viec" value="doc">${words.pollNow}</button>`}</form>`;
    const content = html`<form method="get" class="row" role="search"><label>${words.search}<input type="search" name="q" value="${asked}"></label><button>${words.search}</button></form>
<p>${words.allCount(rows.length)}</p><ul class="list">${page.map(
      (row) => html`<li><h2>${signs[row.health.state]} ${stateWords[row.health.state][lang]} · ${row.publisherName}</h2>
<p>${row.url}</p><p>${row.health[lang]}${row.lastError === null ? '' : html` <code>${row.lastError.split(':', 1)[0]}${row.lastStatus === null ? '' : ` ${row.lastStatus}`}</code>`}</p>
<p>${words.lastSuccess}: ${when(row.lastSuccessAt)} · ${words.lastAttempt}: ${when(row.lastAttemptAt)} · ${words.failures}: ${row.failures} · ${words.nextCheck}: ${row.nextFetchAt.toISOString().slice(0, 16)}Z (${reasonWords(row.nextReason)[lang]})</p>
${mayAs(session.role, 'editor') ? hand(row.id, row.isPaused) : ''}</li>`,
    )}</ul>${last === undefined ? '' : html`<p><a href="/quan-tri?sau=${last.id}&amp;q=${encodeURIComponent(asked)}">${words.next}</a></p>`}`;
    return show(lang, visitor, { title: words.sources, content, path: '/quan-tri' });
  });

  desk.act('/quan-tri/nguon/:id{[0-9]{1,15}}', 'editor', async (call, { session }, form) => {
    const id = call.req.param('id') ?? '';
    const what = form.get('viec');
    // "Read now" is "go on" of a source that was not paused: both make it due.
    const action = what === 'dung' ? 'source.pause' : what === 'tiep' ? 'source.resume' : 'source.poll_now';
    await audited(ctx.db, { actor: session.name, action, target: id }, (trx) => pauseSource(trx, id, what === 'dung'));
    return go('/quan-tri');
  });
}
