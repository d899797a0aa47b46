// Public pages over real HTTP and a real database: what is shown, what is never shown, where addresses lead.
import { beforeAll, describe, expect, it } from 'vitest';
import { openDb } from '../src/store/db.ts';
import { freshDatabase, freshDatabaseUrl } from './support/database.ts';
import { seedEdition, seedPicture, seedPublisher, seedStory } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;';

function hrefs(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map((match) => match[1] ?? '');
}

async function withOneStory(
  story: Parameters<typeof seedStory>[2],
  publisher: Parameters<typeof seedPublisher>[1] = {},
): Promise<{ site: TestSite; path: string; id: number }> {
  const db = await freshDatabase();
  const paper = await seedPublisher(db, publisher);
  const { id } = await seedStory(db, paper, story);
  const site = await startTestSite(db);
  const front = await site.get('/');
  const [path = ''] = hrefs(front.text, /<h2><a href="([^"]+)"/g);
  return { site, path, id };
}

describe('the front page', () => {
  it('explains on an empty store how to add a source', async () => {
    const site = await startTestSite(await freshDatabase());
    const page = await site.get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('sources add');
    expect(page.text).toContain('Chưa có tin');
  });

  it('says that sources are being read when there are sources and no story yet', async () => {
    const db = await freshDatabase();
    await seedPublisher(db);
    const page = await (await startTestSite(db)).get('/');
    expect(page.text).toContain('Các nguồn đang được đọc');
    expect(page.text).not.toContain('sources add');
  });

  it('announces the general feed in three formats on every page', async () => {
    const db = await freshDatabase();
    await seedPublisher(db, { slug: 'bao-son-la' });
    const site = await startTestSite(db);
    for (const path of ['/', '/tinh/son-la', '/chuyen-muc/kinh-te', '/bao/bao-son-la', '/feeds', '/khong-co']) {
      const { text } = await site.get(path);
      for (const ending of ['rss', 'atom', 'json'])
        expect(text).toContain(`href="${publicUrl}/feeds/tin-moi.${ending}"`);
    }
    expect((await site.get('/tinh/son-la')).text).toContain(
      `type="application/feed+json" title="Tin mới Sơn La (JSON Feed)" href="${publicUrl}/feeds/tinh/son-la/tin-moi.json"`,
    );
  });

  it('marks the trial newsroom on lists and stories, and marks nothing when all papers are real', async () => {
    const sample = await withOneStory({ title: 'Tin mẫu' }, { isSample: true });
    expect((await sample.site.get('/')).text).toContain('Toà soạn thử (mẫu)');
    expect((await sample.site.get(sample.path)).text).toContain('Toà soạn thử (mẫu)');
    const real = await withOneStory({ title: 'Tin thật' });
    expect((await real.site.get('/')).text).not.toContain('Toà soạn thử');
  });
});

