// Papers in the console over HTTP: who may change what, what a wrong field says, what a change does to rows, log and documents.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { enlist } from '../src/source/enlist.ts';
import { publisherOf } from '../src/source/register.ts';
import { searchAudit } from '../src/store/audit.ts';
import { readCommentSetting } from '../src/store/comment-setting.ts';
import { readPolicy } from '../src/store/policy.ts';
import { publisherBySlug } from '../src/store/publisher.ts';
import { readKeeping } from '../src/store/publisher-desk.ts';
import { makePerson, openBrowserless, sessionOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
const site = await startTestSite(db);
const { get, send, signIn } = openBrowserless(site.url);
await makePerson(db, 'quan-tri');
await makePerson(db, 'bien-tap', 'editor');
const admin = sessionOf(await signIn('quan-tri'));
const editor = sessionOf(await signIn('bien-tap'));

const path = '/quan-tri/to-bao/bao-mau';
const change = (part: string, fields: Record<string, string>, cookie = admin) =>
  send(path, `${path}/${part}`, fields, cookie);
const purges = async () =>
  (await sql<{ count: number }>`select count(*)::int as count from purge`.execute(db)).rows[0]?.count;
const rights = {
  quyen: 'excerpt',
  so_ky_tu: '150',
  cho_phut: '30',
  het_han_ngay: '',
  tu_ngay: '2026-01-01',
  den_ngay: '2026-12-31',
  so_thoa_thuan: '7/TT',
  doi_tac: 'all',
};
let paper: { id: number; slug: string; sourceId: number };

beforeEach(async () => {
  await sql`truncate publisher, source, publisher_host, audit, purge, setting, comment_setting, partner restart identity cascade`.execute(
    db,
  );
  paper = await seedPublisher(db, { name: 'Báo Mẫu', slug: 'bao-mau', province: '14' });
});

test('rights and agreement are recorded together, told in the log, and everything held is made anew', async () => {
  const saved = await change('quyen', { ...rights, anh: '1' });
  const again = await change('quyen', { ...rights, anh: '1' });

  expect([saved.headers.get('location'), again.headers.get('location')]).toEqual([
    `${path}?da=luu`,
    `${path}?da=khong`,
  ]);
  expect(await publisherBySlug(db, 'bao-mau')).toMatchObject({
    rights: { show: 'excerpt', excerptChars: 150, images: true },
    agreement: {
      number: '7/TT',
      embargoMinutes: 30,
      expiryDays: null,
      from: '2026-01-01',
      until: '2026-12-31',
      partners: 'all',
    },
  });
  expect(await searchAudit(db, 'publisher.rights', 10, null)).toMatchObject([
    {
      actor: 'quan-tri',
      target: 'bao-mau',
      detail: { before: { rights: { show: 'full' } }, after: { rights: { show: 'excerpt' } } },
    },
  ]);
  expect(await purges()).toBe(1);
});

test.each([
  ['quyen', { ...rights, so_ky_tu: '0' }, 'Một số từ 1 đến 10.000'],
  ['quyen', { ...rights, den_ngay: '2025-12-31' }, 'không trước ngày đầu'],
  ['quyen', { ...rights, tu_ngay: '2026-02-30' }, 'Một ngày như'],
  ['quyen', { ...rights, doi_tac: 'listed' }, 'chọn ít nhất một'],
  ['bao', { ten: '', trang: 'https://bao-mau.example', tinh: '', dan_dau: '0', nhip: '' }, 'Cần tên'],
  ['bao', { ten: 'A', trang: 'javascript:a', tinh: '', dan_dau: '0', nhip: '' }, 'http hoặc https'],
  ['bao', { ten: 'A', trang: 'https://a.example', tinh: '99', dan_dau: '0', nhip: '' }, 'Không có tỉnh này'],
  ['bao', { ten: 'A', trang: 'https://a.example', tinh: '', dan_dau: '0', nhip: '2000' }, 'từ 1 đến 1.440'],
  ['mien', { ten_mien: 'không phải', mien_den: '' }, 'Cần một tên miền'],
  [
    'trang-bai',
    { doc_trang: 'needed', quy_tac: '{"body": "p["}' },
    'Bộ chọn chưa đúng: article body is no CSS selector',
  ],
  ['binh-luan', { moi_binh_luan: '', giu: 'all', dong_sau: '0', dong: '' }, 'Một số ngày từ 1'],
])(
  'a wrong field of "%s" is told at the field, what was typed stays, and nothing changes',
  async (part, fields, said) => {
    const answer = await change(part, fields);
    const text = await answer.text();

    expect(answer.status).toBe(422);
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain(said);
    expect(await searchAudit(db, 'publisher', 10, null)).toEqual([]);
  },
);

test('only an admin changes a paper; an editor sees the same fields at rest', async () => {
  const seen = await (await get(path, editor)).text();
  const refused = await change('quyen', rights, editor);

  expect(seen).toContain('<fieldset disabled>');
  expect(refused.status).toBe(403);
  expect((await get('/quan-tri/to-bao/khong-co', admin)).status).toBe(404);
});

test('name, province, turn to lead and pace are kept; a new name makes documents anew', async () => {
  const fields = { ten: 'Báo Mẫu mới', trang: 'https://bao-mau.example/', tinh: '01', dan_dau: '1', nhip: '15' };
  await change('bao', fields);

  expect(await publisherBySlug(db, 'bao-mau')).toMatchObject({ name: 'Báo Mẫu mới', province: '01' });
  expect(await readKeeping(db, paper.id)).toMatchObject({ leadWeight: 1, paceMinutes: 15 });
  expect(await purges()).toBe(1);
});

test('a domain that is recorded makes later sources this paper’s; another paper cannot have it', async () => {
  await seedPublisher(db, { name: 'Báo Khác', slug: 'bao-khac' });
  const kept = await change('mien', {
    ten_mien: 'https://www.BaoMauCu.org.vn/tin',
    mien_den: '2025-06-30',
    ghi_chu: 'trước khi nhập',
  });
  const taken = await send(
    '/quan-tri/to-bao/bao-khac',
    '/quan-tri/to-bao/bao-khac/mien',
    { ten_mien: 'baomaucu.org.vn', mien_den: '' },
    admin,
  );
  const found = publisherOf({ feedUrl: 'https://baomaucu.org.vn/rss', siteUrl: null, name: 'Báo Mẫu cũ' });
  const { publisher } = await enlist(
    db,
    found,
    { section: null, readPages: 'needed' },
    { url: 'https://baomaucu.org.vn/rss', title: null },
  );
  const dropped = await change('bo-mien', { ten_mien: 'baomaucu.org.vn' });

  expect([kept.status, taken.status, dropped.status]).toEqual([303, 422, 303]);
  expect(publisher.slug).toBe('bao-mau');
  expect((await readKeeping(db, paper.id))?.hosts).toEqual([]);
});

test('a paper that moves keeps the domain it leaves, and sources on either are its own', async () => {
  await change('bao', { ten: 'Báo Mẫu', trang: 'https://www.baomau.vn/', tinh: '14', dan_dau: '0', nhip: '' });
  const add = (host: string) => {
    const found = publisherOf({ feedUrl: `https://${host}/rss`, siteUrl: null, name: null });
    return enlist(db, found, { section: null, readPages: 'needed' }, { url: `https://${host}/rss/moi`, title: null });
  };
  const made = [await add('baomau.vn'), await add('bao-mau.example')];

  expect((await readKeeping(db, paper.id))?.hosts).toMatchObject([{ host: 'bao-mau.example' }]);
  expect(made.map(({ publisher }) => publisher.slug)).toEqual(['bao-mau', 'bao-mau']);
});

test('comments, removals and article pages are set for the paper', async () => {
  await change('binh-luan', { moi_binh_luan: 'khong', giu: 'unknown', dong_sau: '30', dong: '' });
  await change('go-bai', { tu_dong: '1' });
  await change('trang-bai', { doc_trang: 'always', quy_tac: '{"body": ".than-bai"}' });

  expect(await readCommentSetting(db, { scope: 'publisher', id: paper.id })).toEqual({
    isOffered: false,
    hold: 'unknown',
    closeDays: 30,
    isClosed: null,
  });
  expect(await readKeeping(db, paper.id)).toMatchObject({
    isWithdrawnAutomatically: true,
    articleRules: { body: '.than-bai' },
    sources: [{ readPages: 'always' }],
  });
});

test('the policy of the site is a profile with rules of its own, shown with what it lacks', async () => {
  const at = '/quan-tri/to-bao/quy-dinh';
  const empty = { needsAgreement: '', isExact: '', hasComments: '', leastAgencies: '', removalMinutes: '' };
  const refused = await send(at, at, { ho_so: 'aggregator', ...empty, embargoMinutes: '-1' }, admin);
  await send(at, at, { ho_so: 'aggregator', ...empty, embargoMinutes: '90', hasComments: 'co' }, admin);
  const shown = await (await get(at, editor)).text();

  expect(refused.status).toBe(422);
  expect(await readPolicy(db)).toMatchObject({
    profile: 'aggregator',
    embargoMinutes: 90,
    leastAgencies: 3,
    hasComments: true,
  });
  expect(shown).toContain('Chưa đủ số báo');
  expect(await searchAudit(db, 'policy.set', 10, null)).toMatchObject([
    { target: 'aggregator', detail: { embargoMinutes: 90 } },
  ]);
  expect(await purges()).toBe(1);
});
