// /quan-tri/doi-tac/<slug>/webhook → endpoints of a partner: added, watched, opened again, told once more, removed.
import { randomBytes } from 'node:crypto';
import { html } from 'hono/html';
import { readEditionPath } from '../../edition/filter-path.ts';
import { writeSecret } from '../../hub/signature.ts';
import { audited } from '../../store/audit.ts';
import { findEditionByPath } from '../../store/edition.ts';
import type { Webhook } from '../../store/webhook.ts';
import { addWebhook, readCallback, webhookKinds } from '../../store/webhook.ts';
import type { Desk } from './desk.ts';
import { check, choice, dataTable, empty, field, timeTag } from './parts.ts';
import { addHookLog, hookState } from './partner-hook-log.ts';
import type { PanelAt, PartnerView, ShowPartner } from './partner-parts.ts';
import { findOne, noPartner, partnersPath, readLine } from './partner-parts.ts';
import type { Html } from './shell.ts';
import { tokenField } from './shell.ts';
import { partnerWords } from './words-partners.ts';

function hookForm({ visitor, partner }: PanelAt, form: URLSearchParams | null): Html {
  const words = partnerWords(visitor.lang);
  const kinds = form?.getAll('wh_viec') ?? webhookKinds;
  return html`<h3>${words.addHook}</h3><form method="post" action="${partnersPath}/${partner.slug}/webhook" class="fields roomy">${tokenField(visitor)}
${field('wh_dia_chi', words.address, form?.get('wh_dia_chi') ?? '', { type: 'url', isRequired: true, most: 2_000 })}${field('wh_ten', words.name, form?.get('wh_ten') ?? '', { most: 100 })}${field('wh_muc', words.oneEdition, form?.get('wh_muc') ?? '', { hint: words.oneEditionHint, most: 300 })}${choice('wh_quyen', words.show, form?.get('wh_quyen') ?? 'excerpt', Object.entries(words.shows))}
<fieldset><legend>${words.kinds}</legend><div class="row">${webhookKinds.map((kind) => check('wh_viec', words.kindNames[kind] ?? kind, kinds.includes(kind), kind))}</div></fieldset>
${check('wh_anh', words.images, form?.get('wh_anh') === '1')}<div class="row"><button class="main">${words.addHook}</button></div></form>`;
}

/** The endpoints and how they do, and the form. */
export function hooksPanel(at: PanelAt, hooks: readonly Webhook[], view: PartnerView): Html {
  const { visitor, partner, isChief, now } = at;
  const { lang } = visitor;
  const words = partnerWords(lang);
  const table = dataTable({
    caption: words.webhooks,
    columns: [
      words.name,
      words.address,
      words.state,
      { name: words.waiting, isFigure: true },
      words.lastGood,
      words.kinds,
    ],
    rows: hooks.map((hook) => [
      html`<a href="${partnersPath}/${partner.slug}/webhook/${hook.id}">${hook.name}</a>`,
      html`<span class="code">${hook.url}</span>`,
      hookState(hook, lang),
      hook.waiting,
      timeTag(hook.lastSuccessAt, now, lang, words.notYet),
      `${hook.kinds.map((kind) => words.kindNames[kind]).join(', ')}${hook.editionPath === null ? '' : ` · ${hook.editionPath}`}`,
    ]),
  });
  const given = view.form?.has('wh_dia_chi') === true ? view.form : null;
  return html`<section class="panel" aria-labelledby="webhook"><h2 id="webhook">${words.webhooks}</h2>${hooks.length === 0 ? empty(words.noWebhooks) : table}
${isChief ? hookForm(at, given) : ''}</section>`;
}

/** Adds the endpoints. Touches webhook, webhook_event and audit. */
export function addPartnerHooks(desk: Desk, showPartner: ShowPartner): void {
  const { ctx, show } = desk;

  desk.act(`${partnersPath}/:slug/webhook`, 'admin', async (call, visitor, form) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const words = partnerWords(visitor.lang);
    const refuse = (text: string) =>
      showPartner(visitor, partner, { notice: { text, isBad: true }, status: 400, form });
    const url = readCallback((form.get('wh_dia_chi') ?? '').trim());
    const kinds = webhookKinds.filter((kind) => form.getAll('wh_viec').includes(kind));
    const path = readEditionPath(form.get('wh_muc') ?? '');
    const edition = path === '' ? null : await findEditionByPath(ctx.db, path);
    const asked = form.get('wh_quyen');
    const rights: Webhook['show'] = asked === 'headline' || asked === 'full' ? asked : 'excerpt';
    if (url === null) return refuse(words.badUrl);
    if (kinds.length === 0) return refuse(words.badKinds);
    // The index of words follows changes some seconds later: who is told of a change cannot be decided by it.
    if (path !== '' && (edition === null || edition.isRetired || edition.filter.words !== undefined))
      return refuse(words.badEdition);
    const secret = writeSecret(randomBytes(32));
    const wanted = {
      partnerId: partner.id,
      name: readLine(form.get('wh_ten'), 100) || url.host,
      url: url.href,
      kinds,
      editionId: edition?.id ?? null,
      show: rights,
      images: form.get('wh_anh') === '1',
    };
    const detail = { host: url.host, kinds, edition: edition?.path ?? null, show: rights, images: wanted.images };
    const note = { actor: visitor.session.name, action: 'webhook.make', target: partner.slug, detail };
    await audited(ctx.db, note, (trx) => addWebhook(trx, { ...wanted, secret }));
    const content = html`<p class="note">${words.hookSecretText}</p><div class="field"><label for="khoa-moi">${words.hookSecret}</label><input id="khoa-moi" class="code" readonly value="${secret}"></div>
<p><a class="button" href="${partnersPath}/${partner.slug}">${words.back}</a></p>`;
    return show(visitor.lang, visitor, { title: words.hookSecret, content, path: partnersPath, crumbs: [] });
  });
  addHookLog(desk);
}
