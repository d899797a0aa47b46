// /quan-tri/to-bao → the papers with their rights, and the site's policy over all agreements.
import { html } from 'hono/html';
import type { Policy, Publisher } from '../../domain.ts';
import { audited } from '../../store/audit.ts';
import { policyKey, type PolicySetting, profiles, readPolicy } from '../../store/policy.ts';
import { listPublishers } from '../../store/publisher.ts';
import { sourceCounts } from '../../store/publisher-desk.ts';
import { applyRights } from '../../store/rights-change.ts';
import { readSetting, writeSetting } from '../../store/setting.ts';
import { provinceByCode } from '../../text/place.ts';
import { fold } from '../../text/vietnamese.ts';
import type { Desk } from './desk.ts';
import { addressWith, choice, dataTable, empty, field, pager, pill, tabs } from './parts.ts';
import { policyFlags, policyNumbers, readPolicyForm } from './publisher-form.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { type PublisherWords, publisherWords } from './words-publishers.ts';

/** The room's own address and its policy's. */
export const papersPath = '/quan-tri/to-bao';
const policyPath = `${papersPath}/quy-dinh`;
const pageSize = 50;
const shows = ['headline', 'excerpt', 'full'] as const;

/** The day it is in Việt Nam, as agreements count. */
export const dayOf = (now: Date): string => new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);

/** What a paper allows, in a few words. */
export function rightsLine({ rights }: Publisher, words: PublisherWords): string {
  const chars = rights.show === 'excerpt' ? ` (${words.chars(rights.excerptChars)})` : '';
  return `${words.show[rights.show]}${chars}${rights.images ? `, ${words.withImages}` : ''}`;
}

/** Its agreement in a few words, with a sign where it is not in force today. */
export function agreementLine({ agreement }: Publisher, today: string, words: PublisherWords): Html {
  const { number, from, until } = agreement;
  const isOut = (from !== null && from > today) || (until !== null && until < today);
  const days = from === null && until === null ? '' : words.days(from, until);
  if (number === null && days === '') return html`<span class="soft">${words.noAgreement}</span>`;
  return html`${number === null ? '' : words.number(number)} ${days} ${isOut ? pill('bad', words.notInForce) : ''}`;
}

