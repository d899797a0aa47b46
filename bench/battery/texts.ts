// The battery's strings for titles and for addresses → how many come out harmless, by the battery's own judge of HTML.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toDrafts } from '../../src/source/draft.ts';
import { readFeed } from '../../src/source/kinds/index.ts';
import { escapeHtml } from '../../src/text/markup.ts';
import { resolveUrl } from '../../src/text/url.ts';

type Vector = { id: string; ctx: string; split: string; s: string };
type Judge = (html: string) => { hard: string[] };

/** Judged: a title as the page writes it, an address as a link of the page. Null when the judge's library is missing. */
export async function judgeTexts(
  dir: string,
  split: string,
  env: NodeJS.ProcessEnv,
): Promise<{ tried: number; good: number; failures: string[] } | null> {
  if (env['BATTERY_MODULES']) process.env['BATTERY_MODULES'] = env['BATTERY_MODULES'];
  let judge: Judge;
  try {
    ({ judge } = (await import(pathToFileURL(join(dir, 'xss-oracle.mjs')).href)) as { judge: Judge });
  } catch {
    return null;
  }
  const { vectors } = JSON.parse(readFileSync(join(dir, 'xss-corpus.json'), 'utf8')) as { vectors: Vector[] };
  const mine = vectors.filter((one) => one.ctx !== 'html' && (split === 'all' || one.split === split));
  const failures: string[] = [];
  for (const { id, ctx, s } of mine) {
    const trouble = ctx === 'url' ? troubleOfUrl(s, judge) : troubleOfText(s, judge);
    if (trouble !== null) failures.push(`${id} ${JSON.stringify(s)}: ${trouble}`);
  }
  return { tried: mine.length, good: mine.length - failures.length, failures };
}

// eslint-disable-next-line no-control-regex -- what must not be left
const unseemly = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

function troubleOfText(s: string, judge: Judge): string | null {
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title: 'a',
    items: [{ id: '1', title: s, content_text: 'a' }],
  };
  const now = new Date();
  const { drafts } = toDrafts(readFeed(Buffer.from(JSON.stringify(feed)), { now }), { sourceId: 1, now });
  const title = drafts[0]?.title ?? '';
  if (unseemly.test(title)) return 'control or direction characters are left';
  const { hard } = judge(`<h2 title="${escapeHtml(title)}">${escapeHtml(title)}</h2>`);
  return hard[0] ?? null;
}

function troubleOfUrl(s: string, judge: Judge): string | null {
  const url = resolveUrl(s, 'https://site.example/');
  if (url === null) return null;
  if (!/^https?:\/\//.test(url)) return `kept as ${url.slice(0, 60)}`;
  return judge(`<a href="${escapeHtml(url)}">x</a>`).hard[0] ?? null;
}
