// /quan-tri/nhat-ky → every change made by a person, searched by who, what, target, time and words, newest first.
import { html } from 'hono/html';
import type { AuditLine, AuditWish } from '../../store/audit.ts';
import { listActions, listAudit } from '../../store/audit.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { addressWith, choice, dataTable, empty, exactTag, field, pager } from './parts.ts';
import type { Html } from './shell.ts';
import { consoleWords } from './words.ts';
import { actionName, doorWords } from './words-doors.ts';

const path = '/quan-tri/nhat-ky';
const pageSize = 50;

// Field of the form → what it asks for.
const fields = { q: 'words', ai: 'actor', viec: 'action', gi: 'target', tu: 'from', den: 'to' } as const;

/** The wish that a query states; what cannot be meant (a day that is none) is left out. */
export function readAuditWish(query: (name: string) => string | undefined): AuditWish {
  const wish: AuditWish = {};
  for (const [field, kind] of Object.entries(fields)) {
    const value = (query(field) ?? '').replaceAll('\u0000', '').trim().slice(0, 200);
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
    if (value !== '' && (isDay || (kind !== 'from' && kind !== 'to'))) wish[kind] = value;
  }
  return wish;
}

function searchForm(wish: AuditWish, actions: readonly string[], lang: Lang): Html {
  const words = consoleWords(lang);
  const more = doorWords(lang);
  const options = actions.map((action): [string, string] => [action, actionName(action, lang) ?? action]);
  return html`<form method="get" class="fields roomy" role="search">${field('ai', words.who, wish.actor ?? '', { most: 200 })}${choice(
    'viec',
    words.what,
    wish.action ?? '',
    [['', more.anyAction], ...options],
  )}${field('gi', words.which, wish.target ?? '', { most: 200 })}${field('q', more.words, wish.words ?? '', { type: 'search', most: 200 })}${field(
    'tu',
    more.from,
    wish.from ?? '',
    { type: 'date' },
  )}${field('den', more.to, wish.to ?? '', { type: 'date' })}<div class="row"><button class="main">${words.search}</button><a class="button" href="${path}">${more.clear}</a></div></form>`;
}

// Values of one's own making, shown as name: value; no line holds a secret.
function detailOf(line: AuditLine): string {
  return Object.entries(line.detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
    .slice(0, 1_000);
}

function auditTable(lines: readonly AuditLine[], lang: Lang): Html {
  const words = consoleWords(lang);
  return dataTable({
    caption: words.audit,
    columns: [words.at, words.who, words.what, words.which, words.detail],
    rows: lines.map((line) => {
      const named = actionName(line.action, lang);
      return [
        exactTag(line.at),
        html`<a class="nowrap" href="${addressWith(path, { ai: line.actor })}">${line.actor}</a>`,
        html`${named === null ? '' : html`${named} `}<code>${line.action}</code>`,
        html`<a href="${addressWith(path, { gi: line.target })}">${line.target}</a>`,
        detailOf(line),
      ];
    }),
  });
}

/** Adds the log. Reads audit. */
export function addAudit(desk: Desk): void {
  desk.screen(path, 'admin', async (call, visitor) => {
    const { lang } = visitor;
    const words = consoleWords(lang);
    const wish = readAuditWish((name) => call.req.query(name));
    const asked = call.req.query('truoc') ?? '';
    const before = /^\d{1,15}$/.test(asked) ? Number(asked) : null;
    const [rows, actions] = await Promise.all([
      listAudit(desk.ctx.db, wish, pageSize + 1, before),
      listActions(desk.ctx.db),
    ]);
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? page.at(-1) : undefined;
    const asking = Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, wish[kind] ?? null]));
    const pages = {
      first: before === null ? null : addressWith(path, asking),
      next: last === undefined ? null : addressWith(path, { ...asking, truoc: last.id }),
    };
    const content = html`${searchForm(wish, actions, lang)}
${page.length === 0 ? empty(words.none) : auditTable(page, lang)}${pager(lang, pages)}`;
    return desk.show(lang, visitor, { title: words.audit, content, path });
  });
}
