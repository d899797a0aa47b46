// A screen of the console → its HTML document and the headers that every answer of the console carries.
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Session } from '../../store/session.ts';
import { secured } from '../headers.ts';
import type { Lang } from '../words.ts';
import { formToken } from './door.ts';
import { consoleWords } from './words.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Who asks, in which language; `token` is the session's cookie. */
export type Visitor = { session: Session; token: string; lang: Lang };

/** One screen: `notice` is said above it (`isBad`: as an alert). */
export type Screen = { title: string; content: Html; notice?: { text: string; isBad?: boolean } | null; path?: string };

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "script-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const security: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  // Not "no-referrer": browsers would send "Origin: null" with our own forms.
  ['Referrer-Policy', 'same-origin'],
  ['Content-Security-Policy', policy],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), microphone=(), geolocation=()'],
  ['X-Robots-Tag', 'noindex, nofollow'],
  ['Cache-Control', 'no-store'],
  ['Vary', 'Cookie'],
];

/** Headers of any answer of the console: kept by nobody, framed by nobody, nothing runs. HSTS where the site is https. */
export function consoleHeaders(publicUrl: string, more: Record<string, string> = {}): Headers {
  const headers = secured(security, more);
  if (publicUrl.startsWith('https:')) headers.set('Strict-Transport-Security', 'max-age=31536000');
  return headers;
}

/** One entry of the menu: shown to people of at least the role `least`. */
type MenuRow = { path: string; least: keyof typeof rank; vi: string; en: string };

// Every room that stands, in the order a morning takes them.
const menuRows: readonly MenuRow[] = [{ path: '/quan-tri', least: 'viewer', vi: 'Nguồn tin', en: 'Sources' }];

const rank = { viewer: 0, moderator: 1, editor: 2, admin: 3 } as const;

/** Whether a role may do what `least` may. */
export const mayAs = (role: keyof typeof rank, least: keyof typeof rank) => rank[role] >= rank[least];

/** The hidden field every form of a signed-in person carries. */
export const tokenField = (visitor: Visitor): Html =>
  html`<input type="hidden" name="_csrf" value="${formToken(visitor.token)}">`;

/** The whole document; `visitor` null before signing in. */
export async function toScreen(
  site: { stylePath: string; publicUrl: string },
  lang: Lang,
  visitor: Visitor | null,
  screen: Screen,
): Promise<string> {
  const words = consoleWords(lang);
  const link = (href: string, name: string) =>
    html`<a href="${href}"${screen.path === href ? html` aria-current="page"` : ''}>${name}</a>`;
  const menu =
    visitor === null
      ? ''
      : html`<nav aria-label="${words.console}">${menuRows
          .filter((row) => mayAs(visitor.session.role, row.least))
          .map((row) => link(row.path, row[lang]))}</nav>
<form method="post" action="/quan-tri/ra" class="out">${tokenField(visitor)}<span>${visitor.session.name}</span><button>${words.signOut}</button></form>`;
  const other = lang === 'en' ? 'vi' : 'en';
  const notice = screen.notice ?? null;
  const body = await html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${screen.title} · Tin Tỉnh</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="${site.stylePath}"><link rel="icon" href="/icon.svg"></head>
<body><a class="skip" href="#noi-dung">${words.skip}</a>
<header><strong><a href="/quan-tri">Tin Tỉnh · ${words.console}</a></strong>${menu}
<p class="lang"><a href="/quan-tri/ngon-ngu?lang=${other}" lang="${other}">${other === 'en' ? 'English' : 'Tiếng Việt'}</a> <a href="/">${words.toSite}</a></p></header>
<main id="noi-dung" tabindex="-1"><h1>${screen.title}</h1>
${site.publicUrl.startsWith('https:') ? '' : html`<p class="note">${words.plain}</p>`}
${notice === null ? '' : html`<p class="${notice.isBad ? 'bad' : 'good'}" role="${notice.isBad ? 'alert' : 'status'}">${notice.text}</p>`}
${screen.content}</main></body></html>`;
  return String(body);
}
