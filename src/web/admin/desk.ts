// A route of the console → its guard (session, role, form token) around a handler, and one way to answer, errors included.
import type { Context as Call, Hono } from 'hono';
import { html } from 'hono/html';
import { NotYetError } from '../../errors.ts';
import { isDatabaseAway } from '../../store/trouble.ts';
import type { Role } from '../../store/schema-console.ts';
import { findSession } from '../../store/session.ts';
import type { WebContext } from '../feeds.ts';
import type { Lang } from '../words.ts';
import { cookieNames, hashToken, isOurForm, openKeyedHash, readCookie, readForm, readUpload } from './door.ts';
import type { ConsoleFiles, Screen, Visitor } from './shell.ts';
import { consoleHeaders, mayAs, toScreen } from './shell.ts';
import { consoleWords } from './words.ts';

/** What every part of the console works with. */
export type Desk = {
  app: Hono;
  ctx: WebContext;
  cookies: ReturnType<typeof cookieNames>;
  keyedHash: ReturnType<typeof openKeyedHash>;
  langOf: (call: Call) => Lang;
  /** A screen as an answer; `more` adds headers. */
  show: (
    lang: Lang,
    visitor: Visitor | null,
    screen: Screen,
    status?: number,
    more?: Record<string, string>,
  ) => Promise<Response>;
  /** 303 to an address of ours. */
  go: (to: string, setCookies?: readonly string[]) => Response;
  /** A GET for people of at least this role. */
  screen: (path: string, least: Role, handler: (call: Call, visitor: Visitor) => Promise<Response>) => void;
  /** A POST for people of at least this role, its form token proven. */
  act: (
    path: string,
    least: Role,
    handler: (call: Call, visitor: Visitor, form: URLSearchParams) => Promise<Response>,
  ) => void;
  /** A POST like `act` with one file of at most so many bytes; empty where none was chosen. */
  upload: (
    path: string,
    least: Role,
    maxBytes: number,
    handler: (call: Call, visitor: Visitor, form: URLSearchParams, file: Buffer) => Promise<Response>,
  ) => void;
  /** Where the console's own files stand. */
  files: ConsoleFiles;
  /** A route for anybody, its failures answered like all others. */
  open: (method: 'get' | 'post' | 'all', path: string, handler: (call: Call) => Promise<Response>) => void;
};

/** The guards on an app. Reads session; touches nothing else. */
export function openDesk(app: Hono, ctx: WebContext, files: ConsoleFiles): Desk {
  const { publicUrl } = ctx.config;
  const cookies = cookieNames(publicUrl);
  const langOf = (call: Call): Lang =>
    /(?:^|;\s*)tin-ngon-ngu=en(?:;|$)/.test(call.req.header('cookie') ?? '') ? 'en' : 'vi';

  const show: Desk['show'] = async (lang, visitor, screen, status = 200, more = {}) => {
    const body = await toScreen({ ...files, publicUrl }, lang, visitor, screen);
    const hasScript = (screen.scripts ?? []).length > 0;
    const headers = consoleHeaders(publicUrl, { 'Content-Type': 'text/html; charset=utf-8', ...more }, hasScript);
    return new Response(body, { status, headers });
  };

  const go: Desk['go'] = (to, setCookies = []) => {
    const headers = consoleHeaders(publicUrl, { Location: to });
    for (const line of setCookies) headers.append('Set-Cookie', line);
    return new Response(null, { status: 303, headers });
  };

  const problem = (lang: Lang, visitor: Visitor | null, status: number, text: string): Promise<Response> =>
    show(lang, visitor, { title: String(status), content: html``, notice: { text, isBad: true } }, status);

  async function visitorOf(call: Call): Promise<Visitor | null> {
    const token = readCookie(call, cookies.session);
    const session = token === null ? null : await findSession(ctx.db, hashToken(token));
    return session === null || token === null ? null : { session, token, lang: langOf(call) };
  }

  // Nothing a handler throws may end in an answer without these headers.
  const open: Desk['open'] = (method, path, handler) => {
    app[method](path, async (call) => {
      try {
        return await handler(call);
      } catch (error) {
        const lang = langOf(call);
        const words = consoleWords(lang);
        const isAway = isDatabaseAway(error) || error instanceof NotYetError;
        if (!isAway) ctx.log.error({ err: error, path: call.req.routePath }, 'web.console_failed');
        return problem(lang, null, isAway ? 503 : 500, error instanceof NotYetError ? words.busy : words.failed);
      }
    });
  };

  // A POST: who asks, what was sent, whether a page of ours sent it, and whether this person may.
  function post<Sent extends object>(
    path: string,
    least: Role,
    read: (call: Call) => Promise<Sent | number>,
    formOf: (sent: Sent) => URLSearchParams,
    handler: (call: Call, visitor: Visitor, sent: Sent) => Promise<Response>,
  ): void {
    open('post', path, async (call) => {
      const visitor = await visitorOf(call);
      if (visitor === null) return problem(langOf(call), null, 401, consoleWords(langOf(call)).signedOut);
      const words = consoleWords(visitor.lang);
      const sent = await read(call);
      if (typeof sent === 'number') return problem(visitor.lang, visitor, sent, words.badRequest);
      if (!isOurForm(call, formOf(sent), visitor.token, publicUrl))
        return problem(visitor.lang, visitor, 403, words.expired);
      if (!mayAs(visitor.session.role, least)) return problem(visitor.lang, visitor, 403, words.forbidden);
      return handler(call, visitor, sent);
    });
  }

  return {
    app,
    ctx,
    cookies,
    keyedHash: openKeyedHash(ctx),
    langOf,
    show,
    go,
    open,
    screen: (path, least, handler) =>
      open('get', path, async (call) => {
        const visitor = await visitorOf(call);
        if (visitor === null) {
          const { pathname, search } = new URL(call.req.url);
          const next = pathname === '/quan-tri' ? '' : `?toi=${encodeURIComponent(pathname + search)}`;
          return go(`/quan-tri/vao${next}`);
        }
        if (!mayAs(visitor.session.role, least))
          return problem(visitor.lang, visitor, 403, consoleWords(visitor.lang).forbidden);
        return handler(call, visitor);
      }),
    files,
    act: (path, least, handler) =>
      post(
        path,
        least,
        readForm,
        (form) => form,
        (call, visitor, form) => handler(call, visitor, form),
      ),
    upload: (path, least, maxBytes, handler) =>
      post(
        path,
        least,
        (call) => readUpload(call, maxBytes),
        (sent) => sent.form,
        (call, visitor, sent) => handler(call, visitor, sent.form, sent.file),
      ),
  };
}
