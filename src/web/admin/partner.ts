// /quan-tri/doi-tac/<slug> → one partner: settings, keys, products, what it took, its webhooks; and its settings changed.
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import type { DeskPartner } from '../../store/partner-desk.ts';
import { channelSums, editPartner, takenSums } from '../../store/partner-desk.ts';
import { listKeys, listProducts } from '../../store/partner.ts';
import { listWebhooks } from '../../store/webhook.ts';
import type { Desk } from './desk.ts';
import { addressWith, check, dataTable, empty, field, timeTag } from './parts.ts';
import { keysPanel } from './partner-keys.ts';
import { productsPanel } from './partner-products.ts';
import { hooksPanel } from './partner-hooks.ts';
import type { ShowPartner } from './partner-parts.ts';
import {
  deskDay,
  findOne,
  noPartner,
  noticeDays,
  partnersPath,
  readCount,
  readDay,
  readLine,
  share,
} from './partner-parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { consoleWords } from './words.ts';
import { partnerWords, sizeText } from './words-partners.ts';

const dayMs = 86_400_000;

function settingsPanel(visitor: Visitor, partner: DeskPartner): Html {
  const words = partnerWords(visitor.lang);
  return html`<section class="panel" aria-labelledby="thiet-lap"><h2 id="thiet-lap">${words.settings}</h2><form method="post" action="${partnersPath}/${partner.slug}" class="fields roomy">${tokenField(visitor)}
${field('ten', words.name, partner.name, { isRequired: true, most: 200 })}${field('lien_he', words.contact, partner.contact, { most: 200 })}${field('phut', words.perMinute, String(partner.perMinute), { type: 'number' })}${field('ngay', words.perDay, String(partner.perDay), { type: 'number' })}${field('so_thoa_thuan', words.agreementNumber, partner.agreementNumber, { most: 100 })}${field('den_ngay', words.agreementUntil, partner.agreementUntil ?? '', { type: 'date' })}
${check('mo', words.isOpen, partner.isActive)}<div class="row"><button class="main">${words.save}</button></div></form></section>`;
}

/** Adds one partner's screen; answers how its parts show it. Touches partner and audit. */
export function addPartner(desk: Desk): ShowPartner {
  const { ctx, show, go } = desk;

  async function takingPanel(visitor: Visitor, partner: DeskPartner): Promise<Html> {
    const { lang } = visitor;
    const words = partnerWords(lang);
    const [ways, papers] = await Promise.all([channelSums(ctx.db, partner.id), takenSums(ctx.db, partner.id)]);
    const now = ctx.now();
    const csv = addressWith(`${partnersPath}/su-dung.csv`, { doi_tac: partner.slug });
    const tables = html`${dataTable({
      caption: words.taking,
      columns: [
        words.channel,
        ...[words.requests, words.sameShare, words.refused, words.bytes].map((name) => ({ name, isFigure: true })),
        words.lastPull,
      ],
      rows: ways.map((row) => [
        html`<code>${row.channel}</code>`,
        row.requests,
        share(row.notModified, row.requests),
        row.refused,
        sizeText(row.bytes),
        timeTag(row.lastAskedAt, now, lang, words.notYet),
      ]),
    })}${
      papers.length === 0
        ? ''
        : html`<h3>${words.byPaper}</h3>${dataTable({
            caption: words.byPaper,
            columns: [words.paper, { name: words.stories, isFigure: true }],
            rows: papers.map((row) => [row.name, row.stories]),
          })}`
    }`;
    return html`<section class="panel" aria-labelledby="da-lay"><h2 id="da-lay">${words.taking}</h2>${ways.length === 0 ? empty(words.nothingTaken) : tables}
<p><a href="${csv}">${words.download}</a></p></section>`;
  }

  const showPartner: ShowPartner = async (visitor, partner, view) => {
    const { lang, session } = visitor;
    const words = partnerWords(lang);
    const isChief = mayAs(session.role, 'admin');
    const [keys, products, hooks] = await Promise.all([
      listKeys(ctx.db, partner.id),
      listProducts(ctx.db, partner.id),
      listWebhooks(ctx.db, 200, partner.id),
    ]);
    const until = partner.agreementUntil;
    const isEnding = until !== null && until <= deskDay(new Date(ctx.now().getTime() + noticeDays * dayMs));
    const at = { visitor, partner, isChief, now: ctx.now() };
    const content = html`${isEnding ? html`<p class="note">${words.agreementUntil} ${until}. ${words.soon}</p>` : ''}
${keysPanel(at, keys)}${productsPanel(at, products, view)}${await takingPanel(visitor, partner)}${hooksPanel(at, hooks, view)}${isChief ? settingsPanel(visitor, partner) : ''}`;
    const notice = view.notice ?? null;
    return show(lang, visitor, { title: partner.name, content, notice, path: partnersPath, crumbs: [] }, view.status);
  };

  desk.screen(`${partnersPath}/:slug`, 'editor', async (call, visitor) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const text = partnerWords(visitor.lang).done[call.req.query('da') ?? ''];
    const notice = text === undefined ? null : { text, isBad: false };
    return showPartner(visitor, partner, { notice, product: call.req.query('goi') ?? null });
  });

  desk.act(`${partnersPath}/:slug`, 'admin', async (call, visitor, form) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const words = partnerWords(visitor.lang);
    const refuse = (text: string) => showPartner(visitor, partner, { notice: { text, isBad: true }, status: 400 });
    const [perMinute, perDay] = [readCount(form.get('phut'), 100_000), readCount(form.get('ngay'), 100_000_000)];
    const agreementUntil = readDay(form.get('den_ngay'));
    const name = readLine(form.get('ten'), 200);
    if (perMinute === null || perDay === null) return refuse(words.badCount);
    if (agreementUntil === undefined) return refuse(words.badDay);
    if (name === '') return refuse(consoleWords(visitor.lang).badRequest);
    const wanted = {
      name,
      contact: readLine(form.get('lien_he'), 200),
      perMinute,
      perDay,
      isActive: form.get('mo') === '1',
      agreementNumber: readLine(form.get('so_thoa_thuan'), 100),
      agreementUntil,
    };
    const note = { actor: visitor.session.name, action: 'partner.change', target: partner.slug, detail: wanted };
    const isChanged = await audited(ctx.db, note, (trx) => editPartner(trx, partner.id, wanted));
    return go(`${partnersPath}/${partner.slug}?da=${isChanged ? 'luu' : 'khong'}`);
  });

  return showPartner;
}
