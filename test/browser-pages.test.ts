// The public pages in a real browser, on a phone and on a desk: what people see, reach by keyboard, and what never happens.
// Screenshots land in test-results/ to be looked at.
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';
import { startTrialNewsroom } from '../src/trial/newsroom.ts';
import { papers } from '../src/trial/papers.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import type { TestSite } from './support/site.ts';
import { startTestSite } from './support/site.ts';
import { seedTrial } from './support/trial.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? '';
const results = new URL('../test-results/', import.meta.url).pathname;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

describe.skipIf(executablePath === '')('public pages in a browser', () => {
  let browser: Browser;
  let site: TestSite;
  let emptySite: TestSite;
  let storyPath = '';
  const problems: string[] = [];

  async function open(
    path: string,
    viewport: { width: number; height: number },
    scheme: 'light' | 'dark' = 'light',
    base = site,
  ): Promise<Page> {
    const context = await browser.newContext({
      viewport,
      colorScheme: scheme,
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`${path}: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`${path}: ${error.message}`));
    const answer = await page.goto(`${base.url}${path}`, { waitUntil: 'load' });
    expect(answer?.status(), path).toBe(path === '/khong-co' ? 404 : 200);
    return page;
  }

  // The second and the last screen, with the pictures that only load when they come near.
  async function shootBelow(page: Page, name: string): Promise<void> {
    for (const [part, top] of [
      ['below', 'innerHeight'],
      ['end', 'document.documentElement.scrollHeight'],
    ]) {
      await page.evaluate(`window.scrollTo(0, ${top})`);
      // Asked from outside, as the pages let nothing evaluate text.
      const areShown =
        '[...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight || image.getBoundingClientRect().bottom < 0)';
      await expect.poll(() => page.evaluate(areShown), { timeout: 10_000 }).toBe(true);
      await page.screenshot({ path: `${name}-${part}.png` });
    }
  }

  beforeAll(async () => {
    mkdirSync(results, { recursive: true });
    const now = new Date('2026-11-22T08:00:00Z');
    const newsroom = await startTrialNewsroom({
      now: () => now,
      startedAt: now,
      port: 0,
      log: createLog({ level: 'silent', isTerminal: false }),
    });
    afterFile(() => newsroom.stop());
    const db = await freshDatabase();
    storyPath = await seedTrial(db, newsroom, now);
    site = await startTestSite(db, { now: () => now, pictures: [new URL(newsroom.origin).host] });
    emptySite = await startTestSite(await freshDatabase(), { now: () => now });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    afterFile(() => browser.close());
  });

  const looks = (): [string, string, TestSite][] => [
    ['front', '/', site],
    ['province', '/tinh/son-la', site],
    ['story', storyPath, site],
    ['feeds', '/feeds', site],
    ['empty', '/', emptySite],
    ['missing', '/khong-co', site],
    ['english', '/?lang=en', site],
    ['search', '/tim-kiem?q=so%CC%81ng+-kh%C3%B4ng', site],
    ['search-none', '/tim-kiem?q=khongcogi&tinh=son-la', site],
    ['paper', `/bao/${papers[0]?.slug}`, site],
  ];

  it('fit a phone and a desk without sideways scrolling, in light and dark, without a word in the console', async () => {
    problems.length = 0;
    for (const [name, path, base] of looks()) {
      const page = await open(path, phone, 'light', base);
      for (const [size, viewport] of Object.entries({ phone, desk })) {
        for (const scheme of name === 'front' || name === 'story'
          ? (['light', 'dark'] as const)
          : (['light'] as const)) {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme: scheme });
          await page.evaluate('window.scrollTo(0, 0)');
          const width = await page.evaluate('document.documentElement.scrollWidth');
          expect([name, size, width]).toEqual([name, size, viewport.width]);
          await page.screenshot({ path: `${results}${name}-${size}-${scheme}.png` });
          if (name === 'story' || name === 'front') await shootBelow(page, `${results}${name}-${size}-${scheme}`);
        }
      }
      await page.context().close();
    }
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
  }, 180_000);

  it('show their first view from less than 14 kB of HTML and CSS, without any script', async () => {
    for (const [name, path, base] of looks().filter(([, , from]) => from === site)) {
      const page = await base.get(
        path.startsWith('/tin/') ? ((await base.get(path)).headers['location'] ?? path) : path,
      );
      const style = await base.get(/href="(\/static\/[^"]+)"/.exec(page.text)?.[1] ?? '');
      expect(style.status, name).toBe(200);
      expect(page.text, name).not.toMatch(/<script(?! (?:type="application\/ld\+json"|src="\/static\/[^"]+" defer))/);
      const bytes = gzipSync(page.body).length + gzipSync(style.body).length;
      expect(bytes, `${name}: ${bytes} bytes`).toBeLessThan(14_000);
    }
  });

  it('load less than 20 kB of script in all, none of it before the page is shown, nothing from elsewhere', async () => {
    const context = await browser.newContext({ viewport: phone });
    const page = await context.newPage();
    const asked = new Set<string>();
    context.on('request', (request) => asked.add(request.url()));
    for (const path of ['/', storyPath, '/tim-kiem', '/feeds', '/nhung']) {
      await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
      expect(await page.locator('script[src]:not([defer], [async])').count(), path).toBe(0);
    }
    expect([...asked].filter((url) => !url.startsWith(`${site.url}/`))).toEqual([]);
    const scripts = new Set([...asked].map((url) => new URL(url).pathname).filter((path) => path.endsWith('.js')));
    // The worker, the page's own, that of comments and that of the generator.
    expect(scripts.size).toBe(4);
    let bytes = 0;
    for (const path of scripts) bytes += (await site.get(path)).body.length;
    expect(bytes).toBeLessThan(20_000);
    await context.close();
  }, 60_000);

  it('let the keyboard skip to the content first, and show where it is', async () => {
    const page = await open('/', desk);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Đến nội dung chính');
    expect(await page.evaluate('getComputedStyle(document.activeElement).top')).not.toBe('-64px');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('noi-dung');
    const stops: string[] = [];
    for (let index = 0; index < 6; index++) {
      await page.keyboard.press('Tab');
      stops.push(String(await page.evaluate('document.activeElement.textContent.trim()')));
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(stops.slice(0, 3)).toEqual(['RSS', 'Atom', 'JSON Feed']);
    expect(stops[3]).toBe(await page.locator('h2 a').first().textContent());
    await page.context().close();
  });

  it('do not jump when pictures arrive', async () => {
    for (const path of ['/', storyPath]) {
      const context = await browser.newContext({ viewport: phone });
      const page = await context.newPage();
      await page.addInitScript(
        'window.jump = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jump += entry.value; }).observe({ type: "layout-shift", buffered: true })',
      );
      await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
      expect(Number(await page.evaluate('window.jump'))).toBeLessThan(0.02);
      await context.close();
    }
  });

  it('are read from the list to a story, to its paper and on to older news by links alone', async () => {
    const page = await open('/', phone);
    const headline = page.locator('h2 a').nth(2);
    const title = await headline.textContent();
    await headline.click();
    expect(await page.locator('h1').textContent()).toBe(title);
    await page.locator('.credit a').first().click();
    expect(page.url()).toContain('/bao/');
    await page.goto(`${site.url}/`);
    await page.locator('a[rel=next]').click();
    expect(page.url()).toContain('truoc=');
    expect(await page.locator('article').count()).toBeGreaterThan(0);
    await page.context().close();
  }, 60_000);

  it('break no rule of axe-core, on a phone and on a desk, in light and dark', async () => {
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    // The pages' own policy lets no foreign script in.
    const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const more: [string, string, TestSite][] = [
      ['embed generator', '/nhung', site],
      ['embed', '/nhung/tin-moi?anh=1', site],
      ['offline', '/ngoai-tuyen', site],
      ['comments', `${storyPath}/binh-luan`, site],
    ];
    for (const [name, path, base] of [...looks(), ...more]) {
      await page.goto(`${base.url}${path}`);
      await page.addScriptTag({ path: axe });
      for (const [viewport, colorScheme] of [
        [phone, 'light'],
        [desk, 'dark'],
      ] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate(
          "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')))",
        );
        expect(found, `${name} ${colorScheme}`).toEqual([]);
      }
    }
    await context.close();
  }, 240_000);

  it('have contrast of at least 4.5 wherever there is text', async () => {
    for (const path of ['/', storyPath, '/feeds']) {
      const page = await open(path, desk);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        const poor = await page.evaluate(`(() => {
          const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
          const light = (channels) => channels.slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (element) => { for (let at = element; at; at = at.parentElement) { const back = parse(getComputedStyle(at).backgroundColor); if (back.length < 4 || back[3] > 0) return back; } return [255, 255, 255]; };
          const found = [];
          for (const element of document.querySelectorAll('body *')) {
            if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')) continue;
            const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < 4.5) found.push(element.className + ' ' + element.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
          }
          return found;
        })()`);
        expect(poor, `${path} ${scheme}`).toEqual([]);
      }
      await page.context().close();
    }
  }, 60_000);
});
