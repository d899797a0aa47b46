// The screens of adding sources and keeping papers, judged by axe on a phone and on a desk; pictured in test-results/ to be looked at.
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { endWork, openWork } from '../src/store/desk-work.ts';
import { guessLists } from '../src/source/build-list.ts';
import { previewDocument } from '../src/source/preview-document.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, openDeskBrowser, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { seedPublisher } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const page = readFileSync(new URL('./fixtures/pages/cards-lazy.html', import.meta.url));
const { url, now } = JSON.parse(readFileSync(new URL('./fixtures/pages/cards-lazy.json', import.meta.url), 'utf8')) as {
  url: string;
  now: string;
};
const stored = { bytes: page, contentType: 'text/html', url, zone: 'Asia/Ho_Chi_Minh', now: new Date(now) };

test.skipIf(chromiumPath === '')(
  'no screen of adding and of papers breaks a rule of axe or is wider than the window',
  async () => {
    const db = await freshDatabase();
    const site = await startTestSite(db, { publicUrl: plainUrl, pictures: [] });
    const desk = await openDeskBrowser(() => site.url);
    const admin = await signedIn(db, 'admin');
    const paper = await seedPublisher(db, { name: 'Báo Mẫu', slug: 'bao-mau', province: '14' });
    await sql`insert into publisher_host (host, publisher_id, until_on, note) values ('baomau.org.vn', ${paper.id}, '2025-06-30', 'nhập với đài')`.execute(
      db,
    );
    const [guess] = guessLists(stored);
    const lists = guess?.rules.lists ?? [];
    const preview = previewDocument({
      ...stored,
      headers: { 'content-type': 'text/html' },
      kind: 'listing',
      rules: { lists },
    });
    const twin = {
      sourceId: paper.sourceId,
      url: 'https://bao-mau.example/rss',
      publisherSlug: 'bao-mau',
      why: 'items',
      share: 0.6,
    };
    const robots = { isAllowed: true, isExplicit: false, reason: 'rules', crawlDelaySeconds: 10 };
    const one = { kind: 'listing', url, title: 'Tin mới', by: 'page', movedTo: null, twin, robots, preview };
    const untried = { ...one, kind: 'syndication', url: `${url}/rss`, twin: null, robots: null, preview: null };
    const notes = [{ code: 'net.timeout', url: `${url}/sitemap.xml`, message: 'no answer' }];
    const keep = async (kind: string, result: object, body?: Buffer) => {
      const uid = await openWork(db, { kind, actor: admin.name, input: { url } });
      await endWork(db, uid, { result, ...(body === undefined ? {} : { body }) });
      return uid;
    };
    const found = await keep('discover', { siteUrl: url, title: null, candidates: [one, untried], notes, requests: 9 });
    const state = {
      url,
      contentType: 'text/html',
      guesses: guessLists(stored),
      lists,
      at: 0,
      picking: 'item',
      problem: 'outside',
    };
    const built = await keep('page', state, page);
    const row = {
      url: 'https://x.example/rss',
      title: 'Báo X',
      publisher: null,
      movedTo: null,
      twin: null,
      count: null,
      problem: null,
    };
    const results = ['added', 'moved', 'unsure', 'duplicate', 'dead', 'skipped'].map((result) => ({ ...row, result }));
    const imported = await keep('import', { rows: results, samples: null });
    const running = await openWork(db, { kind: 'import', actor: admin.name, input: {} });
    const waiting = await desk.visit(admin, `/quan-tri/nguon/nhap/${running}`, { viewport: phone });
    const bars = await waiting.locator('progress').count();
    await waiting.context().close();
    const paths = [
      '/quan-tri/nguon/them',
      `/quan-tri/nguon/viec/${found}`,
      `/quan-tri/nguon/viec/${found}/0`,
      `/quan-tri/nguon/chon/${built}`,
      '/quan-tri/nguon/nhap',
      `/quan-tri/nguon/nhap/${imported}`,
      '/quan-tri/to-bao',
      '/quan-tri/to-bao/bao-mau',
      '/quan-tri/to-bao/quy-dinh',
    ];
    const told: string[] = [];
    for (const viewport of [phone, wide])
      for (const [index, path] of paths.entries()) {
        // Screens of one plain column are the same on a desk.
        if (viewport === wide && ![1, 2, 3, 7].includes(index)) continue;
        const { status, faults, surplus } = await desk.judge(admin, path, viewport, `them-${index}`);
        if (status !== 200 || surplus !== 0 || (faults as string[]).length > 0)
          told.push(`${path} ${viewport.width}: ${status} ${String(surplus)} ${JSON.stringify(faults)}`);
      }

    expect(told).toEqual([]);
    expect(bars).toBe(1);
  },
  90_000,
);
