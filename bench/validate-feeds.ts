// Every kind of document we publish → a table of its checks: well-formed, the validators' rules, read back by other readers.
// `--out DIR` also writes the documents there, to be given to a validator; `--db URL --public-url URL` takes a database's editions instead of samples.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DocumentFormat } from '../src/domain.ts';
import { buildDocument, type FeedDocument } from '../src/edition/document.ts';
import { wantedEditions } from '../src/edition/editions.ts';
import { forMsn } from '../src/edition/dialect.ts';
import { buildRelatedDocument } from '../src/edition/related-document.ts';
import { familyOf, renderDocument } from '../src/edition/render.ts';
import { verifyDocument } from '../src/edition/verify.ts';
import { ownPolicy } from '../src/edition/rights-terms.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { noAgreement } from '../src/store/agreement.ts';
import type { ListedStory } from '../src/store/story.ts';
import { otherDocuments } from './validate-others.ts';
import { brokenRules } from './validate-rules.ts';

const now = new Date();
const publicUrl = 'https://tin.example.vn';

function sampleStory(id: number, part: Partial<ListedStory> = {}): ListedStory {
  const at = new Date(now.getTime() - (100 - id) * 600_000);
  const image = {
    url: `https://songxanh.example.vn/anh/${id}.jpg`,
    type: 'image/jpeg',
    medium: 'image' as const,
    length: 51_200,
    width: 1200,
    height: 800,
    title: 'Ruộng bậc thang mùa nước đổ',
    credit: 'Lò Thị Mai',
  };
  return {
    id,
    uid: `0190f1c2-7a6b-4c3d-8e9f-${String(id).padStart(12, '0')}`,
    status: 'live',
    title: `Xã vùng cao thứ ${id} có đường bê tông mới`,
    summary:
      'Con đường dài sáu cây số nối ba bản đã hoàn thành sau một mùa khô, giúp bà con đưa nông sản ra chợ trong buổi sáng.',
    province: '14',
    section: 'xa-hoi',
    image,
    firstAt: at,
    listedAt: at,
    changedAt: at,
    publisherId: 1,
    leadEntryId: id,
    url: `https://songxanh.example.vn/xã-hội/bài-viết.aspx?id=${id}&mục=đời sống`,
    bodyHtml:
      '<h2>Ba bản, một con đường</h2><p>Trưởng bản <strong>Giàng A Sử</strong> kể lại: “Trước đây đi bộ mất nửa ngày.”</p><figure><img src="https://songxanh.example.vn/anh/2.jpg" alt="Ngày thông xe"><figcaption>Ngày thông xe</figcaption></figure><ul><li>Dài 6 km</li><li>Rộng 3,5 m</li></ul><table><tr><th>Bản</th><th>Hộ</th></tr><tr><td>Nà Tâu</td><td>64</td></tr></table><blockquote>Giá nông sản &lt; 5.000 đồng &amp; sẽ tăng</blockquote>',
    authors: ['Lò Thị Mai', 'Hoàng Văn Nam'],
    categories: ['Xã hội', 'Giao thông & vận tải'],
    media: [image],
    publishedAt: at,
    isDateGuess: false,
    updatedAt: null,
    seenAt: at,
    publisher: {
      id: 1,
      slug: 'bao-song-xanh',
      name: 'Báo Sông Xanh',
      siteUrl: 'https://songxanh.example.vn',
      province: '14',
      zone: 'Asia/Ho_Chi_Minh',
      rights: { show: 'full', excerptChars: 300, images: true },
      agreement: noAgreement,
      isSample: false,
    },
    others: [{ publisherName: 'Báo Núi Cao', url: `https://nuicao.example.vn/${id}`, publishedAt: at }],
    ...part,
  };
}

function withRights(
  story: ListedStory,
  rights: Partial<ListedStory['publisher']['rights']>,
  isSample = false,
): ListedStory {
  return { ...story, publisher: { ...story.publisher, isSample, rights: { ...story.publisher.rights, ...rights } } };
}

const fifty = Array.from({ length: 50 }, (_, i) => sampleStory(50 - i));
const oneMoment = fifty.map((story) => ({ ...story, changedAt: now, firstAt: now }));
const hostile = [
  sampleStory(4, {
    title: '<b>Tít</b> &amp;amp; “đánh dấu” ]]> \u0000\u0085\ud800 R&D & &copy; <script>',
    bodyHtml: '<p>a<div>b<table><td>c</p></table><b><i>x</b></i> & &bogus; \u0007',
    authors: ['<i>A</i> & B'],
    categories: ['a < b', 'x</p>'],
  }),
  sampleStory(3, {
    url: 'javascript:alert(1)',
    title: '',
    summary: '',
    firstAt: new Date(Number.NaN),
    changedAt: new Date('2099-01-01'),
  }),
  sampleStory(2, { url: null, title: 'ế'.normalize('NFD').repeat(2000), others: [] }),
  sampleStory(1, { title: '\u202eđảo ngược\u202c 👨‍👩‍👧', firstAt: new Date(0) }),
];

