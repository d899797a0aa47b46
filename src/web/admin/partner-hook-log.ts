// /quan-tri/doi-tac/<slug>/webhook/<id> → one endpoint: how it does, what it was told, told again, opened again, removed.
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import type { LoggedEvent } from '../../store/webhook-event.ts';
import { listEvents, replayEvents } from '../../store/webhook-event.ts';
import type { Webhook } from '../../store/webhook.ts';
import { enableWebhook, listWebhooks, removeWebhook } from '../../store/webhook.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import type { DeskPartner } from '../../store/partner-desk.ts';
import {
  actionButton,
  addressWith,
  confirmField,
  dataTable,
  empty,
  exactTag,
  facts,
  field,
  isConfirmed,
  pager,
  pill,
  timeTag,
} from './parts.ts';
import type { Tone } from './parts.ts';
import { findOne, noPartner, partnersPath, readDay } from './partner-parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { consoleWords } from './words.ts';
import { partnerWords } from './words-partners.ts';

const pageSize = 50;
const mostHooks = 200;
const tones: Record<LoggedEvent['state'], Tone> = {
  waiting: 'slow',
  delivered: 'good',
  overtaken: 'quiet',
  given_up: 'bad',
};

type One = { partner: DeskPartner; hook: Webhook };

/** How an endpoint does, in a word. */
export function hookState(hook: Webhook, lang: Lang): Html {
  const words = partnerWords(lang);
  if (hook.disabledAt !== null) return pill('bad', words.off);
  return hook.failingSince === null ? pill('good', words.good) : pill('slow', words.failing(hook.failures));
}

