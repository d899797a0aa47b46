// The story page: who had it first, what changed, and what machines are told, over real HTTP and a real database.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const hostile = '</script><script>alert(1)</script>';

async function open(title: string, more: object = {}, publisher: object = {}) {
  const db = await freshDatabase();
  const paper = await seedPublisher(db, { slug: 'bao-a', name: 'Báo A', ...publisher });
  const other = await seedPublisher(db, { name: 'Báo B' });
  const { id } = await seedStory(db, paper, {
    title,
    publishedAt: new Date('2026-11-20T05:00:00Z'),
    others: [other],
    ...more,
  });
  const site = await startTestSite(db);
  const read = async () => {
    const moved = await site.get(`/tin/${id}`);
    return site.get(moved.headers['location'] ?? '');
  };
  return { db, id, read, other };
}

function jsonLdOf(text: string): Record<string, unknown> {
  const [, data = ''] = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(text) ?? [];
  return JSON.parse(data) as Record<string, unknown>;
}

it('tells who had it first, and which of them is shown', async () => {
  const { db, read, other } = await open('Tin chung');
  await sql`update entry set published_at = '2026-11-20T01:30:00Z' where publisher_id = ${other.id}`.execute(db);

  const box = /<section class="box chain"[\s\S]*?<\/section>/.exec((await read()).text)?.[0] ?? '';

  expect(
    box
      .replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  ).toBe('Các báo đăng tin này Báo B 08:30 20/11/2026 đăng đầu tiên Báo A 12:00 20/11/2026 bản đang đọc');
});

it('marks an update of the words it shows, and only then', async () => {
  const { db, id, read } = await open('Tin đổi');
  expect((await read()).text).not.toContain('Cập nhật');
  await sql`update story set title = 'Tin đã đổi', changed_at = '2026-11-21T02:00:00Z' where id = ${id}`.execute(db);

  const site = await startTestSite(db);
  const { text } = await site.get((await site.get(`/tin/${id}`)).headers['location'] ?? '');
  expect(text).toContain('<time datetime="2026-11-21T02:00:00.000Z">Cập nhật 09:00 21/11/2026</time>');
  expect(text).toContain('<meta property="article:modified_time" content="2026-11-21T02:00:00.000Z">');
});

it('tells machines what it is, no more than it shows, and nothing in it ends the element', async () => {
  const { id, read } = await open(
    hostile,
    { summary: `Kín ${hostile}`, bodyHtml: '<p>Kín.</p>', url: 'https://a.example/bai' },
    { rights: { show: 'headline', images: false } },
  );
  const { text } = await read();
  const data = jsonLdOf(text);

  expect(text).not.toContain('<script>');
  expect(text).not.toContain('Kín');
  expect(data).toMatchObject({
    '@type': 'NewsArticle',
    headline: '‹/script›‹script›alert(1)‹/script›',
    datePublished: '2026-11-20T05:00:00.000Z',
    dateModified: '2026-11-20T05:00:00.000Z',
    publisher: { name: 'Báo A' },
    isBasedOn: 'https://a.example/bai',
  });
  expect(String(data['url'])).toContain(`${publicUrl}/tin/${id}-`);
});

it('names the paper as the home of an article that is shown whole, and itself where it is not', async () => {
  const whole = await (await open('Bài đủ', { bodyHtml: '<p>Đủ.</p>', url: 'https://a.example/du' })).read();
  const line = await (
    await open('Bài ngắn', { url: 'https://a.example/ngan' }, { rights: { show: 'headline', images: false } })
  ).read();

  expect(whole.text).toContain('<link rel="canonical" href="https://a.example/du">');
  expect(line.text).toContain(`<link rel="canonical" href="${publicUrl}/tin/`);
});

it('shows a picture without a link that has no name, and signs once', async () => {
  const { read } = await open('Tin có ảnh', {
    authors: ['Hà Thị Xoan'],
    bodyHtml:
      '<p>Chữ đầu.</p><p><a href="https://bao-a.example/lon"><img src="https://bao-a.example/1.png" alt=""></a></p><p>Chữ cuối.</p><p><b>HÀ THỊ XOAN</b></p>',
  });
  const { text } = await read();

  expect(text).not.toContain('bao-a.example/lon');
  expect(text).not.toContain('class="byline"');
});