/** A document and the forms it is published in; the dialects are for editions only. */
type Kind = { name: string; document: FeedDocument; formats?: readonly DocumentFormat[] };

const plain = ['rss', 'atom', 'json'] as const;
const every = ['rss', 'atom', 'json', 'partner', 'google', 'msn'] as const;

function sampleKinds(): Kind[] {
  const edition = { path: 'tin-moi', title: 'Tin mới', changedAt: now };
  const options = { publicUrl, now, policy: ownPolicy };
  const make = (name: string, stories: ListedStory[], more: object = {}) => ({
    name,
    document: buildDocument(edition, stories, { ...options, ...more }),
  });
  const editions = wantedEditions([{ slug: 'bao-song-xanh', name: 'Báo Sông Xanh' }]);
  const firstOf = (kind: 'province' | 'section' | 'publisher') =>
    editions.filter((wanted) => wanted.filter[kind] !== undefined).slice(0, 1);
  return [
    { ...make('tin-moi', fifty), formats: every },
    {
      ...make('with withdrawn stories', fifty, {
        tombstones: fifty.slice(0, 3).map((story) => ({
          uid: story.uid.replace('0190', '0191'),
          withdrawnAt: new Date(now.getTime() - 3_600_000),
          reason: 'Báo gỡ bài & xin lỗi <bạn đọc>',
        })),
      }),
      formats: ['partner'],
    },
    make('corrected and commented', fifty.slice(0, 10), {
      corrections: new Map([[50, { note: 'Đường dài 6 km, không phải 60 km <sic> & …', at: now }]]),
      comments: new Map(
        fifty.map((story) => [
          story.id,
          {
            url: `${publicUrl}/tin/${story.id}#binh-luan`,
            feedUrl: `${publicUrl}/tin/${story.id}/binh-luan.atom`,
            count: story.id,
            latestAt: new Date(now.getTime() - 60_000),
          },
        ]),
      ),
    }),
    make('current, with an archive', fifty, {
      archive: { isArchive: false, current: null, previous: 'tin-moi/2026-11-21/3', next: null },
    }),
    make('a day of the archive', fifty, {
      path: 'tin-moi/2026-11-20',
      archive: { isArchive: true, current: 'tin-moi', previous: 'tin-moi/2026-11-19/2', next: 'tin-moi/2026-11-21' },
    }),
    make('the only day of an archive', fifty.slice(0, 2), {
      path: 'tin-moi/2026-11-21',
      archive: { isArchive: true, current: 'tin-moi', previous: null, next: null },
    }),
    make('carried by many papers', [
      sampleStory(1, {
        others: Array.from({ length: 30 }, (_, i) => ({
          publisherName: `Báo số ${i} & bạn`,
          url: `https://bao-${i}.example.vn/bài?a=1&b=${i}`,
          publishedAt: now,
        })),
      }),
    ]),
    ...(['province', 'section', 'publisher'] as const).flatMap(firstOf).map((wanted) => ({
      name: wanted.path,
      document: buildDocument({ ...wanted, changedAt: now }, fifty.slice(0, 10), options),
    })),
    make('without stories', []),
    ...[fifty.slice(0, 8), hostile, []].map((stories, i) => ({
      name: `related stories, ${['usual', 'hostile', 'none'][i]}`,
      document: buildRelatedDocument(
        { id: 77, title: stories[0]?.title ?? 'Tin không liên quan đến đâu' },
        stories.map((story) => ({ story, reason: 'name', subject: '<b>Pá Hốc</b> & ]]> \u0000', score: 0.5 })),
        now,
        options,
      ),
    })),
    make(
      'headlines only',
      fifty.map((story) => withRights(story, { show: 'headline' })),
    ),
    make(
      'excerpts',
      fifty.map((story) => withRights(story, { show: 'excerpt', excerptChars: 60, images: false })),
    ),
    make(
      'trial newsroom',
      fifty.map((story) => withRights(story, {}, true)),
    ),
    make('all changed at one moment', oneMoment),
    make('with hub and picture', fifty.slice(0, 3), {
      hubUrl: `${publicUrl}/hub`,
      imageUrl: `${publicUrl}/static/icon-144.png`,
    }),
    { ...make('hostile texts', hostile), formats: every },
    make(
      'too large',
      fifty.map((story) => ({ ...story, bodyHtml: `<p>${'Lúa chín vàng. '.repeat(5000)}</p>` })),
    ),
  ];
}

