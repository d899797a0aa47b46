// /quan-tri/to-bao/… → one paper: its rights and agreement, name and place, domains, comments, removals, article pages; each change audited.
import { html } from 'hono/html';
import type { Publisher } from '../../domain.ts';
import { checkRules } from '../../source/rules.ts';
import { audited } from '../../store/audit.ts';
import { readCommentSetting, writeCommentSetting } from '../../store/comment-setting.ts';
import type { Db } from '../../store/db.ts';
import { hostName } from '../../store/host.ts';
import { listPartners } from '../../store/partner.ts';
import { readPolicy } from '../../store/policy.ts';
import { publisherByHost, publisherBySlug } from '../../store/publisher.ts';
import {
  changePublisher,
  changeRemovals,
  dropHost,
  keepHost,
  readKeeping,
  readPagesOf,
} from '../../store/publisher-desk.ts';
import { setArticleRules } from '../../store/reading.ts';
import { applyRights, recordRights } from '../../store/rights-change.ts';
import type { Desk } from './desk.ts';
import { readCommentForm, readHostForm, readPaperForm, readRightsForm } from './publisher-form.ts';
import { paperPanels, type PaperScreen } from './publisher-view.ts';
import { agreementLine, dayOf, papersPath, rightsLine } from './publishers.ts';
import type { Visitor } from './shell.ts';
import { mayAs } from './shell.ts';
import { publisherWords } from './words-publishers.ts';

/** A form that is right: what it does and what the audit tells of it. `change` answers false when nothing changed. */
type Deed = { action: string; detail: Record<string, unknown>; change: (trx: Db) => Promise<boolean> };
type Refused = { fault: string; detail?: string };
type ReadDeed = (paper: Publisher, form: URLSearchParams) => Promise<Deed | Refused>;