describe('foreign texts', () => {
  it('show markup in a headline, summary, byline, caption and paper name as text', async () => {
    const { site, path } = await withOneStory(
      {
        title: hostile,
        summary: hostile,
        authors: [hostile],
        bodyHtml: '<p>Thân bài.</p>',
        media: [seedPicture('https://paper.example/a.png', hostile)],
      },
      { name: hostile, slug: 'bao-xau' },
    );
    for (const address of ['/', path, '/bao/bao-xau', '/feeds']) {
      const { text, status } = await site.get(address);
      expect(status, address).toBe(200);
      // What stands inside quotes is a value and harmless; only names of elements and attributes could run.
      const names = text.replace(/"[^"]*"/g, '""');
      expect(names, address).not.toMatch(/<script(?! (?:type="">{|src="" defer>))|<[^>]*\sonerror/);
      expect(names, address).not.toMatch(/<img(?! src="")/);
    }
    expect((await site.get('/')).text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('never link to anything but http and https', async () => {
    const { site, path } = await withOneStory({
      title: 'Liên kết lạ',
      url: 'javascript:alert(1)',
      bodyHtml: '<p>a</p>',
      media: [seedPicture('data:image/svg+xml,<svg/>')],
    });
    const { text } = await site.get(path);
    expect(text).not.toContain('javascript:');
    expect(text).not.toContain('data:image');
  });
});

describe('a story page', () => {
  it('names the paper, its time and the original before the text', async () => {
    const { site, path } = await withOneStory(
      {
        title: 'Được mùa nhãn',
        bodyHtml: '<p>Thân bài đầy đủ.</p>',
        url: 'https://baosonla.example/nhan',
        publishedAt: new Date('2023-02-15T01:30:00Z'),
      },
      { name: 'Báo Sơn La', slug: 'bao-son-la' },
    );
    const { text } = await site.get(path);
    const flat = text
      .slice(text.indexOf('<h1>'))
      .replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ');
    expect(flat).toContain('Được mùa nhãn Theo Báo Sơn La · 08:30 15/02/2023 · Đọc bài gốc');
    expect(text.indexOf('https://baosonla.example/nhan"')).toBeLessThan(text.indexOf('Thân bài đầy đủ.'));
  });

  it('shows no word and no picture beyond a right to the headline', async () => {
    const { site, path } = await withOneStory(
      {
        title: 'Chỉ tiêu đề',
        summary: 'Sapo kín.',
        bodyHtml: '<p>Thân kín.</p>',
        media: [seedPicture('https://paper.example/kin.png')],
      },
      { rights: { show: 'headline', images: false } },
    );
    for (const address of ['/', path]) {
      const { text } = await site.get(address);
      expect(text).toContain('Chỉ tiêu đề');
      expect(text).not.toMatch(/Sapo kín|Thân kín|kin\.png/);
    }
  });

  it('lists the other papers that carry it', async () => {
    const db = await freshDatabase();
    const lead = await seedPublisher(db);
    const other = await seedPublisher(db, { name: 'Báo Lào Cai' });
    const { id } = await seedStory(db, lead, { title: 'tin chung', others: [other] });
    const site = await startTestSite(db);
    expect((await site.get(`/tin/${id}-tin-chung`)).text).toMatch(
      /Các báo đăng tin này[\s\S]*đăng đầu tiên[\s\S]*Báo Lào Cai/,
    );
    expect((await site.get('/')).text).toContain('và 1 báo khác');
  });

  it('moves any other slug to the canonical one for good', async () => {
    const { site, id } = await withOneStory({ title: 'Sông Đà cạn nước' });
    for (const path of [`/tin/${id}`, `/tin/${id}-cu`, `/tin/${id}-`]) {
      const answer = await site.get(path);
      expect([answer.status, answer.headers['location']]).toEqual([301, `/tin/${id}-song-da-can-nuoc`]);
    }
    expect((await site.get(`/tin/${id}?lang=en`)).headers['location']).toBe(`/tin/${id}-song-da-can-nuoc?lang=en`);
  });

  it('is 410 with an explanation when withdrawn, 404 when hidden or unknown, 301 to the target when merged', async () => {
    const db = await freshDatabase();
    const paper = await seedPublisher(db);
    const target = await seedStory(db, paper, { title: 'Tin đích' });
    const between = await seedStory(db, paper, { title: 'Tin giữa', status: 'merged', mergedInto: target.id });
    const merged = await seedStory(db, paper, { title: 'Tin gộp', status: 'merged', mergedInto: between.id });
    const withdrawn = await seedStory(db, paper, {
      title: 'Tin bị gỡ',
      status: 'withdrawn',
      bodyHtml: '<p>không được thấy</p>',
    });
    const hidden = await seedStory(db, paper, { title: 'Tin ẩn', status: 'hidden' });
    const site = await startTestSite(db);
    const gone = await site.get(`/tin/${withdrawn.id}-tin-bi-go`);
    expect(gone.status).toBe(410);
    expect(gone.text).toContain('đã gỡ');
    expect(gone.text).not.toContain('Tin bị gỡ');
    expect(gone.text).not.toContain('không được thấy');
    expect((await site.get(`/tin/${hidden.id}-tin-an`)).status).toBe(404);
    expect((await site.get('/tin/999999')).status).toBe(404);
    expect((await site.get('/tin/khong-phai-so')).status).toBe(404);
    expect((await site.get(`/tin/${merged.id}-tin-gop`)).headers['location']).toBe(`/tin/${target.id}-tin-dich`);
  });
});

describe('older pages', () => {
  it('pass over every story once, also where many share a moment, and never reshuffle when news arrives', async () => {
    const db = await freshDatabase();
    const paper = await seedPublisher(db);
    const moment = Date.parse('2026-11-20T00:00:00Z');
    // 60 stories, in five groups of the same millisecond.
    for (let index = 0; index < 60; index++)
      await seedStory(db, paper, { title: `Bài ${index}`, listedAt: new Date(moment + (index % 5)) });
    const site = await startTestSite(db);
    const seen: string[] = [];
    let path: string | undefined = '/';
    while (path !== undefined) {
      const { text } = await site.get(path);
      seen.push(...hrefs(text, /<h2><a href="\/tin\/\d+-(bai-\d+)"/g));
      path = hrefs(text, /rel="next" href="([^"]+)"/g)[0];
      await seedStory(db, paper, { title: 'Tin vừa về' });
    }
    expect(seen.length).toBe(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('take a cursor that nobody wrote for the first page', async () => {
    const { site } = await withOneStory({ title: 'Một tin' });
    const answer = await site.get('/?truoc=%27%3B--');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Một tin');
  });
});

describe('lists by place, section and paper', () => {
  it('hold what belongs to them and nothing else', async () => {
    const db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-son-la', name: 'Báo Sơn La' });
    await seedStory(db, paper, { title: 'ở Sơn La', province: '14', section: 'kinh-te' });
    await seedStory(db, await seedPublisher(db, { slug: 'bao-khac' }), {
      title: 'ở Huế',
      province: '46',
      section: 'the-thao',
    });
    const site = await startTestSite(db);
    for (const path of ['/tinh/son-la', '/chuyen-muc/kinh-te', '/bao/bao-son-la']) {
      const { text } = await site.get(path);
      const main = text.slice(text.indexOf('<main'), text.indexOf('</main>'));
      expect(main, path).toContain('ở Sơn La');
      expect(main, path).not.toContain('ở Huế');
    }
    expect((await site.get('/tinh/hue')).text).toContain('ở Huế');
  });

  it('lead a former province to today’s, and other spellings to the plain one', async () => {
    const site = await startTestSite(await freshDatabase());
    expect((await site.get('/tinh/ha-giang')).headers['location']).toBe('/tinh/tuyen-quang');
    expect((await site.get('/Tinh/Son-La/')).headers['location']).toBe('/tinh/son-la');
    for (const path of ['/tinh/khong-co', '/chuyen-muc/khong-co', '/bao/khong-co'])
      expect((await site.get(path)).status).toBe(404);
  });
});

describe('the catalogue of feeds', () => {
  it('lists all editions in three formats, as a page and as OPML, without the retired', async () => {
    const db = await freshDatabase();
    await seedEdition(db, { path: 'tin-moi' });
    await seedEdition(db, { path: 'tinh/son-la/tin-moi', title: 'Tin mới Sơn La', filter: { province: '14' } });
    await seedEdition(db, { path: 'bao/a/tin-moi', title: 'Tin <mới> & "A"', filter: { publisher: 'a' } });
    await seedEdition(db, { path: 'bao/b/tin-moi', title: 'B', filter: { publisher: 'b' }, retiredAt: new Date() });
    const site = await startTestSite(db);
    const page = await site.get('/feeds');
    for (const ending of ['rss', 'atom', 'json'])
      expect(page.text).toContain(`href="/feeds/tinh/son-la/tin-moi.${ending}"`);
    expect(page.text).not.toContain('bao/b/');
    const opml = await site.get('/opml');
    expect(opml.headers['content-type']).toBe('text/x-opml; charset=utf-8');
    expect(hrefs(opml.text, /xmlUrl="([^"]+)"/g)).toEqual(
      ['tin-moi', 'tinh/son-la/tin-moi', 'bao/a/tin-moi'].map((path) => `${publicUrl}/feeds/${path}.rss`),
    );
    expect(opml.text).toContain('text="Tin &lt;mới&gt; &amp; &quot;A&quot;"');
    expect(opml.text).toContain(`htmlUrl="${publicUrl}/tinh/son-la"`);
    expect((await site.get('/opml?dinh-dang=atom')).text).toContain(`${publicUrl}/feeds/tin-moi.atom`);
  });
});

describe('every answer', () => {
  it('carries the security headers, errors and redirects included', async () => {
    const site = await startTestSite(await freshDatabase());
    for (const path of [
      '/',
      '/khong-co',
      '/rss',
      '/feeds/khong-co.rss',
      '/robots.txt',
      '/healthz/live',
      '/healthz/ready',
      '/icon.svg',
      '/favicon.ico',
      '/%00',
      '/tin/1',
    ]) {
      const { headers, status } = await site.get(path);
      expect(headers['x-content-type-options'], `${path} ${status}`).toBe('nosniff');
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy'], path).not.toMatch(/unsafe|script-src (?!'self';)/);
      expect(headers['referrer-policy'], path).toBeDefined();
    }
  });

  it('is the same whatever Host claims', async () => {
    const { site, path } = await withOneStory({ title: 'Một tin', url: 'https://paper.example/a' });
    for (const address of ['/', path, '/opml', '/tinh/ha-giang', '/rss']) {
      const plain = await site.get(address);
      for (const host of ['evil.example', 'evil.example:99999', '"><script>', '']) {
        const answer = await site.get(`${address}?_=${encodeURIComponent(host)}`, { host });
        expect([answer.status, answer.text, answer.headers['location']]).toEqual([
          plain.status,
          plain.text,
          plain.headers['location'],
        ]);
      }
    }
  });

  it('to a method that writes is 405 and says what is allowed', async () => {
    const site = await startTestSite(await freshDatabase());
    const answer = await site.get('/', {}, 'POST');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('is a plain 503 with Retry-After when the database is away, without a trace of the inside', async () => {
    const db = openDb('postgres://nobody@127.0.0.1:1/none');
    const site = await startTestSite(db);
    for (const path of ['/', '/tin/1', '/feeds/tin-moi.rss', '/opml', '/healthz/ready']) {
      const { status, headers, text } = await site.get(path);
      expect([path, status, headers['retry-after']]).toEqual([path, 503, '5']);
      expect(text).not.toMatch(/ECONNREFUSED|node_modules|\bat .*\.ts/);
    }
    expect((await site.get('/healthz/live')).status).toBe(200);
    await db.destroy();
  });

  it('for a page seen before still comes, with its age, while the database is away', async () => {
    const url = await freshDatabaseUrl();
    const db = openDb(url);
    await seedStory(db, await seedPublisher(db), { title: 'Còn nhớ' });
    let ahead = 0;
    const site = await startTestSite(db, { now: () => new Date(Date.now() + ahead) });
    expect((await site.get('/')).text).toContain('Còn nhớ');
    await db.destroy();
    ahead = 60_000;
    const later = await site.get('/');
    expect(later.status).toBe(200);
    expect(later.text).toContain('Còn nhớ');
    expect(Number(later.headers['age'])).toBeGreaterThanOrEqual(60);
  });

  it('for a page is revalidated by its tag and compressed as asked', async () => {
    const { site } = await withOneStory({ title: 'Một tin' });
    const plain = await site.get('/');
    const zipped = await site.get('/', { 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers['etag']).not.toBe(plain.headers['etag']);
    const again = await site.get('/', { 'accept-encoding': 'gzip', 'if-none-match': zipped.headers['etag'] ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });
});

describe('English', () => {
  let site: TestSite;
  beforeAll(async () => {
    ({ site } = await withOneStory({ title: 'Một tin', province: '14' }));
  });

  it('is spoken by the same pages with lang=en, whose links stay in English', async () => {
    const { text } = await site.get('/?lang=en');
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('Latest news');
    expect(hrefs(text, /<h2><a href="([^"]+)"/g)[0]).toMatch(/\?lang=en$/);
  });
});