/** Adds one endpoint's screen. Touches webhook, webhook_event and audit. */
export function addHookLog(desk: Desk): void {
  const { ctx, show, go } = desk;
  const route = `${partnersPath}/:slug/webhook/:id{[0-9]{1,15}}`;
  const addressOf = ({ partner, hook }: One) => `${partnersPath}/${partner.slug}/webhook/${hook.id}`;

  async function find(slug: string | undefined, id: string | undefined): Promise<One | null> {
    const partner = await findOne(desk, slug);
    if (partner === null) return null;
    const hook = (await listWebhooks(ctx.db, mostHooks, partner.id)).find((one) => one.id === Number(id));
    return hook === undefined ? null : { partner, hook };
  }

  function logTable(visitor: Visitor, one: One, events: readonly LoggedEvent[], isChief: boolean): Html {
    const words = partnerWords(visitor.lang);
    return dataTable({
      caption: words.deliveries,
      columns: [
        consoleWords(visitor.lang).at,
        words.story,
        words.event,
        words.state,
        { name: words.attempts, isFigure: true },
        { name: words.code, isFigure: true },
        { name: words.took, isFigure: true },
        words.trouble,
        '',
      ],
      rows: events.map((event) => [
        exactTag(event.createdAt),
        html`<a href="/tin/${event.storyId}">${event.storyId}</a>`,
        words.kindNames[event.kind] ?? event.kind,
        pill(tones[event.state], words.states[event.state]),
        event.attempts,
        event.lastStatus ?? '–',
        event.tookMs === null ? '–' : `${event.tookMs} ms`,
        event.lastError ?? '',
        isChief && event.state !== 'waiting'
          ? actionButton(visitor, addressOf(one), words.replay, {
              fields: { viec: 'lai', su_kien: event.uid },
              say: `${words.replay}: ${event.storyId}`,
            })
          : '',
      ]),
    });
  }

  async function screen(
    visitor: Visitor,
    one: One,
    before: number | null,
    notice: { text: string; isBad: boolean } | null,
    status = 200,
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = partnerWords(lang);
    const { partner, hook } = one;
    const isChief = mayAs(session.role, 'admin');
    const rows = await listEvents(ctx.db, hook.id, {
      limit: pageSize + 1,
      ...(before === null ? {} : { beforeId: before }),
    });
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? (page.at(-1)?.id ?? null) : null;
    const at = addressOf(one);
    const now = ctx.now();
    const hands = html`<div class="split"><section class="panel"><h2>${words.replay}</h2><form method="post" action="${at}" class="form">${tokenField(visitor)}<input type="hidden" name="viec" value="lai">${field('tu', words.replaySince, '', { type: 'date', isRequired: true })}<div class="row"><button>${words.replay}</button></div></form></section>
<section class="panel"><h2>${words.removeHook}</h2><form method="post" action="${at}" class="form">${tokenField(visitor)}<input type="hidden" name="viec" value="xoa">${confirmField(lang, hook.name)}<div class="row"><button class="danger">${words.removeHook}</button></div></form></section></div>`;
    const content = html`<section class="panel">${facts([
      [words.address, html`<span class="code">${hook.url}</span>`],
      [words.state, hookState(hook, lang)],
      [words.trouble, hook.disabledReason ?? hook.lastError],
      [words.waiting, hook.waiting],
      [words.lastGood, timeTag(hook.lastSuccessAt, now, lang, words.notYet)],
      [words.kinds, hook.kinds.map((kind) => words.kindNames[kind]).join(', ')],
      [words.oneEdition, hook.editionPath],
      [words.show, `${words.shows[hook.show]}, ${hook.images ? words.imagesYes : words.imagesNo}`],
    ])}${isChief && (hook.disabledAt !== null || hook.failingSince !== null) ? actionButton(visitor, at, words.enable, { fields: { viec: 'mo' }, tone: 'main' }) : ''}</section>
<h2>${words.deliveries}</h2>${page.length === 0 ? empty(consoleWords(lang).none) : logTable(visitor, one, page, isChief)}
${pager(lang, { first: before === null ? null : at, next: last === null ? null : addressWith(at, { truoc: last }) })}${isChief ? hands : ''}`;
    const crumbs = [{ href: `${partnersPath}/${partner.slug}`, name: partner.name }];
    return show(lang, visitor, { title: hook.name, content, notice, path: partnersPath, crumbs }, status);
  }

  desk.screen(route, 'editor', async (call, visitor) => {
    const one = await find(call.req.param('slug'), call.req.param('id'));
    if (one === null) return noPartner(desk, visitor);
    const before = call.req.query('truoc') ?? '';
    const words = partnerWords(visitor.lang);
    const count = call.req.query('lai') ?? '';
    const text = /^\d{1,9}$/.test(count) ? words.replayed(Number(count)) : words.done[call.req.query('da') ?? ''];
    const notice = text === undefined ? null : { text, isBad: false };
    return screen(visitor, one, /^\d{1,15}$/.test(before) ? Number(before) : null, notice);
  });

  async function replay(actor: string, one: One, form: URLSearchParams): Promise<Response | null> {
    const uid = form.get('su_kien') ?? '';
    const since = readDay(form.get('tu'));
    const isOne = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uid);
    if (!isOne && !since) return null;
    const which = isOne ? { uid } : { since: new Date(`${since}T00:00:00+07:00`) };
    const note = {
      actor,
      action: 'webhook.replay',
      target: one.partner.slug,
      detail: { id: one.hook.id, ...(isOne ? { event: uid } : { since }) },
    };
    const count = await audited(ctx.db, note, (trx) => replayEvents(trx, one.hook.id, which));
    return go(addressWith(addressOf(one), { lai: count }));
  }

  desk.act(route, 'admin', async (call, visitor, form) => {
    const one = await find(call.req.param('slug'), call.req.param('id'));
    if (one === null) return noPartner(desk, visitor);
    const words = partnerWords(visitor.lang);
    const actor = visitor.session.name;
    const { partner, hook } = one;
    const noteOf = (action: string) => ({
      actor,
      action,
      target: partner.slug,
      detail: { id: hook.id, name: hook.name },
    });
    const refuse = (text: string) => screen(visitor, one, null, { text, isBad: true }, 400);
    switch (form.get('viec')) {
      case 'mo':
        await audited(ctx.db, noteOf('webhook.enable'), (trx) => enableWebhook(trx, hook.id));
        return go(`${addressOf(one)}?da=mo`);
      case 'lai':
        return (await replay(actor, one, form)) ?? refuse(words.badDay);
      case 'xoa':
        if (!isConfirmed(form, hook.name)) return refuse(words.typed);
        await audited(ctx.db, noteOf('webhook.remove'), (trx) => removeWebhook(trx, hook.id));
        return go(`${partnersPath}/${partner.slug}?da=bo`);
      default:
        return refuse(consoleWords(visitor.lang).badRequest);
    }
  });
}
