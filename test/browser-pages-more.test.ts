// Searching, English and reading without a network, in a real browser.
import { existsSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { followStories } from '../src/edition/search-index.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? '';

const corpus = new URL('../../shared/battery/xss-corpus.json', import.meta.url).pathname;

describe.skipIf(executablePath === '')('public pages in a browser', () => {
  let browser: Browser;
  let site: TestSite;

  beforeAll(async () => {
    const db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-a', name: 'Báo A' });
    await seedStory(db, paper, { title: 'Hòa Bình mở hội xuân', province: '25', summary: 'Sapo của hội xuân.' });
    await seedStory(db, paper, { title: 'Hoa Binh viết không dấu' });
    await followStories({ db, signal: new AbortController().signal });
    site = await startTestSite(db);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    afterFile(() => browser.close());
  });

  it('are searched by the keyboard alone, without script, with marks in either order of code points', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/tim-kiem`);
    await page.focus('#q');
    await page.keyboard.type('Hoà Bình'.normalize('NFD'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=/);

    expect(await page.locator('article h2').allTextContents()).toEqual([
      'Hòa Bình mở hội xuân',
      'Hoa Binh viết không dấu',
    ]);
    await page.fill('#q', 'hoa binh');
    await page.locator('summary').first().click();
    await page.selectOption('#tinh', 'phu-tho');
    await page.locator('.search button').click();
    await page.waitForURL(/tinh=phu-tho/);
    expect(await page.locator('article h2').allTextContents()).toEqual(['Hòa Bình mở hội xuân']);
    await context.close();
  }, 60_000);

  it('that were read can be read again without a network', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true);
    await page.goto(site.url);
    await page.locator('h2 a').first().click();
    const title = await page.locator('h1').textContent();
    const address = page.url();
    await expect
      .poll(() =>
        page.evaluate(
          `caches.open('tin-trang-1').then((cache) => cache.match(${JSON.stringify(address)})).then(Boolean)`,
        ),
      )
      .toBe(true);
    await context.setOffline(true);
    await page.goto(`${site.url}/`);
    expect(await page.locator('article').count()).toBe(2);
    await page.goto(address);
    expect(await page.locator('h1').textContent()).toBe(title);
    // What was not read says so, and leads to what was; so does a page that is never kept.
    for (const [path, heading] of [
      ['/tinh/phu-tho', 'Không có mạng'],
      ['/tim-kiem?q=hoa&lang=en', 'No network'],
    ]) {
      await page.goto(`${site.url}${path}`);
      expect(await page.locator('h1').textContent()).toBe(heading);
      expect(await page.locator('#da-doc a').allTextContents()).toContain(title);
    }
    await page.locator('#da-doc a', { hasText: title ?? '' }).click();
    expect(await page.locator('h1').textContent()).toBe(title);
    await context.close();
  }, 60_000);

  it('that were left open for days do not go on saying how long ago it was', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    for (const [lang, later, expected] of [
      ['vi', '02:10:00', '2 giờ trước'],
      ['en', '49:00:00', '2 days ago'],
    ] as const) {
      await page.goto(`${site.url}/?lang=${lang}`);
      const time = page.locator('.meta time').first();
      await page.clock.runFor(later);
      expect(await time.textContent()).toBe(expected);
    }
    await context.close();
  }, 60_000);

  it.skipIf(!existsSync(corpus))(
    'searched for hostile strings run nothing, and give them back as they were typed',
    async () => {
      const { vectors } = JSON.parse(readFileSync(corpus, 'utf8')) as { vectors: { s: string; split: string }[] };
      const hostile = [...new Set(vectors.filter((one) => one.split === 'dev').map((one) => one.s))];
      expect(hostile.length).toBeGreaterThan(50);
      const problems: string[] = [];
      const context = await browser.newContext({ serviceWorkers: 'block' });
      const page = await context.newPage();
      page.on('dialog', (dialog) => {
        problems.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        // What the policy had to stop would have run without it.
        if (message.type() === 'error') problems.push(message.text());
      });
      const foreign = 'iframe,svg,object,embed,style,base,video,audio,math,template,[onerror],[onload],[onclick]';
      const pathOf = (s: string) => `/tim-kiem?${new URLSearchParams({ q: s }).toString()}`;
      for (const s of hostile) {
        const { status, text } = await site.get(pathOf(s));
        expect([s, status, /[<"]/.test(s) && text.includes(s)]).toEqual([s, 200, false]);
      }
      // A browser takes its time for each, so it looks at some of them.
      for (const s of hostile.filter((_s, index) => index % 5 === 0)) {
        await page.goto(`${site.url}${pathOf(s)}`);
        expect([s, await page.locator(`script:not([src^="/static/"]), :is(${foreign})`).count()]).toEqual([s, 0]);
      }
      // By hand, as a reader would.
      await page.fill('#q', '<img src=x onerror=alert(1)>');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=%3Cimg/);
      expect(await page.textContent('h1')).toContain('onerror');
      expect(await page.locator('h1 *, main img').count()).toBe(0);
      await page.mouse.move(200, 300);
      expect(problems).toEqual([]);
      await context.close();
    },
    90_000,
  );

  it('can be installed: manifest and icons are there', async () => {
    const { headers, text } = await site.get('/manifest.webmanifest');
    const manifest = JSON.parse(text) as { icons: { src: string }[] };

    expect(headers['content-type']).toBe('application/manifest+json; charset=utf-8');
    for (const icon of manifest.icons) expect((await site.get(icon.src)).status).toBe(200);
  });
});
