// /quan-tri/nguon/them → a site's address, what was found there, and one of it saved as a source with its paper, place and rights.
import { html } from 'hono/html';
import { noteAudit } from '../../store/audit.ts';
import { findWork } from '../../store/desk-work.ts';
import { listPublishers, publisherBySlug } from '../../store/publisher.ts';
import { findReading } from '../../store/reading.ts';
import { endTrialIfOn } from '../../store/sample.ts';
import { provinces } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import { candidateNotes, failureText, lookPart, nameOf, previewPart, progressPart } from './add-view.ts';
import { chosenPaper, emptyChoice, newSource, readChoice, type SaveChoice } from './add-save.ts';
import { addressesOf, type KeptCandidate, type Look, lookAtOne, lookForSources } from './candidate.ts';
import type { Desk } from './desk.ts';
import { actionButton, addressWith, check, choice, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import type { StartWork } from './work.ts';
import { wayOf } from './work.ts';
import { addWords } from './words-add.ts';

const here = '/quan-tri/nguon/them';
const room = '/quan-tri';

/** Adds the screens of adding. Reads and writes desk_work; saving touches publisher, source and audit. */
export function addAdding(desk: Desk, startWork: StartWork): void {
  const { ctx, show, go } = desk;

  const askScreen = (visitor: Visitor, typed: string, fault: string | null, status = 200) => {
    const words = addWords(visitor.lang);
    const content = html`${wayOf(ctx) === null ? html`<p class="bad">${words.noWay}</p>` : ''}
<form method="post" action="${here}" class="card">${tokenField(visitor)}
${field('dia_chi', words.address, typed, { hint: words.addressHint, fault, isRequired: true, most: 2_000 })}
<div class="row"><button class="main" name="cach" value="tim">${words.find}</button><button name="cach" value="thu">${words.tryOne}</button></div></form>
<section class="panel"><h2>${words.otherWays}</h2><ul class="list"><li><a href="/quan-tri/nguon/chon">${words.toBuilder}</a><br><small>${words.toBuilderHint}</small></li>
<li><a href="/quan-tri/nguon/nhap">${words.toImport}</a><br><small>${words.toImportHint}</small></li></ul></section>`;
    return show(visitor.lang, visitor, { title: words.title, content, path: room, crumbs: [] }, status);
  };

  desk.screen(here, 'editor', (call, visitor) => askScreen(visitor, call.req.query('dia-chi') ?? '', null));

  desk.act(here, 'editor', async (_call, visitor, form) => {
    const words = addWords(visitor.lang);
    const typed = form.get('dia_chi') ?? '';
    const addresses = addressesOf(typed);
    const [url] = addresses;
    if (url === undefined) return askScreen(visitor, typed, words.notAddress, 422);
    if (wayOf(ctx) === null) return askScreen(visitor, typed, null, 503);
    const isOne = form.get('cach') === 'thu';
    const kind = form.get('loai');
    const work = { kind: isOne ? 'test' : 'discover', actor: visitor.session.name, input: { url } };
    const uid = await startWork(work, (way, beat) =>
      isOne
        ? lookAtOne(way, { addresses, kind: kind === 'sitemap' || kind === 'syndication' ? kind : null }, beat)
        : lookForSources(way, addresses, beat),
    );
    return go(`/quan-tri/nguon/viec/${uid}`);
  });

  const goneScreen = (visitor: Visitor) => {
    const words = addWords(visitor.lang);
    const content = html`<p><a class="button" href="${here}">${words.again}</a></p>`;
    return show(
      visitor.lang,
      visitor,
      { title: words.title, content, path: room, notice: { text: words.gone, isBad: true } },
      404,
    );
  };

  desk.screen('/quan-tri/nguon/viec/:uid', 'editor', async (call, visitor) => {
    const { lang } = visitor;
    const words = addWords(lang);
    const work = await findWork(ctx.db, call.req.param('uid') ?? '');
    if (work === null || (work.kind !== 'discover' && work.kind !== 'test')) return goneScreen(visitor);
    const { url } = work.input as { url: string };
    const { host } = new URL(url);
    const crumbs = [{ href: here, name: words.title }];
    const retry = actionButton(visitor, here, words.again, {
      fields: { dia_chi: url, cach: work.kind === 'test' ? 'thu' : 'tim' },
    });
    if (work.state === 'running' && !work.isLost) {
      const screen = { title: words.looking(host), content: progressPart(work, words), path: room, crumbs };
      return show(lang, visitor, { ...screen, refreshSeconds: 1 });
    }
    const common = { title: words.looked(host), path: room, crumbs, actions: retry };
    if (work.state === 'done')
      return show(lang, visitor, { ...common, content: lookPart(visitor, work.uid, work.result as Look) });
    const text = work.problem === null ? words.lost : `${words.failed}: ${failureText(work.problem, lang)}`;
    return show(lang, visitor, { ...common, content: html``, notice: { text, isBad: true } });
  });

  async function candidateOf(uid: string, index: string): Promise<KeptCandidate | null> {
    const work = await findWork(ctx.db, uid);
    if (work?.state !== 'done' || !/^\d{1,3}$/.test(index)) return null;
    const one = (work.result as Look).candidates[Number(index)];
    return one === undefined || one.preview === null ? null : one;
  }

  async function saveScreen(
    visitor: Visitor,
    at: { uid: string; index: string; one: KeptCandidate; asked: SaveChoice | null; fault: string | null },
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = addWords(lang);
    const papers = await listPublishers(ctx.db);
    const chosen = at.asked ?? emptyChoice(at.one, papers);
    const paper = papers.find((row) => row.slug === chosen.paper) ?? null;
    const { preview, twin } = at.one;
    const lacking =
      preview?.fill.some(({ field, rate }) => (field === 'title' || field === 'date') && rate < 1) === true;
    const rights: Html = mayAs(session.role, 'admin')
      ? html`<fieldset><legend>${words.rights}</legend><small class="soft">${words.rightsHint}</small><div class="fields">${choice('quyen', words.rights, chosen.show, Object.entries(words.show))}
${field('so_ky_tu', words.excerptChars, String(chosen.excerptChars), { type: 'number' })}</div>${check('anh', words.images, chosen.images)}</fieldset>`
      : html`<p class="soft">${words.rightsAdmin}</p>`;
    const content = html`<div class="split"><form method="post" action="/quan-tri/nguon/viec/${at.uid}/${at.index}" class="panel form">${tokenField(visitor)}
<h2 class="sr">${words.saveTitle}</h2><p class="code">${at.one.movedTo ?? at.one.url}</p>${candidateNotes(at.one, lang)}
<div class="fields">${choice('bao', words.paper, chosen.paper, [['', words.newPaper], ...papers.map((row): [string, string] => [row.slug, `${row.name} (${row.slug})`])])}
${field('ten', words.paperName, chosen.name, { hint: words.paperNameHint, most: 200 })}
${choice('tinh', words.province, chosen.province, [['', words.nationwide], ...provinces.map((row): [string, string] => [row.code, lang === 'en' ? row.nameEn : row.name])], { hint: words.provinceHint })}
${choice('chuyen_muc', words.section, chosen.section, [['', words.sectionFree], ...sections.map((row): [string, string] => [row.slug, lang === 'en' ? row.nameEn : row.name])])}
${choice('trang_bai', words.pages, chosen.readPages, Object.entries(words.pagesWords))}</div>
${lacking ? html`<p class="note">${words.lacking}</p>` : ''}
${paper === null ? rights : html`<p>${words.rightsNow}: <a href="/quan-tri/to-bao/${paper.slug}">${words.show[paper.rights.show]}</a></p>`}
${twin?.why === 'items' ? check('du_trung', words.force, chosen.isForced) : ''}
<div class="row"><button class="main">${words.save}</button></div></form>
<section class="panel"><h2>${nameOf(at.one)}</h2>${preview === null ? '' : previewPart(preview, words)}</section></div>`;
    const back = `/quan-tri/nguon/viec/${at.uid}`;
    return show(
      lang,
      visitor,
      {
        title: words.saveTitle,
        content,
        path: room,
        crumbs: [
          { href: here, name: words.title },
          { href: back, name: new URL(at.one.url).host },
        ],
        ...(at.fault === null ? {} : { notice: { text: at.fault, isBad: true } }),
      },
      at.fault === null ? 200 : 422,
    );
  }

  desk.screen('/quan-tri/nguon/viec/:uid/:index', 'editor', async (call, visitor) => {
    const at = { uid: call.req.param('uid') ?? '', index: call.req.param('index') ?? '' };
    const one = await candidateOf(at.uid, at.index);
    return one === null ? goneScreen(visitor) : saveScreen(visitor, { ...at, one, asked: null, fault: null });
  });

  desk.act('/quan-tri/nguon/viec/:uid/:index', 'editor', async (call, visitor, form) => {
    const { lang, session } = visitor;
    const words = addWords(lang);
    const at = { uid: call.req.param('uid') ?? '', index: call.req.param('index') ?? '' };
    const one = await candidateOf(at.uid, at.index);
    if (one === null) return goneScreen(visitor);
    const asked = readChoice(form, mayAs(session.role, 'admin'));
    if (asked === null) return saveScreen(visitor, { ...at, one, asked, fault: words.badChoice });
    const papers = await listPublishers(ctx.db);
    const fault = (text: string) => saveScreen(visitor, { ...at, one, asked, fault: text });
    const paper = chosenPaper(one, asked, papers);
    if (typeof paper === 'string') return fault(words[paper]);
    if (one.twin?.why === 'items' && !asked.isForced) return fault(words.needsForce);
    const url = one.movedTo ?? one.url;
    const detail = { url, publisher: paper.slug, kind: one.kind, section: asked.section, readPages: asked.readPages };
    const saved = await ctx.db.transaction().execute(async (trx) => {
      const made = await newSource(trx, one, paper, asked);
      if (made !== null)
        await noteAudit(trx, { actor: session.name, action: 'source.add', target: `source:${made.sourceId}`, detail });
      return made;
    });
    if (saved === null) return fault(words.known);
    // One real paper ends the trial: invented news stands beside no other.
    const samples = await endTrialIfOn(ctx.db);
    return go(addressWith(`/quan-tri/nguon/da-them/${saved.sourceId}`, { mau: samples }));
  });

  desk.screen('/quan-tri/nguon/da-them/:id{[0-9]{1,15}}', 'editor', async (call, visitor) => {
    const { lang } = visitor;
    const words = addWords(lang);
    const source = await findReading(ctx.db, Number(call.req.param('id')));
    const paper = source === null ? null : await publisherBySlug(ctx.db, source.publisherSlug);
    if (source === null || paper === null) return goneScreen(visitor);
    const samples = call.req.query('mau') ?? '';
    const text = `${words.added(paper.name)}${/^\d{1,9}$/.test(samples) ? ` ${words.trialEnded(Number(samples))}` : ''}`;
    const content = html`<section class="panel"><p class="code">${source.url}</p><div class="row"><a class="button main" href="/quan-tri/nguon/${source.id}">${words.toSource}</a>
<a class="button" href="/quan-tri/to-bao/${paper.slug}">${words.toPaper}</a><a class="button" href="${here}">${words.another}</a></div></section>`;
    const screen = { title: words.saveTitle, content, path: room, crumbs: [{ href: here, name: words.title }] };
    return show(lang, visitor, { ...screen, notice: { text } });
  });
}
