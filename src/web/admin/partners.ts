// /quan-tri/doi-tac → every partner with what it may and what it took; a new one; what ends soon; the reports as CSV.
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import type { ListedPartner } from '../../store/partner-desk.ts';
import { listDeskPartners, listEndings } from '../../store/partner-desk.ts';
import { insertPartner, isPartnerSlug } from '../../store/partner.ts';
import { requestsByPartner, usageByPublisher } from '../../store/usage.ts';
import type { Lang } from '../words.ts';
import { requestsCsv, usageCsv } from '../partner/usage-csv.ts';
import type { Desk } from './desk.ts';
import { addressWith, dataTable, empty, field, pager, pill, timeTag } from './parts.ts';
import { deskDay, noticeDays, partnersPath, readCount, readDay, readLine, share } from './partner-parts.ts';
import type { Html, Visitor } from './shell.ts';
import { consoleHeaders, mayAs, tokenField } from './shell.ts';
import { consoleWords } from './words.ts';
import { partnerWords } from './words-partners.ts';

const pageSize = 50;
const dayMs = 86_400_000;

function partnerTable(rows: readonly ListedPartner[], now: Date, lang: Lang): Html {
  const words = partnerWords(lang);
  return dataTable({
    caption: words.partners,
    columns: [
      words.partner,
      words.state,
      words.products,
      { name: words.requests, isFigure: true },
      { name: words.sameShare, isFigure: true },
      words.lastPull,
      words.agreementUntil,
    ],
    rows: rows.map((row) => [
      html`<a href="${partnersPath}/${row.slug}">${row.name}</a>`,
      row.isActive ? pill('good', words.open) : pill('paused', words.closed),
      row.products.join(', ') || '–',
      row.requests,
      share(row.notModified, row.requests),
      timeTag(row.lastAskedAt, now, lang, words.notYet),
      row.agreementUntil ?? html`<span class="soft">${words.noEnd}</span>`,
    ]),
  });
}

async function endingsPanel(desk: Desk, lang: Lang): Promise<Html | string> {
  const words = partnerWords(lang);
  const endings = await listEndings(desk.ctx.db, noticeDays);
  const today = deskDay(desk.ctx.now());
  if (endings.length === 0) return '';
  return html`<section class="panel" aria-labelledby="han"><h2 id="han">${words.endings}</h2><ul class="list">${endings.map(
    (one) =>
      html`<li>${one.endsOn < today ? pill('bad', `${words.endedOn} ${one.endsOn}`) : pill('slow', `${words.endsOn} ${one.endsOn}`)} ${words.endingKinds[one.kind]}: ${
        one.kind === 'publisher' ? one.name : html`<a href="${partnersPath}/${one.slug}">${one.name}</a>`
      }${one.what === '' ? '' : html` <code>${one.what}</code>`}</li>`,
  )}</ul></section>`;
}

function reportForm(lang: Lang, now: Date): Html {
  const words = partnerWords(lang);
  const from = deskDay(new Date(now.getTime() - 30 * dayMs));
  return html`<section class="panel" aria-labelledby="bao-cao"><h2 id="bao-cao">${words.report}</h2><p class="soft">${words.reportText}</p>
<form method="get" action="${partnersPath}/su-dung.csv" class="fields roomy">${field('tu', words.from, from, { type: 'date', isRequired: true })}${field('den', words.to, deskDay(now), { type: 'date', isRequired: true })}${field('bao', words.onePublisher, '', { most: 100 })}${field('doi_tac', words.onePartner, '', { most: 61 })}
<div class="row"><button class="main">${words.download}</button><button name="luot" value="1">${words.requestsReport}</button></div></form></section>`;
}