/** Adds the list and the policy. Reads publisher, source, setting; the policy touches setting, audit and every document. */
export function addPublishers(desk: Desk): void {
  const { ctx, show, go } = desk;

  desk.screen(papersPath, 'viewer', async (call, visitor) => {
    const { lang, session } = visitor;
    const words = publisherWords(lang);
    const asked = (call.req.query('q') ?? '').trim().slice(0, 100);
    const only = shows.find((one) => one === call.req.query('quyen')) ?? null;
    const after = call.req.query('sau') ?? '';
    const [papers, counts] = await Promise.all([listPublishers(ctx.db), sourceCounts(ctx.db)]);
    const place = (code: string | null) => (code === null ? words.nationwide : (provinceByCode(code)?.name ?? code));
    const needle = fold(asked);
    const found = papers.filter((row) =>
      fold(`${row.name} ${row.slug} ${row.siteUrl} ${place(row.province)}`).includes(needle),
    );
    const rows = found.filter((row) => only === null || row.rights.show === only);
    const start = rows.findIndex((row) => row.slug === after) + 1;
    const page = rows.slice(start, start + pageSize);
    const last = start + pageSize < rows.length ? page.at(-1) : undefined;
    const today = dayOf(ctx.now());
    const filter = (show: (typeof shows)[number] | null) => ({
      href: addressWith(papersPath, { q: asked, quyen: show }),
      name: show === null ? words.all : (words.show[show] ?? show),
      count: show === null ? found.length : found.filter((row) => row.rights.show === show).length,
      isChosen: only === show,
    });
    const content = html`<form method="get" class="filters" role="search"><label class="wide">${words.search}<input type="search" name="q" value="${asked}"></label>${only === null ? '' : html`<input type="hidden" name="quyen" value="${only}">`}<button>${words.searchButton}</button></form>
${tabs(words.filters, [filter(null), ...shows.map(filter)])}${
  page.length === 0
    ? empty(words.none)
    : dataTable({
        caption: words.count(rows.length),
        isCaptionShown: true,
        columns: [words.paper, words.province, { name: words.sources, isFigure: true }, words.rights, words.agreement],
        rows: page.map((row) => [
          html`<div><a href="${papersPath}/${row.slug}">${row.name}</a>${row.isSample ? html` ${pill('info', words.sample)}` : ''}<br><span class="code small soft">${row.siteUrl}</span></div>`,
          place(row.province),
          counts.get(row.id) ?? 0,
          rightsLine(row, words),
          agreementLine(row, today, words),
        ]),
      })
}${pager(lang, {
  first: start > 0 ? addressWith(papersPath, { q: asked, quyen: only }) : null,
  next: last === undefined ? null : addressWith(papersPath, { q: asked, quyen: only, sau: last.slug }),
})}`;
    const actions = html`<a class="button" href="${policyPath}">${words.policy}</a>${mayAs(session.role, 'editor') ? html`<a class="button" href="/quan-tri/nguon/them">${words.addSource}</a>` : ''}`;
    return show(lang, visitor, { title: words.title, content, path: papersPath, actions });
  });

  async function policyScreen(
    visitor: Visitor,
    asked: URLSearchParams | null,
    fault: string | null,
    saved: boolean,
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = publisherWords(lang);
    const policy = await readPolicy(ctx.db);
    const kept = ((await readSetting(ctx.db, policyKey)) ?? {}) as Partial<PolicySetting>;
    const isAdmin = mayAs(session.role, 'admin');
    const content = html`<section class="panel"><p>${words.agencies(policy.agencies, policy.leastAgencies)}</p>${policy.agencies < policy.leastAgencies ? html`<p class="bad">${words.tooFew}</p>` : ''}
<p class="soft">${words.profileHint}</p></section>
<form method="post" action="${policyPath}" class="panel form">${tokenField(visitor)}<h2>${words.profile}</h2><div class="fields">
${choice('ho_so', words.profile, asked?.get('ho_so') ?? policy.profile, Object.entries(words.profileWords))}${policyFields(policy, kept, asked, fault, words)}</div>
${isAdmin ? html`<div class="row"><button class="main">${words.save}</button></div>` : html`<p class="soft">${words.readOnly}</p>`}</form>`;
    const notice = fault !== null ? { text: words.faulty, isBad: true } : saved ? { text: words.saved } : null;
    const screen = { title: words.policyTitle, content, path: papersPath, crumbs: [], notice };
    return show(lang, visitor, screen, fault === null ? 200 : 422);
  }

  desk.screen(policyPath, 'viewer', (call, visitor) =>
    policyScreen(visitor, null, null, call.req.query('da') === 'luu'),
  );

  desk.act(policyPath, 'admin', async (_call, visitor, form) => {
    const setting = readPolicyForm(form);
    if ('fault' in setting) return policyScreen(visitor, form, setting.fault, false);
    const note = { actor: visitor.session.name, action: 'policy.set', target: setting.profile, detail: { ...setting } };
    await audited(ctx.db, note, async (trx) => {
      await writeSetting(trx, policyKey, setting);
      await applyRights(trx);
    });
    return go(`${policyPath}?da=luu`);
  });
}

// A rule that is not set apart shows empty, with the profile's own value beside it.
function policyFields(
  policy: Policy,
  kept: Partial<PolicySetting>,
  asked: URLSearchParams | null,
  fault: string | null,
  words: PublisherWords,
): Html {
  const profile = profiles[policy.profile];
  const word = (value: boolean) => (value ? words.yes : words.no);
  const flags = policyFlags.map((name) => {
    const set = kept[name];
    const shown = asked?.get(name) ?? (set === undefined ? '' : set ? 'co' : 'khong');
    return choice(name, words.rule[name] ?? name, shown, [
      ['', words.asProfile(word(profile[name]))],
      ['co', words.yes],
      ['khong', words.no],
    ]);
  });
  const numbers = (Object.keys(policyNumbers) as (keyof typeof policyNumbers)[]).map((name) => {
    const shown = asked?.get(name) ?? String(kept[name] ?? '');
    const usual = profile[name] === null ? words.unbounded : String(profile[name]);
    return field(name, words.rule[name] ?? name, shown, {
      type: 'number',
      hint: words.ruleHint(usual),
      fault: fault === name ? words.badNumber : null,
    });
  });
  return html`${flags}${numbers}`;
}
