// A test site → people at its console in a real browser: signed in, with script or without, judged by axe, pictured.
import { existsSync, mkdirSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { Db } from '../../src/store/db.ts';
import type { Role } from '../../src/store/schema-console.ts';
import { openSession } from '../../src/store/session.ts';
import { freshToken, hashToken } from '../../src/web/admin/door.ts';
import { afterFile } from './cleanup.ts';
import { makePerson } from './console.ts';

/** Where Chromium is; '' where there is none: then tests with it are skipped. */
export const chromiumPath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? '';

/** Where screenshots land, to be looked at. */
export const results = new URL('../../test-results/', import.meta.url).pathname;
const axe = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url).pathname;

export const phone = { width: 390, height: 844 };
export const wide = { width: 1280, height: 900 };
/** What a site must believe to be reached under, for a browser to keep its cookies. */
export const plainUrl = 'http://tin.example';

let people = 0;

/** Somebody signed in at a site; the name is what the audit log says. */
export type Person = { name: string; cookie: string };

/** An account of this role with a session of its own. */
export async function signedIn(db: Db, role: Role): Promise<Person> {
  people += 1;
  const name = `${role}-${people}`;
  const id = await makePerson(db, name, role);
  const token = freshToken();
  await openSession(db, { id, name }, { hash: hashToken(token), agent: 'test', address: Buffer.alloc(8) });
  return { name, cookie: token };
}

/** A browser for one file. `problems` gathers what pages complained of; `visit` opens a page as a person (no script unless asked). */
export async function openDeskBrowser(siteUrl: () => string) {
  mkdirSync(results, { recursive: true });
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  afterFile(() => browser.close());
  const problems: string[] = [];

  async function visit(person: Person, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: wide,
      locale: 'vi-VN',
      reducedMotion: 'reduce',
      javaScriptEnabled: false,
      ...options,
    });
    await context.addCookies([
      { name: 'tin', value: person.cookie, url: siteUrl(), httpOnly: true, sameSite: 'Strict' },
    ]);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.setDefaultTimeout(5_000);
    await page.goto(`${siteUrl()}${path}`, { waitUntil: 'load' });
    return page;
  }

  /** Whatever axe finds fault with on a screen at this size, and whether it is wider than the window; pictures it. */
  async function judge(person: Person, path: string, viewport: { width: number; height: number }, picture: string) {
    const page = await visit(person, path, { viewport, javaScriptEnabled: true, bypassCSP: true });
    const status = (await page.reload())?.status();
    await page.screenshot({ path: `${results}${picture}-${viewport.width}.png`, fullPage: true });
    await page.addScriptTag({ path: axe });
    const faults = await page.evaluate(
      'axe.run().then((done) => done.violations.map((one) => one.id + " " + one.nodes.map((node) => node.html).join(" | ")))',
    );
    const surplus = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    await page.context().close();
    return { status, faults, surplus };
  }

  return { visit, judge, problems };
}
