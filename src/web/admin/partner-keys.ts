// /quan-tri/doi-tac/<slug>/khoa → keys of a partner: made and shown once, with where to use them; revoked.
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import type { DeskPartner } from '../../store/partner-desk.ts';
import type { KeyRow, Product } from '../../store/partner.ts';
import { listProducts, makeKey, revokeKey } from '../../store/partner.ts';
import { writeSecretPath } from '../partner/feeds.ts';
import type { Desk } from './desk.ts';
import { actionButton, choice, dataTable, empty, exactTag, field, pill } from './parts.ts';
import type { PanelAt, ShowPartner } from './partner-parts.ts';
import { findOne, noPartner, partnersPath, readCount, readLine } from './partner-parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { partnerWords } from './words-partners.ts';

const dayMs = 86_400_000;
const mostAddresses = 100;

/** The keys without their secrets, and the form of a new one. */
export function keysPanel({ visitor, partner, isChief, now }: PanelAt, keys: readonly KeyRow[]): Html {
  const words = partnerWords(visitor.lang);
  const at = `${partnersPath}/${partner.slug}/khoa`;
  const stateOf = (key: KeyRow) =>
    key.revokedAt !== null
      ? pill('paused', words.revoked)
      : key.expiresAt !== null && key.expiresAt <= now
        ? pill('bad', words.ended)
        : pill('good', words.live);
  const table = dataTable({
    caption: words.keys,
    columns: [words.keyNote, words.keyKind, words.state, words.made, words.ends, words.used, ''],
    rows: keys.map((key) => [
      html`<code>${key.hint}</code> ${key.note}`,
      words.keyKinds[key.kind],
      stateOf(key),
      exactTag(key.createdAt),
      key.expiresAt === null ? words.noEnd : exactTag(key.expiresAt),
      key.usedOn ?? words.notYet,
      isChief && key.revokedAt === null
        ? actionButton(visitor, `${at}/${key.id}`, words.revoke, { tone: 'danger', say: `${words.revoke} ${key.hint}` })
        : '',
    ]),
  });
  const kinds = Object.entries(words.keyKinds);
  return html`<section class="panel" aria-labelledby="khoa"><h2 id="khoa">${words.keys}</h2>${keys.length === 0 ? '' : table}
${
  isChief
    ? html`<form method="post" action="${at}" class="fields roomy">${tokenField(visitor)}${choice('loai', words.keyKind, 'key', kinds)}${field('ghi_chu', words.keyNote, '', { most: 200 })}${field('so_ngay', words.keyDays, '', { type: 'number', hint: words.keyDaysHint })}
<div class="row"><button class="main">${words.makeKey}</button></div></form>`
    : ''
}</section>`;
}

// A feed for each edition and format that the products open, in their order, each once.
function feedAddresses(publicUrl: string, secret: string, products: readonly Product[]): string[] {
  const all = products.flatMap((product) =>
    product.editions.flatMap((path) =>
      product.formats.flatMap((format) =>
        format === 'api' ? [] : [`${publicUrl}/k/${secret}/${writeSecretPath(path, format)}`],
      ),
    ),
  );
  return [...new Set(all)].slice(0, mostAddresses);
}

/** Adds making and revoking. Touches partner_key and audit. */
export function addPartnerKeys(desk: Desk, showPartner: ShowPartner): void {
  const { ctx, show, go } = desk;
  const { publicUrl } = ctx.config;

  async function showSecret(
    visitor: Visitor,
    partner: DeskPartner,
    kind: 'key' | 'path',
    secret: string,
  ): Promise<Response> {
    const words = partnerWords(visitor.lang);
    const products = await listProducts(ctx.db, partner.id);
    const addresses = feedAddresses(publicUrl, secret, products);
    const use =
      kind === 'key'
        ? html`<h2>${words.tryKey}</h2><pre class="raw">curl -H 'Authorization: Bearer ${secret}' '${publicUrl}/api/v1/stories?limit=1'</pre>`
        : html`<h2>${words.addresses}</h2>${addresses.length === 0 ? empty(words.noProduct) : html`<ul class="list">${addresses.map((one) => html`<li><a href="${one}" class="code" rel="noreferrer">${one}</a></li>`)}</ul>`}`;
    const content = html`<p class="note">${words.newKeyText}</p><div class="field"><label for="khoa-moi">${words.newKey}</label><input id="khoa-moi" class="code" readonly value="${secret}"></div>
${use}<p><a class="button" href="${partnersPath}/${partner.slug}">${words.back}</a></p>`;
    return show(visitor.lang, visitor, { title: words.newKey, content, path: partnersPath, crumbs: [] });
  }

  desk.act(`${partnersPath}/:slug/khoa`, 'admin', async (call, visitor, form) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const words = partnerWords(visitor.lang);
    const kind = form.get('loai') === 'path' ? 'path' : 'key';
    const given = form.get('so_ngay')?.trim() ?? '';
    const days = given === '' ? null : readCount(given, 36_500);
    if (given !== '' && days === null)
      return showPartner(visitor, partner, { notice: { text: words.badCount, isBad: true }, status: 400 });
    const expiresAt = days === null ? null : new Date(ctx.now().getTime() + days * dayMs);
    const note = readLine(form.get('ghi_chu'), 200);
    const line = {
      actor: visitor.session.name,
      action: 'partner.key',
      target: partner.slug,
      detail: { kind, note, days },
    };
    const made = await audited(ctx.db, line, (trx) => makeKey(trx, partner.id, { kind, note, expiresAt }));
    return showSecret(visitor, partner, kind, made.secret);
  });

  desk.act(`${partnersPath}/:slug/khoa/:key{[0-9]{1,15}}`, 'admin', async (call, visitor) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const key = Number(call.req.param('key'));
    const note = { actor: visitor.session.name, action: 'partner.revoke', target: partner.slug, detail: { key } };
    const isDone = await audited(ctx.db, note, (trx) => revokeKey(trx, partner.id, key));
    return isDone ? go(`${partnersPath}/${partner.slug}?da=thu_hoi`) : noPartner(desk, visitor);
  });
}
