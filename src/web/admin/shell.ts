// A screen of the console → its HTML document and the headers that every answer of the console carries.
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Session } from '../../store/session.ts';
import { secured, strictTransport } from '../headers.ts';
import type { Lang } from '../words.ts';
import { formToken } from './door.ts';
import { consoleWords } from './words.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Who asks, in which language; `token` is the session's cookie. */
export type Visitor = { session: Session; token: string; lang: Lang };

/** One screen. What is absent is not there. */
export type Screen = {
  title: string;
  content: Html;
  /** Said above it (`isBad`: as an alert). */
  notice?: { text: string; isBad?: boolean } | null;
  /** The menu row it belongs to. */
  path?: string;
  /** The way back up, beginning below the menu row; the screen itself is not in it. [] = straight below it; absent = it is the row's own. */
  crumbs?: readonly Crumb[];
  /** Buttons and links beside the headline. */
  actions?: Html;
  /** Asks for itself again after so many seconds: for progress. */
  refreshSeconds?: number;
  /** Names of files in static/quan-tri/ without `.js`; the screen must do its work without them. */
  scripts?: readonly string[];
};
export type Crumb = { href: string; name: string };

const policy = (hasScript: boolean) =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    hasScript ? "script-src 'self'; connect-src 'self'" : "script-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const security: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  // Not "no-referrer": browsers would send "Origin: null" with our own forms.
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), microphone=(), geolocation=()'],
  ['X-Robots-Tag', 'noindex, nofollow'],
  ['Cache-Control', 'no-store'],
  ['Vary', 'Cookie'],
];

/** Headers of any answer of the console: kept by nobody, framed by nobody, nothing runs but files of ours. HSTS where the site is https. */
export function consoleHeaders(publicUrl: string, more: Record<string, string> = {}, hasScript = false): Headers {
  const headers = secured(security, { 'Content-Security-Policy': policy(hasScript), ...more });
  if (publicUrl.startsWith('https:')) headers.set(...strictTransport);
  return headers;
}

/** One entry of the menu: shown to people of at least the role `least`. */
type MenuRow = { path: string; least: keyof typeof rank; vi: string; en: string };

// Every room that stands, in the order a morning takes them.
const menuRows: readonly MenuRow[] = [
  { path: '/quan-tri', least: 'viewer', vi: 'Nguồn tin', en: 'Sources' },
  { path: '/quan-tri/to-bao', least: 'viewer', vi: 'Tờ báo', en: 'Papers' },
  { path: '/quan-tri/tin', least: 'viewer', vi: 'Tin', en: 'Stories' },
  { path: '/quan-tri/tuyen-tap', least: 'viewer', vi: 'Tuyển tập', en: 'Editions' },
  { path: '/quan-tri/binh-luan', least: 'viewer', vi: 'Bình luận', en: 'Comments' },
  { path: '/quan-tri/doi-tac', least: 'editor', vi: 'Đối tác', en: 'Partners' },
  { path: '/quan-tri/suc-khoe', least: 'viewer', vi: 'Sức khoẻ', en: 'Health' },
  { path: '/quan-tri/tai-khoan', least: 'admin', vi: 'Tài khoản', en: 'Accounts' },
  { path: '/quan-tri/nhat-ky', least: 'admin', vi: 'Nhật ký', en: 'Audit log' },
];

const rank = { viewer: 0, moderator: 1, editor: 2, admin: 3 } as const;

/** Whether a role may do what `least` may. */
export const mayAs = (role: keyof typeof rank, least: keyof typeof rank) => rank[role] >= rank[least];

/** The hidden field every form of a signed-in person carries. */
export const tokenField = (visitor: Visitor): Html =>
  html`<input type="hidden" name="_csrf" value="${formToken(visitor.token)}">`;

/** Where the console's own files stand: names end in a hash of their content. `scripts`: name → path. */
export type ConsoleFiles = { stylePath: string; scripts: ReadonlyMap<string, string> };

// Every screen of a room lights its row up; only the row's own page is "page".
function menuLink(row: MenuRow, lang: Lang, screen: Screen): Html {
  const isHere = screen.path === row.path;
  const current = isHere ? (screen.crumbs === undefined ? 'page' : 'true') : null;
  return html`<a href="${row.path}"${current === null ? '' : html` aria-current="${current}"`}>${row[lang]}</a>`;
}

/** The whole document; `visitor` null before signing in. */
export async function toScreen(
  site: ConsoleFiles & { publicUrl: string },
  lang: Lang,
  visitor: Visitor | null,
  screen: Screen,
): Promise<string> {
  const words = consoleWords(lang);
  const rows = visitor === null ? [] : menuRows.filter((row) => mayAs(visitor.session.role, row.least));
  const other = lang === 'en' ? 'vi' : 'en';
  const notice = screen.notice ?? null;
  const crumbs = screen.crumbs ?? [];
  const own = menuRows.find((row) => row.path === screen.path);
  const trail =
    screen.crumbs === undefined || own === undefined ? crumbs : [{ href: own.path, name: own[lang] }, ...crumbs];
  const scripts = (screen.scripts ?? []).flatMap((name) => site.scripts.get(name) ?? []);
  const body = await html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${screen.title} · Tin Tỉnh</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="${site.stylePath}"><link rel="icon" href="/icon.svg">${
    screen.refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${screen.refreshSeconds}">`
  }${scripts.map((path) => html`<script src="${path}" defer></script>`)}</head>
<body class="${visitor === null ? 'out-there' : 'inside'}"><a class="skip" href="#noi-dung">${words.skip}</a>
<header class="frame"><a class="brand" href="/quan-tri">Tin Tỉnh <span>${words.console}</span></a>${
    visitor === null
      ? ''
      : html`<nav aria-label="${words.console}">${rows.map((row) => menuLink(row, lang, screen))}</nav>`
  }
<div class="who">${
    visitor === null
      ? ''
      : html`<form method="post" action="/quan-tri/ra" class="out">${tokenField(visitor)}<a href="/quan-tri/tai-khoan/toi">${visitor.session.name}</a><button>${words.signOut}</button></form>`
  }
<p class="row"><a href="/quan-tri/ngon-ngu?lang=${other}" lang="${other}">${other === 'en' ? 'English' : 'Tiếng Việt'}</a> <a href="/">${words.toSite}</a></p></div></header>
<main id="noi-dung" tabindex="-1">${
    trail.length === 0
      ? ''
      : html`<nav aria-label="${words.crumbs}"><ol class="crumbs">${trail.map((one) => html`<li><a href="${one.href}">${one.name}</a></li>`)}</ol></nav>`
  }<div class="top"><h1>${screen.title}</h1>${screen.actions === undefined ? '' : html`<div class="do">${screen.actions}</div>`}</div>
${visitor !== null || site.publicUrl.startsWith('https:') ? '' : html`<p class="note">${words.plain}</p>`}
${notice === null ? '' : html`<p class="${notice.isBad ? 'bad' : 'good'}" role="${notice.isBad ? 'alert' : 'status'}">${notice.text}</p>`}
${screen.content}</main></body></html>`;
  return String(body);
}