async function storedKinds(databaseUrl: string, siteUrl: string): Promise<Kind[]> {
  const { readPolicy } = await import('../src/store/policy.ts');
  const { openDb } = await import('../src/store/db.ts');
  const { listEditions } = await import('../src/store/edition.ts');
  const { listEdition } = await import('../src/store/search.ts');
  const { filterQuery } = await import('../src/text/search.ts');
  const db = openDb(databaseUrl, { max: 2 });
  try {
    const kinds: Kind[] = [];
    for (const edition of await listEditions(db)) {
      kinds.push({
        name: edition.path,
        document: buildDocument(edition, await listEdition(db, edition.filter, filterQuery(edition.filter), 50), {
          publicUrl: siteUrl,
          policy: await readPolicy(db),
          now: new Date(),
        }),
      });
    }
    return kinds;
  } finally {
    await db.destroy();
  }
}

/** The first thing that is wrong, or null. */
async function proveOne(format: DocumentFormat, text: string, document: FeedDocument): Promise<string | null> {
  try {
    const [broken] = brokenRules(format, text, document.selfUrls[format], new Date());
    if (broken) return `${broken.rule} at ${broken.where} ${broken.value ?? ''}`;
    await verifyDocument(format, text, document);
    const feed = readFeed(Buffer.from(text), { url: document.selfUrls[format], now: new Date() });
    const differs = document.items.findIndex(
      (item, i) =>
        feed.items[i]?.id !== item.id ||
        feed.items[i]?.title !== item.title ||
        feed.items[i]?.contentHtml !== item.contentHtml,
    );
    if (feed.warnings.length > 0) return `our reader warns: ${feed.warnings[0]?.message ?? ''}`;
    return differs >= 0 || feed.items.length !== document.items.length
      ? `our reader reads item ${differs} differently`
      : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const { values } = parseArgs({
  options: { out: { type: 'string' }, db: { type: 'string' }, 'public-url': { type: 'string', default: publicUrl } },
});
const kinds = values.db === undefined ? sampleKinds() : await storedKinds(values.db, values['public-url']);
let broken = 0;
let count = 0;
process.stdout.write(`${'document'.padEnd(34)} format  items     bytes  well-formed, rules, rss-parser, own reader\n`);
for (const { name, document: whole, formats } of kinds) {
  for (const format of formats ?? plain) {
    count += 1;
    const document = format === 'msn' ? forMsn(whole, (id) => whole.wholeIds.has(id), now) : whole;
    const text = renderDocument(format, document);
    const problem = await proveOne(format, text, document);
    if (problem !== null) broken += 1;
    if (values.out !== undefined) {
      const file = join(
        values.out,
        `${name.replaceAll(' ', '-')}${format === familyOf(format) ? '' : `.${format}`}.${familyOf(format)}`,
      );
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    process.stdout.write(
      `${name.padEnd(34)} ${format.padEnd(7)} ${String(document.items.length).padStart(6)} ${String(Buffer.byteLength(text)).padStart(9)}  ${problem ?? 'ok'}\n`,
    );
  }
  for (const note of new Set(whole.notes.map((one) => one.code)))
    process.stdout.write(`${' '.repeat(36)}note: ${note} × ${whole.notes.filter((one) => one.code === note).length}\n`);
}
if (values.db === undefined) {
  const editions = wantedEditions([{ slug: 'bao-song-xanh', name: 'Báo Sông Xanh' }]);
  const stored = editions.map((edition, i) => ({ ...edition, id: i + 1, changedAt: now }));
  for (const other of await otherDocuments(fifty, stored, now, publicUrl)) {
    count += 1;
    if (other.problem !== null) broken += 1;
    if (values.out !== undefined)
      writeFileSync(join(values.out, `${other.name} ${other.format}`.replaceAll(' ', '-')), other.text);
    process.stdout.write(
      `${other.name.padEnd(34)} ${other.format.padEnd(9)} ${String(other.items).padStart(4)} ${String(Buffer.byteLength(other.text)).padStart(9)}  ${other.problem ?? 'ok'}\n`,
    );
  }
}
process.stdout.write(broken === 0 ? `all ${count} documents pass\n` : `${broken} of ${count} documents fail\n`);
process.exitCode = broken === 0 ? 0 : 1;
