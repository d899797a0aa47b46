// Sign-in by another service in a real browser: its cookies have to survive the way to another site and back.
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, plainUrl } from './support/desk-browser.ts';
import { client, startProvider } from './support/oidc-provider.ts';
import { startTestSite } from './support/site.ts';

it.skipIf(chromiumPath === '')(
  'a person goes to the service and comes back signed in, without script',
  async () => {
    const provider = await startProvider({ claims: { sub: 'u-1', preferred_username: 'lan.anh', groups: ['bt'] } });
    const oidc = {
      issuer: provider.issuer,
      clientId: client.id,
      clientSecret: client.secret,
      name: 'Toà soạn',
      claim: 'groups',
      roles: [{ word: 'bt', role: 'editor' as const }],
    };
    const site = await startTestSite(await freshDatabase(), {
      publicUrl: plainUrl,
      pictures: [provider.authority],
      oidc,
    });
    const here = `MAP ${new URL(plainUrl).host}:80 ${new URL(site.url).host}`;
    const args = ['--no-sandbox', `--host-resolver-rules=${here}`];
    const browser = await chromium.launch({ executablePath: chromiumPath, args });
    afterFile(() => browser.close());
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(`${plainUrl}/quan-tri/vao`);
    await page.getByRole('link', { name: 'Đăng nhập bằng Toà soạn' }).click();

    await page.waitForURL(`${plainUrl}/quan-tri`);
    expect(await page.getByRole('link', { name: 'lan.anh' }).isVisible()).toBe(true);
  },
  30_000,
);