/** Adds the screen of one paper. Reads publisher and what belongs to it; changes touch those, audit, and every document where words may change. */
export function addPublisher(desk: Desk): void {
  const { ctx, show, go } = desk;

  async function paperScreen(
    visitor: Visitor,
    slug: string,
    sent: PaperScreen['sent'],
    said: string | undefined,
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = publisherWords(lang);
    const paper = await publisherBySlug(ctx.db, slug);
    const keeping = paper === null ? null : await readKeeping(ctx.db, paper.id);
    if (paper === null || keeping === null)
      return show(
        lang,
        visitor,
        { title: words.title, content: html``, path: papersPath, notice: { text: words.none, isBad: true } },
        404,
      );
    const [comments, partners, policy] = await Promise.all([
      readCommentSetting(ctx.db, { scope: 'publisher', id: paper.id }),
      listPartners(ctx.db),
      readPolicy(ctx.db),
    ]);
    const isAdmin = mayAs(session.role, 'admin');
    const told = said === 'luu' ? { text: words.saved } : said === 'khong' ? { text: words.same } : null;
    const content = html`<p>${words.rights}: ${rightsLine(paper, words)} · ${words.agreement}: ${agreementLine(paper, dayOf(ctx.now()), words)}</p>${paperPanels(visitor, { paper, keeping, comments, partners, policy, sent, isAdmin })}`;
    const notice = sent === null ? told : { text: words.faulty, isBad: true };
    return show(
      lang,
      visitor,
      { title: paper.name, content, path: papersPath, crumbs: [], notice },
      sent === null ? 200 : 422,
    );
  }

  desk.screen(`${papersPath}/:slug`, 'viewer', (call, visitor) =>
    paperScreen(visitor, call.req.param('slug') ?? '', null, call.req.query('da')),
  );

  const act = (part: string, read: ReadDeed) =>
    desk.act(`${papersPath}/:slug/${part}`, 'admin', async (call, visitor, form) => {
      const slug = call.req.param('slug') ?? '';
      const paper = await publisherBySlug(ctx.db, slug);
      if (paper === null) return paperScreen(visitor, slug, null, undefined);
      const deed = await read(paper, form);
      if ('fault' in deed) return paperScreen(visitor, slug, { part, form, ...deed }, undefined);
      const note = { actor: visitor.session.name, action: deed.action, target: slug, detail: deed.detail };
      const isDone = await audited(ctx.db, note, deed.change);
      return go(`${papersPath}/${slug}?da=${isDone ? 'luu' : 'khong'}`);
    });

  act('quyen', async (paper, form) => {
    const partners = await listPartners(ctx.db);
    const wanted = readRightsForm(form, new Set(partners.map((one) => one.id)));
    if ('fault' in wanted) return wanted;
    const { rights, agreement } = wanted;
    const before = { rights: paper.rights, agreement: paper.agreement };
    return {
      action: 'publisher.rights',
      detail: { before, after: wanted },
      change: async (trx) =>
        JSON.stringify(before) !== JSON.stringify(wanted) && recordRights(trx, paper.slug, rights, agreement),
    };
  });

  act('bao', async (paper, form) => {
    const wanted = readPaperForm(form);
    if ('fault' in wanted) return wanted;
    const change = async (trx: Db) => {
      const isDone = await changePublisher(trx, paper.slug, wanted);
      const [before, after] = [hostName(paper.siteUrl), hostName(wanted.siteUrl)];
      // A paper that moved keeps the domain it leaves: sources there are still its own.
      if (isDone && before !== after)
        await keepHost(trx, paper.id, { host: before, untilOn: dayOf(ctx.now()), note: '' });
      // Its name stands in documents and pages.
      if (isDone && wanted.name !== paper.name) await applyRights(trx);
      return isDone;
    };
    return { action: 'publisher.change', detail: { before: paper.name, after: wanted }, change };
  });

  act('mien', async (paper, form) => {
    const host = readHostForm(form);
    if ('fault' in host) return host;
    const isTaken = await isOfAnother(ctx.db, paper, host.host);
    if (isTaken) return { fault: 'ten_mien' };
    return { action: 'publisher.host', detail: { ...host }, change: (trx) => keepHost(trx, paper.id, host) };
  });

  act('bo-mien', async (paper, form) => {
    const host = form.get('ten_mien') ?? '';
    return { action: 'publisher.host_drop', detail: { host }, change: (trx) => dropHost(trx, paper.id, host) };
  });

  act('binh-luan', async (paper, form) => {
    const wanted = readCommentForm(form);
    if ('fault' in wanted) return wanted;
    const scope = { scope: 'publisher', id: paper.id } as const;
    const change = async (trx: Db) => {
      const before = await readCommentSetting(trx, scope);
      if (JSON.stringify(before) === JSON.stringify(wanted)) return false;
      await writeCommentSetting(trx, scope, wanted);
      await applyRights(trx);
      return true;
    };
    return { action: 'publisher.comments', detail: { ...wanted }, change };
  });

  act('go-bai', async (paper, form) => {
    const isAutomatic = form.has('tu_dong');
    const change = (trx: Db) => changeRemovals(trx, paper.slug, isAutomatic);
    return { action: 'publisher.removals', detail: { isAutomatic }, change };
  });

  act('trang-bai', async (paper, form) => {
    const written = (form.get('quy_tac') ?? '').trim();
    const ways = (['never', 'needed', 'always'] as const).find((one) => one === form.get('doc_trang')) ?? null;
    const rules = readArticleRules(written);
    if ('fault' in rules) return rules;
    const change = async (trx: Db) => {
      const kept = await readKeeping(trx, paper.id);
      const isRule = JSON.stringify(kept?.articleRules ?? null) !== JSON.stringify(rules.article);
      if (isRule) await setArticleRules(trx, paper.slug, rules.article);
      const isWay = ways !== null && (await readPagesOf(trx, paper.id, ways));
      return isRule || isWay;
    };
    return { action: 'publisher.pages', detail: { readPages: ways, rules: rules.article }, change };
  });
}

function readArticleRules(written: string): { article: object | null } | Refused {
  if (written === '') return { article: null };
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return { fault: 'quy_tac', detail: 'JSON' };
  }
  const checked = checkRules({ article: value });
  return 'problem' in checked
    ? { fault: 'quy_tac', detail: checked.problem }
    : { article: checked.rules.article ?? null };
}

// A domain is one paper’s: nobody else may have recorded it.
async function isOfAnother(db: Db, paper: Publisher, host: string): Promise<boolean> {
  const known = await publisherByHost(db, host, '');
  return known !== null && known.id !== paper.id;
}
