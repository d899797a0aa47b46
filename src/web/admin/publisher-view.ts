// One paper → the panels of its screen: each a form of its own, with the values that were sent where one comes back.
import { html } from 'hono/html';
import type { Policy, Publisher } from '../../domain.ts';
import type { CommentSetting } from '../../store/comment-setting.ts';
import { hostName } from '../../store/host.ts';
import type { Partner } from '../../store/partner.ts';
import type { PublisherKeeping } from '../../store/publisher-desk.ts';
import { provinces } from '../../text/place.ts';
import { actionButton, area, check, choice, dataTable, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { type PublisherWords, publisherWords } from './words-publishers.ts';

/** All that the screen of a paper shows. `sent`: a form that was refused, and which field of it was wrong. */
export type PaperScreen = {
  paper: Publisher;
  keeping: PublisherKeeping;
  comments: CommentSetting;
  partners: readonly Partner[];
  policy: Policy;
  sent: { part: string; form: URLSearchParams; fault: string; detail?: string } | null;
  isAdmin: boolean;
};

type Panel = { visitor: Visitor; words: PublisherWords; at: PaperScreen };

// The value that a field shows, and what is wrong with it: of the form that came back where it is this part's, else as it is kept.
function valuesOf({ at, words }: Panel, part: string) {
  const sent = at.sent?.part === part ? at.sent : null;
  return {
    value: (name: string, kept: string | number | null) =>
      sent === null ? String(kept ?? '') : (sent.form.get(name) ?? ''),
    isOn: (name: string, kept: boolean) => (sent === null ? kept : sent.form.has(name)),
    fault: (name: string) =>
      sent?.fault === name
        ? `${words.faults[name] ?? words.badNumber}${sent.detail === undefined ? '' : `: ${sent.detail}`}`
        : null,
  };
}

// Somebody who may not change it sees the same fields, at rest.
function panel(one: Panel, part: string, title: string, hint: string, fields: Html, button = one.words.save): Html {
  const { at, visitor } = one;
  const body = html`<h2>${title}</h2><p class="soft">${hint}</p>`;
  return at.isAdmin
    ? html`<form method="post" action="/quan-tri/to-bao/${at.paper.slug}/${part}" class="panel form" id="${part}">${tokenField(visitor)}${body}${fields}<div class="row"><button class="main">${button}</button></div></form>`
    : html`<section class="panel form" id="${part}">${body}<fieldset disabled><legend class="sr">${title}</legend>${fields}</fieldset></section>`;
}

function rightsPanel(one: Panel): Html {
  const { words, at } = one;
  const { rights, agreement } = at.paper;
  const { value, isOn, fault } = valuesOf(one, 'quyen');
  const chosen = at.sent?.part === 'quyen' ? at.sent.form.getAll('cho_doi_tac').map(Number) : agreement.partnerIds;
  const fields = html`<div class="fields">${choice('quyen', words.rights, value('quyen', rights.show), Object.entries(words.show), { fault: fault('quyen') })}
${field('so_ky_tu', words.excerptChars, value('so_ky_tu', rights.excerptChars), { type: 'number', fault: fault('so_ky_tu') })}
${field('so_thoa_thuan', words.agreementNumber, value('so_thoa_thuan', agreement.number), { most: 100 })}
${field('tu_ngay', words.from, value('tu_ngay', agreement.from), { type: 'date', fault: fault('tu_ngay') })}
${field('den_ngay', words.until, value('den_ngay', agreement.until), { type: 'date', fault: fault('den_ngay') })}
${field('cho_phut', words.embargo, value('cho_phut', agreement.embargoMinutes), { type: 'number', fault: fault('cho_phut') })}
${field('het_han_ngay', words.expiry, value('het_han_ngay', agreement.expiryDays), { type: 'number', hint: words.expiryHint, fault: fault('het_han_ngay') })}
${choice('doi_tac', words.partners, value('doi_tac', agreement.partners), Object.entries(words.partnersWords), { fault: fault('doi_tac') })}</div>
${check('anh', words.images, isOn('anh', rights.images))}
<fieldset><legend>${words.listed}</legend>${
    at.partners.length === 0
      ? html`<p class="soft">${words.noPartners}</p>`
      : at.partners.map((partner) =>
          check('cho_doi_tac', partner.name, chosen.includes(partner.id), String(partner.id)),
        )
  }</fieldset>`;
  return panel(one, 'quyen', words.rightsTitle, words.rightsHint, fields);
}

function paperPanel(one: Panel): Html {
  const { words, at, visitor } = one;
  const { paper, keeping } = at;
  const { value, fault } = valuesOf(one, 'bao');
  const places = provinces.map((row): [string, string] => [row.code, visitor.lang === 'en' ? row.nameEn : row.name]);
  const leads = ['1', '0', '-1'].map((weight): [string, string] => [weight, words.leadWords[weight] ?? weight]);
  const fields = html`<div class="fields">${field('ten', words.name, value('ten', paper.name), { hint: words.nameHint, fault: fault('ten'), isRequired: true, most: 200 })}
${field('trang', words.site, value('trang', paper.siteUrl), { type: 'url', fault: fault('trang'), isRequired: true, most: 500 })}
${choice('tinh', words.province, value('tinh', paper.province), [['', words.nationwide], ...places], { hint: words.provinceHint, fault: fault('tinh') })}
${choice('dan_dau', words.lead, value('dan_dau', keeping.leadWeight), leads, { hint: words.leadHint, fault: fault('dan_dau') })}
${field('nhip', words.pace, value('nhip', keeping.paceMinutes), { type: 'number', hint: words.paceHint, fault: fault('nhip') })}</div>`;
  return panel(one, 'bao', words.paperTitle, at.paper.slug, fields);
}

function hostsPanel(one: Panel): Html {
  const { words, at, visitor } = one;
  const { paper, keeping, isAdmin } = at;
  const { value, fault } = valuesOf(one, 'mien');
  const own = hostName(paper.siteUrl);
  const rows = keeping.hosts.map((row) => [
    html`<span class="code">${row.host}</span>`,
    row.untilOn ?? words.hostNow,
    row.note,
    isAdmin
      ? actionButton(visitor, `/quan-tri/to-bao/${paper.slug}/bo-mien`, words.dropHost, {
          fields: { ten_mien: row.host },
          say: words.dropHostNamed(row.host),
        })
      : '',
  ]);
  const table = dataTable({
    caption: words.hostsTitle,
    columns: [words.host, words.hostUntil, words.note, words.hand],
    rows: [[html`<span class="code">${own}</span>`, words.ownHost, '', ''], ...rows],
  });
  const fields = html`<div class="fields">${field('ten_mien', words.host, value('ten_mien', ''), { fault: fault('ten_mien'), most: 253 })}
${field('mien_den', words.hostUntil, value('mien_den', ''), { type: 'date', fault: fault('mien_den') })}
${field('ghi_chu', words.note, value('ghi_chu', ''), { most: 300 })}</div>`;
  const body = html`<h2>${words.hostsTitle}</h2><p class="soft">${words.hostsHint}</p>${table}`;
  return html`<section class="panel" id="mien">${body}${
    isAdmin
      ? html`<form method="post" action="/quan-tri/to-bao/${paper.slug}/mien" class="form">${tokenField(visitor)}${fields}<div class="row"><button>${words.addHost}</button></div></form>`
      : ''
  }</section>`;
}

function commentsPanel(one: Panel): Html {
  const { words, at } = one;
  const { value, fault } = valuesOf(one, 'binh-luan');
  const three = (flag: boolean | null) => (flag === null ? '' : flag ? 'co' : 'khong');
  const answers: [string, string][] = [
    ['', words.asSite],
    ['co', words.yes],
    ['khong', words.no],
  ];
  const { isOffered, isClosed, hold, closeDays } = at.comments;
  const fields = html`<div class="fields">${choice('moi_binh_luan', words.offered, value('moi_binh_luan', three(isOffered)), answers, { fault: fault('moi_binh_luan') })}
${choice('giu', words.hold, value('giu', hold), [['', words.asSite], ...Object.entries(words.holdWords)], { fault: fault('giu') })}
${field('dong_sau', words.closeDays, value('dong_sau', closeDays), { type: 'number', fault: fault('dong_sau') })}
${choice('dong', words.closed, value('dong', three(isClosed)), answers, { fault: fault('dong') })}</div>`;
  return panel(one, 'binh-luan', words.commentsTitle, words.commentsHint, fields);
}

function removalPanel(one: Panel): Html {
  const { words, at } = one;
  const { removalMinutes } = at.policy;
  const fields = html`${removalMinutes === null ? '' : html`<p class="note">${words.removalPolicy(removalMinutes)}</p>`}${check('tu_dong', words.removalAuto, at.keeping.isWithdrawnAutomatically)}`;
  return panel(one, 'go-bai', words.removalTitle, words.removalHint, fields);
}

function pagesPanel(one: Panel): Html {
  const { words, at } = one;
  const { value, fault } = valuesOf(one, 'trang-bai');
  const ways = new Set(at.keeping.sources.map((source) => source.readPages));
  const [way] = ways;
  const kept = ways.size === 1 && way !== undefined ? way : '';
  const options = [
    ...(kept === '' ? [['', words.mixed] as [string, string]] : []),
    ...Object.entries(words.pagesWords),
  ];
  const rules = at.keeping.articleRules === null ? '' : JSON.stringify(at.keeping.articleRules, null, 2);
  const fields = html`${choice('doc_trang', words.readPages, value('doc_trang', kept), options)}
${area('quy_tac', words.articleRules, value('quy_tac', rules), { hint: words.articleRulesHint, isCode: true, rows: 6, most: 4_000, fault: fault('quy_tac') })}`;
  return panel(one, 'trang-bai', words.pagesTitle, words.pagesHint, fields);
}

/** The panels of one paper: rights first, its sources last. */
export function paperPanels(visitor: Visitor, at: PaperScreen): Html {
  const words = publisherWords(visitor.lang);
  const one = { visitor, words, at };
  const { sources } = at.keeping;
  const list = html`<section class="panel"><h2>${words.sourcesTitle(sources.length)}</h2><ul class="list">${sources.map(
    (source) =>
      html`<li><a href="/quan-tri/nguon/${source.id}">${source.title ?? source.url}</a><br><span class="code small soft">${source.url}</span></li>`,
  )}</ul></section>`;
  return html`${at.isAdmin ? '' : html`<p class="note">${words.readOnly}</p>`}${rightsPanel(one)}${paperPanel(one)}<div class="split">${hostsPanel(one)}${commentsPanel(one)}${removalPanel(one)}${pagesPanel(one)}</div>${list}`;
}
