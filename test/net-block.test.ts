import { expect, test } from 'vitest';
import { blockedBy } from '../src/net/block.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const of = (status: number, headers: Record<string, string>, body: string) =>
  blockedBy(status, headers, Buffer.from(body));

test.each([
  ['cloudflare', 403, { ...html, 'cf-mitigated': 'challenge' }, 'Just a moment'],
  ['cloudflare', 503, html, '<script src="/cdn-cgi/challenge-platform/h/b/x"></script>'],
  ['datadome', 403, { 'x-datadome': 'protected' }, '{}'],
  ['datadome', 405, html, '<script src="https://ct.captcha-delivery.com/c.js"></script>'],
  ['akamai', 403, html, '<TITLE>Access Denied</TITLE><p>Reference&#32;&#35;18.abc'],
  ['imperva', 200, html, '<iframe src="/_Incapsula_Resource?x=1"></iframe>'],
  ['sucuri', 403, { ...html, 'x-sucuri-id': '14' }, 'x'],
  ['perimeterx', 403, html, '<div id="px-captcha"></div>'],
  ['aws_waf', 202, { 'x-amzn-waf-action': 'challenge' }, ''],
  ['vercel', 403, { 'x-vercel-mitigated': 'deny' }, ''],
  ['captcha', 429, html, '<div class="h-captcha"></div>'],
  ['challenge', 200, html, '<script>document.cookie="D=1; path=/";window.location.reload(true);</script>'],
])('a wall of %s is named (%i)', (name, status, headers, body) => {
  expect(of(status, headers, body)).toBe(name);
});

test.each([
  ['a feed', 200, { 'content-type': 'application/rss+xml' }, '<rss>document.cookie="a";location.reload()</rss>'],
  ['a page with a form', 200, html, '<div class="g-recaptcha"></div><article>Tin</article>'],
  [
    'a long page that sets a cookie',
    200,
    html,
    `<script>document.cookie="a";location.href="/m"</script>${'tin '.repeat(3_000)}`,
  ],
  ['a plain refusal', 403, html, '<h1>Forbidden</h1>'],
  ['a site behind Cloudflare', 200, { ...html, server: 'cloudflare', 'cf-ray': '1' }, '<p>Tin</p>'],
  ['a missing page', 404, html, 'captcha-delivery.com'],
  ['no change', 304, {}, ''],
])('%s is no wall', (_, status, headers, body) => {
  expect(of(status, headers, body)).toBeNull();
});

test('a hostile page is looked through in linear time', () => {
  const startedAt = performance.now();
  of(403, html, 'document.cookie='.repeat(20_000));
  of(403, html, '<title>Access Denied</title>'.repeat(20_000));
  expect(performance.now() - startedAt).toBeLessThan(500);
});