function addForm(visitor: Visitor, given: URLSearchParams | null): Html {
  const words = partnerWords(visitor.lang);
  const value = (name: string, fallback = '') => given?.get(name) ?? fallback;
  return html`<section class="panel" aria-labelledby="them"><h2 id="them">${words.add}</h2><form method="post" action="${partnersPath}" class="fields roomy">${tokenField(visitor)}
${field('ten_ngan', words.slug, value('ten_ngan'), { hint: words.slugHint, isRequired: true, most: 61 })}${field('ten', words.name, value('ten'), { isRequired: true, most: 200 })}${field('lien_he', words.contact, value('lien_he'), { most: 200 })}${field('phut', words.perMinute, value('phut', '120'), { type: 'number' })}${field('ngay', words.perDay, value('ngay', '50000'), { type: 'number' })}
<div class="row"><button class="main">${words.add}</button></div></form></section>`;
}

/** Adds the list, the form of a new partner and the reports. Touches partner and audit. */
export function addPartnerList(desk: Desk): void {
  const { ctx, show, go } = desk;

  async function screen(
    visitor: Visitor,
    after: string,
    fault: { text: string; form: URLSearchParams; status: number } | null,
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = partnerWords(lang);
    const rows = await listDeskPartners(ctx.db, after, pageSize + 1);
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? (page.at(-1)?.slug ?? null) : null;
    const now = ctx.now();
    const isChief = mayAs(session.role, 'admin');
    const content = html`${await endingsPanel(desk, lang)}${page.length === 0 ? empty(consoleWords(lang).none) : partnerTable(page, now, lang)}
${pager(lang, { first: after === '' ? null : partnersPath, next: last === null ? null : addressWith(partnersPath, { sau: last }) })}
<div class="split">${isChief ? addForm(visitor, fault?.form ?? null) : ''}${reportForm(lang, now)}</div>`;
    const notice = fault === null ? null : { text: fault.text, isBad: true };
    return show(lang, visitor, { title: words.partners, content, notice, path: partnersPath }, fault?.status ?? 200);
  }

  desk.screen(partnersPath, 'editor', async (call, visitor) =>
    screen(visitor, (call.req.query('sau') ?? '').slice(0, 100), null),
  );

  desk.act(partnersPath, 'admin', async (_call, visitor, form) => {
    const words = partnerWords(visitor.lang);
    const refuse = (text: string, status = 400) => screen(visitor, '', { text, form, status });
    const slug = readLine(form.get('ten_ngan'), 100);
    if (!isPartnerSlug(slug)) return refuse(words.badSlug);
    const [perMinute, perDay] = [readCount(form.get('phut'), 100_000), readCount(form.get('ngay'), 100_000_000)];
    if (perMinute === null || perDay === null) return refuse(words.badCount);
    const name = readLine(form.get('ten'), 200) || slug;
    const wanted = { slug, name, contact: readLine(form.get('lien_he'), 200), perMinute, perDay };
    const note = { actor: visitor.session.name, action: 'partner.make', target: slug, detail: { perMinute, perDay } };
    const id = await audited(ctx.db, note, (trx) => insertPartner(trx, wanted));
    return id === null ? refuse(words.taken, 409) : go(`${partnersPath}/${slug}?da=luu`);
  });

  desk.screen(`${partnersPath}/su-dung.csv`, 'editor', async (call, visitor) => {
    const asked = (name: string) => readLine(call.req.query(name) ?? '', 100);
    const now = ctx.now();
    const from = readDay(asked('tu') || deskDay(new Date(now.getTime() - 30 * dayMs)));
    const to = readDay(asked('den') || deskDay(now));
    if (!from || !to) {
      const notice = { text: partnerWords(visitor.lang).badDay, isBad: true };
      return show(visitor.lang, visitor, { title: '400', content: html``, notice, path: partnersPath }, 400);
    }
    const span = { from, to, partner: asked('doi_tac') || null };
    const isRequests = asked('luot') === '1';
    const csv = isRequests
      ? requestsCsv(await requestsByPartner(ctx.db, span))
      : usageCsv(await usageByPublisher(ctx.db, { ...span, publisher: asked('bao') || null }));
    const headers = consoleHeaders(ctx.config.publicUrl, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${isRequests ? 'luot' : 'tin'}-${from}-${to}.csv"`,
    });
    // Spreadsheets take a file without this mark for one in their own old charset.
    return new Response(`\ufeff${csv}`, { headers });
  });
}
