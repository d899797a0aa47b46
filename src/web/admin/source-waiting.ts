// What of a source waits for a person → a held poll with its examples and three answers; gaps, each with its two.
import { html } from 'hono/html';
import type { SourceGap, SourceHeld } from '../../store/source-page.ts';
import { actionButton, dataTable, empty, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { sourcePageWords } from './words-source-page.ts';

/** A held poll. */
export function heldView(visitor: Visitor, id: number, held: SourceHeld, now: Date): Html {
  const words = sourcePageWords(visitor.lang);
  const buttons = html`<form method="post" action="/quan-tri/nguon/${id}/giu" class="row">${tokenField(visitor)}
<button name="la" value="same" class="main">${words.asSame}</button><button name="la" value="new">${words.asNew}</button><button name="la" value="drop" class="danger">${words.asDrop}</button></form>`;
  return html`<section class="panel"><h2>${words.held}</h2><p>${words.heldText(held.items, held.fresh, held.twins)} ${words.heldSince} ${timeTag(held.heldAt, now, visitor.lang)}.</p>
<ul class="list">${held.examples.map((pair) => html`<li>“${pair.fresh}” <span class="soft">${words.looksLike}</span> “${pair.known}”</li>`)}</ul>${
    held.decision !== null
      ? html`<p class="note">${words.decided(held.decidedBy ?? '')}</p>`
      : mayAs(visitor.session.role, 'editor')
        ? buttons
        : ''
  }</section>`;
}

/** Gaps of the last 30 days. */
export function gapsView(visitor: Visitor, id: number, gaps: readonly SourceGap[], now: Date): Html {
  const { lang } = visitor;
  const words = sourcePageWords(lang);
  if (gaps.length === 0) return empty(words.noGaps);
  const isEditor = mayAs(visitor.session.role, 'editor');
  const hands = (gap: SourceGap): Html => {
    const button = (how: string, word: string) =>
      actionButton(visitor, `/quan-tri/nguon/${id}/sot`, word, { fields: { cho: String(gap.id), lam: how } });
    if (gap.isDismissed) return html`<span class="soft">${words.dismissed}</span>`;
    if (gap.status === 'filled' || !isEditor) return html``;
    return html`<div class="row">${gap.status === 'open' ? '' : button('again', words.lookAgain)}${button('dismiss', words.dismiss)}</div>`;
  };
  return dataTable({
    caption: words.gaps,
    columns: [words.time, words.between, words.state, { name: words.found, isFigure: true }, ''],
    rows: gaps.map((gap) => [
      timeTag(gap.raisedAt, now, lang),
      html`${timeTag(gap.afterAt, now, lang, '?')} – ${timeTag(gap.beforeAt, now, lang, '?')}`,
      html`${words.gapStates[gap.status] ?? gap.status}${gap.note === null ? '' : html` <small class="soft">${gap.note}</small>`}`,
      gap.found,
      hands(gap),
    ]),
  });
}
