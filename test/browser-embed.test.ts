// Embeds in a real browser on a partner's page of another origin with a strict CSP: what shows, what never happens.
// Screenshots land in test-results/ to be looked at.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureEditions } from '../src/store/edition.ts';
import { wantedEditions } from '../src/edition/editions.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedPicture, seedPublisher, seedStory } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { startTestSite } from './support/site.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? '';
const results = new URL('../test-results/', import.meta.url).pathname;
const scriptFile = new URL('../src/web/static/tin-tinh.js', import.meta.url);

it('the custom elements are one file of less than 6 kB as gzip', () => {
  expect(gzipSync(readFileSync(scriptFile)).length).toBeLessThan(6_000);
});

describe.skipIf(executablePath === '')('embeds in a browser', () => {
  let browser: Browser;
  let site: TestSite;
  let partnerUrl = '';
  let body = '';
  const problems: string[] = [];

  async function open(
    content: string,
    options: { width?: number; scheme?: 'light' | 'dark'; javaScriptEnabled?: boolean } = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    body = content;
    const context = await browser.newContext({
      viewport: { width: options.width ?? 390, height: 844 },
      colorScheme: options.scheme ?? 'light',
      javaScriptEnabled: options.javaScriptEnabled ?? true,
      locale: 'vi-VN',
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(partnerUrl, { waitUntil: 'networkidle' });
    return { page, context };
  }

  beforeAll(async () => {
    mkdirSync(results, { recursive: true });
    const db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-suoi', name: 'Báo Suối', province: '14' });
    const picture = 'data:image/png;base64,iVBORw0KGgo=';
    for (let i = 1; i <= 8; i++)
      await seedStory(db, paper, {
        title:
          i === 8
            ? '<img src=x onerror=alert(1)> Bản "Nà Lốc" & đường mới'
            : `Đường lên bản vùng cao số ${i} đã thông xe`,
        url: `https://bao-suoi.example/bai-${i}`,
        summary: 'Tóm tắt',
        media: [seedPicture(i === 1 ? picture : `https://bao-suoi.example/${i}.png`)],
        publishedAt: new Date(Date.now() - (9 - i) * 600_000),
        province: '14',
      });
    await ensureEditions(db, wantedEditions([{ slug: 'bao-suoi', name: 'Báo Suối' }]));
    site = await startTestSite(db);
    const server = createServer((_request, response) => {
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        // No inline script or style, no foreign pictures, Trusted Types: all that a careful partner may ask for.
        'Content-Security-Policy': `default-src 'none'; script-src ${site.url}; connect-src ${site.url}; frame-src ${site.url}; img-src 'none'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
      });
      response.end(
        `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Đường lên bản vùng cao số 2 đã thông xe</title></head><body>${body}</body></html>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    partnerUrl = `http://localhost:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    afterFile(async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    });
  });

  const script = () => `<script src="${site.url}/nhung/tin-tinh.js" async></script>`;

  it('the element shows the latest stories under a strict CSP, styled, named, linked, without cookies', async () => {
    const { page, context } = await open(
      `<h1>Trang đối tác</h1><tin-moi so="5"><a href="/">Tin mới</a></tin-moi>${script()}`,
    );
    const links = page.locator('tin-moi li a.t');
    await expect.poll(() => links.count()).toBe(5);
    expect(await links.first().textContent()).toBe('‹img src=x onerror=alert(1)› Bản "Nà Lốc" & đường mới');
    expect(await links.first().getAttribute('href')).toMatch(/^https:\/\/tin\.example\/tin\/\d+-/);
    expect(await page.locator('tin-moi .n').first().textContent()).toMatch(
      /^Theo Báo Suối · \d\d:\d\d \d\d\/\d\d\/\d{4}$/,
    );
    expect(await page.locator('tin-moi .n a').first().getAttribute('href')).toBe('https://bao-suoi.example/bai-8');
    const decoration = await page.evaluate(
      "getComputedStyle(document.querySelector('tin-moi').shadowRoot.querySelector('a.t')).textDecorationLine",
    );
    expect(decoration).toBe('none');
    expect(await page.getByRole('heading', { name: 'Tin mới' }).count()).toBe(1);
    expect(await page.getByRole('list').count()).toBe(1);
    expect(await context.cookies()).toEqual([]);
    expect(problems).toEqual([]);
    await page.screenshot({ path: `${results}embed-element-390.png` });
    await context.close();
  });

  it('the element finds related stories of its page and follows its attributes', async () => {
    const { page, context } = await open(
      `<tin-lien-quan url="https://bao-suoi.example/bai-2"><a href="/">Tin liên quan</a></tin-lien-quan><tin-moi so="2"></tin-moi>${script()}`,
    );
    await expect.poll(() => page.getByRole('heading', { name: 'Tin liên quan' }).count()).toBe(1);
    await page.locator('tin-moi').evaluate((element) => element.setAttribute('so', '3'));
    await expect.poll(() => page.locator('tin-moi li').count()).toBe(3);
    await context.close();
  });

  it('what stands inside the element stays when the list cannot be had', async () => {
    const { page, context } = await open(
      `<tin-moi><a href="/tin">Tin mới ở đây</a></tin-moi>${script()}`.replace('</tin-moi>', '</tin-moi>'),
    );
    await page.route('**/nhung/tin-moi.json*', (route) => route.abort());
    await page.reload({ waitUntil: 'networkidle' });
    expect(await page.getByRole('link', { name: 'Tin mới ở đây' }).isVisible()).toBe(true);
    problems.length = 0;
    await context.close();
  });

  it.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)('the iframe shows in a partner’s page, at %i px, %s', async (width, scheme) => {
    const { page, context } = await open(
      `<iframe src="${site.url}/nhung/tin-moi?so=6" title="Tin mới" width="100%" height="660"></iframe>`,
      { width, scheme, javaScriptEnabled: false },
    );
    const frame = page.frameLocator('iframe');
    await expect.poll(() => frame.locator('.tt-tin').count()).toBe(6);
    await page.screenshot({ path: `${results}embed-frame-${width}.png` });
    expect(problems).toEqual([]);
    await context.close();
  });

  it('no other page of ours may be framed', async () => {
    const { headers } = await site.get('/');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    const embed = await site.get('/nhung/tin-moi');
    expect(embed.headers['content-security-policy']).toContain('frame-ancestors *');
    expect(embed.headers['content-security-policy']).toContain("default-src 'none'");
    expect([embed.headers['set-cookie'], embed.headers['x-frame-options']]).toEqual([undefined, undefined]);
  });

  it('the generator makes code with script and without', async () => {
    const plain = await site.get('/nhung?hop=tin-moi&tinh=son-la&so=3&mau=%23006644');
    expect(plain.text).toContain('&lt;tin-moi tinh=&quot;son-la&quot; so=&quot;3&quot;&gt;');
    expect(plain.text).toContain('integrity=&quot;sha384-');
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(`${site.url}/nhung`, { waitUntil: 'networkidle' });
    await page.selectOption('select[name=tinh]', 'son-la');
    await expect.poll(() => page.locator('#ma-the').inputValue()).toContain('tinh="son-la"');
    await expect.poll(() => page.frameLocator('iframe.thu').locator('.tt-tin').count()).toBeGreaterThan(0);
    expect(await page.locator('#ket-qua button').count()).toBe(3);
    await page.screenshot({ path: `${results}embed-generator-1280.png`, fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: `${results}embed-generator-390.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(errors.filter((text) => !text.includes('bao-suoi.example'))).toEqual([]);
    await context.close();
  });

  it('the fragment for servers carries classes, no style, no script', async () => {
    const { headers, text } = await site.get('/nhung/manh/tin-moi?so=2&anh=1');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/^<section class="tin-tinh"/);
    expect(text).not.toMatch(/<script|<style|style=|onerror=alert\(1\)>/);
    expect(text.match(/class="tt-tin"/g)).toHaveLength(2);
    const tag = headers['etag'] ?? '';
    expect((await site.get('/nhung/manh/tin-moi?so=2&anh=1', { 'if-none-match': tag })).status).toBe(304);
  });
});
