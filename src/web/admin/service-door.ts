// /quan-tri/vao/ngoai, …/ve → a session for somebody whom the deployment's OpenID Connect provider vouches for.
import type { Context as Call } from 'hono';
import { html } from 'hono/html';
import type { Account } from '../../store/account.ts';
import { findExternalAccount, followRole, makeAccount } from '../../store/account.ts';
import type { Role } from '../../store/schema-console.ts';
import { countTry, endSessions, forgiveTry } from '../../store/session.ts';
import { fold } from '../../text/vietnamese.ts';
import type { Desk } from './desk.ts';
import { addressOf, cookieLine, freshToken, readCookie } from './door.ts';
import { isAccountName } from './invite.ts';
import type { Provider, Vouched } from './oidc.ts';
import { claimAt, openOidc } from './oidc.ts';
import { mayAs } from './shell.ts';
import { freeTriesOfAddress, letIn } from './sign-in.ts';
import { consoleWords } from './words.ts';
import { doorWords } from './words-doors.ts';

const path = '/quan-tri/vao/ngoai';

/** The greatest role that a claim's words give; null = none. */
export function roleOf(claim: unknown, roles: Provider['roles']): Role | null {
  const words = Array.isArray(claim)
    ? claim.map(String)
    : typeof claim === 'string'
      ? [claim, ...claim.split(/[\s,]+/)]
      : [];
  const given = roles.filter(({ word }) => word === '*' || words.includes(word)).map(({ role }) => role);
  return given.toSorted((a, b) => (a === b ? 0 : mayAs(a, b) ? -1 : 1))[0] ?? null;
}

/** A name for an account out of what the provider calls a person: their user name, else what stands before the @, else their subject. */
export function nameOf({ claims, subject }: Vouched): string | null {
  const email = claims['email'];
  const candidates = [claims['preferred_username'], email, subject].filter((one) => typeof one === 'string');
  const plain = candidates.map((one) =>
    fold(one.split('@')[0] ?? '')
      .replace(/[^a-z0-9.-]+/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '')
      .slice(0, 40),
  );
  return plain.find(isAccountName) ?? null;
}

/** Adds the door, where it is set up and there is a way out. Touches account, session, sign_in_try and audit. */
export function addServiceDoor(desk: Desk): void {
  const { ctx, cookies, show, langOf } = desk;
  const { oidc: config, publicUrl } = ctx.config;
  if (!config || !ctx.http) return;
  const provider = openOidc(config, ctx.http, `${publicUrl}${path}/ve`, ctx.now);
  const ticketLine = (ticket: string) => cookieLine(cookies.service, ticket, cookies.isSecure, 'Lax');

  function refuse(call: Call, status: number, text: string, more: Record<string, string> = {}): Promise<Response> {
    const lang = langOf(call);
    const words = consoleWords(lang);
    const content = html`<p><a class="button" href="/quan-tri/vao">${words.signIn}</a></p>`;
    const headers = { 'Set-Cookie': ticketLine(''), ...more };
    return show(lang, null, { title: words.signIn, content, notice: { text, isBad: true } }, status, headers);
  }

  function unwell(call: Call, error: unknown): Promise<Response> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
    ctx.log.warn({ reason: reason.slice(0, 300), code }, 'web.oidc_failed');
    return refuse(call, 401, doorWords(langOf(call)).serviceFailed);
  }

  desk.open('get', path, async (call) => {
    const ticket = freshToken();
    try {
      const to = await provider.begin(ticket);
      return desk.go(to.href, [ticketLine(ticket)]);
    } catch (error) {
      return unwell(call, error);
    }
  });

  /** The account of a person, made or brought up to the role of today; text = why not. */
  async function admit(vouched: Vouched, role: Role | null, lang: 'vi' | 'en'): Promise<Account | string> {
    const words = doorWords(lang);
    const key = `${config?.issuer ?? ''} ${vouched.subject}`;
    const known = await findExternalAccount(ctx.db, key);
    if (role === null) {
      // Whoever lost every role is out at once, in other browsers too.
      if (known !== null) await endSessions(ctx.db, known, { keep: Buffer.alloc(0) });
      return words.noRole;
    }
    if (known !== null) {
      if (!known.isActive) return words.isClosed;
      await followRole(ctx.db, known, role);
      return known;
    }
    const name = nameOf(vouched);
    const id = name === null ? null : await makeAccount(ctx.db, { name, role, password: '', externalKey: key }, name);
    // Never joined by name to an account that was there: whoever may choose a name there would enter as anybody here.
    return (id === null ? null : await findExternalAccount(ctx.db, key)) ?? words.serviceTaken;
  }

  desk.open('get', `${path}/ve`, async (call) => {
    const lang = langOf(call);
    const words = consoleWords(lang);
    const more = doorWords(lang);
    const ticket = readCookie(call, cookies.service);
    if (ticket === null) return refuse(call, 401, words.expired);
    const address = await desk.keyedHash('address', addressOf(call));
    const wait = await countTry(ctx.db, address, freeTriesOfAddress);
    if (wait > 0) return refuse(call, 429, words.wait(wait), { 'Retry-After': String(wait) });
    let vouched: Vouched;
    try {
      vouched = await provider.finish(new URL(`${publicUrl}${path}/ve${new URL(call.req.url).search}`), ticket);
    } catch (error) {
      return unwell(call, error);
    }
    const account = await admit(vouched, roleOf(claimAt(vouched.claims, config.claim), config.roles), lang);
    if (typeof account === 'string') return refuse(call, 403, account);
    await forgiveTry(ctx.db, address);
    // The strict cookie does not go along with a redirect that another site began: this page leads on by itself.
    const content = html`<p><a class="button main" href="/quan-tri">${more.goOn}</a></p>`;
    const answer = await show(lang, null, { title: more.signedIn, content }, 200, { Refresh: '0; url=/quan-tri' });
    for (const line of [...(await letIn(desk, call, account)), ticketLine('')])
      answer.headers.append('Set-Cookie', line);
    return answer;
  });
}
