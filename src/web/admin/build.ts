// /quan-tri/nguon/chon → a page without a feed, opened once and shown as a snapshot; what is pointed at becomes selectors, and those a source.
import { html } from 'hono/html';
import { checkRules, type ListRule } from '../../source/rules.ts';
import { readPageAt } from '../../source/read.ts';
import { endWork, findWork, openWork, readWorkBody, replaceResult } from '../../store/desk-work.ts';
import { findTwin } from '../../store/repeated.ts';
import { failureText, progressPart } from './add-view.ts';
import { type BuildState, describedLists, stepOf } from './build-state.ts';
import { buildPath, buildScreen, snapshotDocument } from './build-view.ts';
import { addressesOf, answering, type Look, robotsOf } from './candidate.ts';
import type { Desk } from './desk.ts';
import { actionButton, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { consoleHeaders, tokenField } from './shell.ts';
import type { StartWork } from './work.ts';
import { wayOf } from './work.ts';
import { addWords } from './words-add.ts';
import { buildWords } from './words-build.ts';

const room = '/quan-tri';
const zone = 'Asia/Ho_Chi_Minh';

// The screen's own policy: its script is ours, and its one frame holds the snapshot.
const screenPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
// The snapshot's: an origin of its own (sandbox), our style sheet and script, no request to anybody, framed by us alone.
const snapshotPolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts";

/** Adds the builder. Reads and writes desk_work; nothing else is touched before a source is saved. */
export function addBuilder(desk: Desk, startWork: StartWork): void {
  const { ctx, show, go, files } = desk;

  const askScreen = (visitor: Visitor, typed: string, fault: string | null, notice: string | null, status = 200) => {
    const words = buildWords(visitor.lang);
    const content = html`<form method="post" action="${buildPath}" class="card">${tokenField(visitor)}
${field('dia_chi', words.address, typed, { hint: words.addressHint, fault, isRequired: true, most: 2_000 })}<div class="row"><button class="main">${words.open}</button></div></form>`;
    const crumbs = [{ href: '/quan-tri/nguon/them', name: addWords(visitor.lang).title }];
    const said = notice === null ? null : { text: notice, isBad: true };
    return show(visitor.lang, visitor, { title: words.title, content, path: room, crumbs, notice: said }, status);
  };

  desk.screen(buildPath, 'editor', (call, visitor) => askScreen(visitor, call.req.query('dia-chi') ?? '', null, null));

  desk.act(buildPath, 'editor', async (_call, visitor, form) => {
    const words = addWords(visitor.lang);
    const typed = form.get('dia_chi') ?? '';
    const addresses = addressesOf(typed);
    const [url] = addresses;
    if (url === undefined) return askScreen(visitor, typed, words.notAddress, null, 422);
    if (wayOf(ctx) === null) return askScreen(visitor, typed, null, words.noWay, 503);
    const given = listsIn(form.get('quy_tac'));
    const work = { kind: 'page', actor: visitor.session.name, input: { url } };
    const uid = await startWork(work, async (way, beat) => {
      const address = await answering(way, addresses);
      beat({ step: address, done: 1, total: 1 });
      const page = await readPageAt(way, address);
      const guesses = await way.reader.run('guess', { ...page, zone, now: way.now() });
      const lists = given ?? guesses[0]?.rules.lists ?? [{ item: '' }];
      const { bytes, ...rest } = page;
      const state: BuildState = { ...rest, guesses, lists, at: 0, picking: 'item', problem: null };
      return { result: state, body: Buffer.from(bytes) };
    });
    return go(`${buildPath}/${uid}`);
  });

  /** The page as it is kept; null when it is gone or still on its way. */
  async function pageOf(uid: string) {
    const work = await findWork(ctx.db, uid);
    if (work?.kind !== 'page' || work.state !== 'done') return null;
    const bytes = await readWorkBody(ctx.db, uid);
    const state = work.result as BuildState;
    if (bytes === null || ctx.reader === undefined) return null;
    const stored = { bytes, contentType: state.contentType, url: state.url, zone, now: ctx.now() };
    return { state, stored, reader: ctx.reader };
  }

  desk.screen(`${buildPath}/:uid`, 'editor', async (call, visitor) => {
    const { lang } = visitor;
    const words = buildWords(lang);
    const uid = call.req.param('uid') ?? '';
    const work = await findWork(ctx.db, uid);
    const input = (work?.input ?? {}) as { url?: string };
    if (work?.kind === 'page' && work.state === 'running' && !work.isLost) {
      const content = html`<p class="note">${words.openingHint}</p>${progressPart(work, addWords(lang))}`;
      const title = words.opening(new URL(input.url ?? 'http://x').host);
      return show(lang, visitor, { title, content, path: room, crumbs: [], refreshSeconds: 1 });
    }
    const page = await pageOf(uid);
    if (page === null) {
      const problem = work?.kind === 'page' ? work.problem : null;
      const text = problem === null ? words.gone : `${words.failed}: ${failureText(problem, lang)}`;
      return askScreen(visitor, input.url ?? '', null, text, problem === null ? 404 : 200);
    }
    const { state, stored, reader } = page;
    const built = await reader.run('build', { ...stored, lists: state.lists, at: state.at, pick: null });
    const crumbs = [{ href: '/quan-tri/nguon/them', name: addWords(lang).title }];
    const again: Html = actionButton(visitor, buildPath, words.again, { fields: { dia_chi: state.url } });
    const content = buildScreen(visitor, uid, state, built);
    const screen = { title: words.title, content, path: room, crumbs, actions: again, scripts: ['chon'] };
    return show(lang, visitor, screen, 200, { 'Content-Security-Policy': screenPolicy });
  });

  desk.screen(`${buildPath}/:uid/trang`, 'editor', async (call, { lang }) => {
    const page = await pageOf(call.req.param('uid') ?? '');
    const { markup } = page === null ? { markup: '' } : await page.reader.run('snapshot', page.stored);
    const headers = consoleHeaders(ctx.config.publicUrl, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': snapshotPolicy,
    });
    return new Response(await snapshotDocument(lang, files, markup), { status: page === null ? 404 : 200, headers });
  });

  desk.act(`${buildPath}/:uid`, 'editor', async (call, visitor, form) => {
    const uid = call.req.param('uid') ?? '';
    const page = await pageOf(uid);
    if (page === null) return askScreen(visitor, '', null, buildWords(visitor.lang).gone, 404);
    const { state, pick } = stepOf(page.state, form);
    const isWell = state.problem === null;
    if (isWell && form.get('viec') === 'luu' && describedLists(state).length > 0)
      return go(await offer(visitor, state, page));
    const built =
      pick === null || !isWell
        ? null
        : await page.reader.run('build', { ...page.stored, lists: state.lists, at: state.at, pick });
    const next = built === null ? state : { ...state, lists: built.lists, problem: built.problem };
    // After an article its fields are there: the next click more likely mends one.
    await replaceResult(ctx.db, uid, next);
    return go(`${buildPath}/${uid}`);
  });

  // The lists as a candidate like any other, on the screen where those are saved.
  async function offer(
    visitor: Visitor,
    state: BuildState,
    page: NonNullable<Awaited<ReturnType<typeof pageOf>>>,
  ): Promise<string> {
    const { stored, reader } = page;
    const rules = { lists: describedLists(state) };
    const headers = stored.contentType === null ? {} : { 'content-type': stored.contentType };
    const preview = await reader.run('preview', { ...stored, headers, kind: 'listing', rules });
    const way = wayOf(ctx);
    const twin = await findTwin(ctx.db, { urls: [], keys: preview.keys });
    const candidate = {
      kind: 'listing',
      url: state.url,
      title: preview.title,
      by: 'page',
      movedTo: null,
      twin,
      robots: way === null ? null : await robotsOf(way, state.url),
      preview,
    };
    const result = { siteUrl: state.url, title: preview.title, candidates: [candidate], notes: [], requests: 1 };
    const uid = await openWork(ctx.db, { kind: 'test', actor: visitor.session.name, input: { url: state.url } });
    await endWork(ctx.db, uid, { result: result satisfies Omit<Look, 'candidates'> & { candidates: unknown } });
    return `/quan-tri/nguon/viec/${uid}/0`;
  }
}

function listsIn(written: string | null): ListRule[] | null {
  try {
    const checked = checkRules(JSON.parse(written ?? ''));
    const lists = 'rules' in checked ? (checked.rules.lists ?? []) : [];
    return lists.length === 0 ? null : lists;
  } catch {
    return null;
  }
}
