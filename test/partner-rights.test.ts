// No output of any kind gives more of a paper's words than its agreement, the site's policy and a partner's product allow.
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Agreement, Policy, Rights } from '../src/domain.ts';
import { publishDue } from '../src/edition/publish.ts';
import { judge } from '../src/edition/rights.ts';
import type { Audience } from '../src/edition/rights-terms.ts';
import { ownPolicy, publicTerms } from '../src/edition/rights-terms.ts';
import { releaseDue } from '../src/edition/rights-release.ts';
import { followStories } from '../src/edition/search-index.ts';
import { tellStory } from '../src/edition/tell-story.ts';
import { createLog } from '../src/log.ts';
import { noAgreement } from '../src/store/agreement.ts';
import type { Db } from '../src/store/db.ts';
import { requestDocument } from '../src/store/document.ts';
import { setProduct } from '../src/store/partner.ts';
import { policyKey, profiles } from '../src/store/policy.ts';
import { redoRights } from '../src/store/rights-due.ts';
import { writeSetting } from '../src/store/setting.ts';
import { findStory, listStories } from '../src/store/story.ts';
import { relateDue } from '../src/story/relate.ts';
import { makePublisher, makeStory, now } from './edition-factory.ts';
import { freshDatabase } from './support/database.ts';
import { post, seedPartner } from './support/partner.ts';
import { seedPicture, seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const secrets = {
  title: 'TIEUDEMAT',
  summary: 'TOMTATMAT',
  body: 'THANBAIMAT',
  picture: 'ANHMAT',
  caption: 'CHUTHICHMAT',
  author: 'NGUOIVIETMAT',
} as const;
type Secret = keyof typeof secrets;

const rank = { headline: 0, excerpt: 1, full: 2 } as const;
const hour = 3_600_000;

type Case = {
  rights: Rights;
  agreement: Agreement;
  policy: Policy;
  /** Hours since the paper published it. */
  age: number;
  product: { show: Rights['show']; images: boolean };
};

const day = (offset: number) => new Date(Date.now() + 7 * hour + offset * 24 * hour).toISOString().slice(0, 10);

const cases: fc.Arbitrary<Case> = fc.record({
  rights: fc.record({
    show: fc.constantFrom('headline' as const, 'excerpt' as const, 'full' as const),
    excerptChars: fc.constantFrom(0, 300),
    images: fc.boolean(),
  }),
  agreement: fc.record({
    embargoMinutes: fc.constantFrom(0, 0, 90),
    expiryDays: fc.constantFrom(null, null, 1),
    partners: fc.constantFrom('all' as const, 'all' as const, 'none' as const, 'listed' as const),
    partnerIds: fc.constantFrom([] as number[], [1]),
    number: fc.constantFrom(null, '12/TT'),
    from: fc.constantFrom(null, day(-5), day(2)),
    until: fc.constantFrom(null, day(5), day(-2)),
  }),
  policy: fc.constantFrom<Policy>(
    ownPolicy,
    ownPolicy,
    { ...profiles.aggregator, profile: 'aggregator', agencies: 0 },
    { ...profiles.aggregator, profile: 'aggregator', agencies: 0, leastAgencies: 0 },
    { ...profiles.own, profile: 'own', agencies: 0, isExact: true, embargoMinutes: 60 },
  ),
  age: fc.constantFrom(0.5, 1.2, 3, 40),
  product: fc.record({
    show: fc.constantFrom('headline' as const, 'excerpt' as const, 'full' as const),
    images: fc.boolean(),
  }),
});

// A case that shows everything everywhere.
const shown: Case = {
  rights: { show: 'full', excerptChars: 300, images: true },
  agreement: noAgreement,
  policy: ownPolicy,
  age: 0.5,
  product: { show: 'full', images: true },
};

// The rules once more, in other words than the code's: what a reader of the agreement would say may be seen.
function allowed(one: Case, reader: 'public' | number): Set<Secret> {
  const { agreement, policy, rights } = one;
  const today = day(0);
  const isRunning = (agreement.from ?? '0') <= today && today <= (agreement.until ?? '9');
  const isWritten = agreement.number !== null && isRunning;
  const may =
    isRunning &&
    (isWritten || !policy.needsAgreement) &&
    policy.agencies >= policy.leastAgencies &&
    one.age * 60 >= Math.max(agreement.embargoMinutes, policy.embargoMinutes) &&
    (agreement.expiryDays === null || one.age < agreement.expiryDays * 24) &&
    (reader === 'public' ||
      agreement.partners === 'all' ||
      (agreement.partners === 'listed' && agreement.partnerIds.includes(reader)));
  if (!may) return new Set();
  let level: number = rank[rights.show];
  let hasPictures = rights.images;
  if (reader !== 'public') {
    level = Math.min(level, rank[one.product.show]);
    hasPictures &&= one.product.images;
  }
  if (policy.isExact && level === 2 && !hasPictures) level = 1;
  const seen = new Set<Secret>(['title']);
  if (level >= 1) seen.add('author');
  if (level === 2 || (level === 1 && rights.excerptChars > 0)) seen.add('summary');
  if (level === 2) seen.add('body');
  if (level >= 1 && hasPictures) seen.add('picture').add('caption');
  return seen;
}

// Our own paths of pictures hold the papers' addresses; what names one there shows it.
function seenIn(text: string): Secret[] {
  const opened = text.replaceAll(/\/anh\/\d+\/\d+\/[\w-]+\/([\w-]+)/g, (_path, address: string) =>
    Buffer.from(address, 'base64url').toString(),
  );
  return (Object.keys(secrets) as Secret[]).filter((name) => opened.includes(secrets[name]));
}

function beyond(text: string, may: ReadonlySet<Secret>): Secret[] {
  return seenIn(text).filter((name) => !may.has(name));
}

const picture = { ...seedPicture(`https://a.example/${secrets.picture}.png`, secrets.caption) };
const words = {
  title: `Khánh thành cầu ${secrets.title}`,
  summary: `Cầu bản ${secrets.summary} đã xong`,
  bodyHtml: `<p>Bà con đi cầu mới ${secrets.body}</p><figure><img src="${picture.url}" alt="${secrets.caption}"><figcaption>${secrets.caption}</figcaption></figure>`,
  authors: [secrets.author],
  media: [picture],
};

describe('rights', () => {
  it('allow just what the agreement, the policy and the product say, whoever asks', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom('public' as const, 1, 2), (one, reader) => {
        const at = new Date();
        const publishedAt = new Date(at.getTime() - one.age * hour);
        const publisher = makePublisher({ rights: one.rights, agreement: one.agreement });
        const story = makeStory(1, { ...words, image: picture, publisher, publishedAt, seenAt: publishedAt });
        const audience: Audience = reader === 'public' ? reader : { partnerId: reader, ...one.product };
        const verdict = judge(story, { policy: one.policy, now: at, audience });
        const text = verdict.kind === 'shown' ? JSON.stringify({ ...verdict.story, publisher: null }) : '';
        expect(new Set(seenIn(text))).toEqual(allowed(one, reader));
      }),
      { numRuns: 2_000 },
    );
  });

  it('count hours from the paper’s own time, from our first sight where it gave none that exists', () => {
    const publisher = makePublisher({ agreement: { ...noAgreement, embargoMinutes: 60 } });
    const story = makeStory(1, {
      publisher,
      publishedAt: new Date(Number.NaN),
      seenAt: new Date(now.getTime() - 59 * 60_000),
    });
    expect(judge(story, publicTerms(ownPolicy, now))).toEqual({
      kind: 'not-yet',
      at: new Date(now.getTime() + 60_000),
    });
    expect(judge(story, publicTerms(ownPolicy, new Date(now.getTime() + 60_000))).kind).toBe('shown');
  });

  it('do not bind invented papers to rules about agreements', () => {
    const policy: Policy = { ...profiles.aggregator, profile: 'aggregator', agencies: 0 };
    const sample = makeStory(1, { publisher: makePublisher({ isSample: true }), publishedAt: now });
    expect(judge(sample, publicTerms(policy, now)).kind).toBe('shown');
    expect(judge(makeStory(1), publicTerms(policy, now))).toEqual({ kind: 'gone', reason: 'agreement' });
  });
});

describe('every output', { timeout: 240_000 }, () => {
  let db: Db;
  let partner: Awaited<ReturnType<typeof seedPartner>>;
  let paperId = 0;
  let storyId = 0;
  let neighbourId = 0;
  const config = { publicUrl };
  const ctx = () => ({
    db,
    config,
    now: () => new Date(),
    log: createLog({ level: 'error', isTerminal: false }),
    signal: new AbortController().signal,
  });

  beforeAll(async () => {
    db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-mat', name: 'Báo Mật', province: '14' });
    const open = await seedPublisher(db, { slug: 'bao-mo', name: 'Báo Mở', province: '14' });
    paperId = paper.id;
    const about = { province: '14', section: 'xa-hoi' };
    storyId = (await seedStory(db, paper, { ...words, ...about, url: 'https://bao-mat.example/bai-1' })).id;
    neighbourId = (
      await seedStory(db, open, {
        ...about,
        title: 'Khánh thành cầu bản, bà con đi cầu mới',
        summary: 'Cầu bản đã xong',
        bodyHtml: '<p>Bà con đi cầu mới</p>',
      })
    ).id;
    partner = await seedPartner(db);
    await followStories(ctx());
    await relateDue(ctx());
  });

  async function arrange(one: Case): Promise<void> {
    const publishedAt = new Date(Date.now() - one.age * hour);
    await sql`update publisher set rights_show = ${one.rights.show}, rights_excerpt_chars = ${one.rights.excerptChars},
      rights_images = ${one.rights.images}, agreement = ${JSON.stringify(one.agreement)}::jsonb where id = ${paperId}`.execute(
      db,
    );
    await sql`update entry set published_at = ${publishedAt} where publisher_id = ${paperId}`.execute(db);
    await sql`update story set listed_at = ${publishedAt}, change_id = nextval('story_change') where id = ${storyId}`.execute(
      db,
    );
    await setProduct(db, partner.id, {
      name: 'chung',
      editions: ['tin-moi'],
      formats: ['api', 'rss', 'atom', 'json', 'partner', 'google', 'msn', 'ninjs', 'simple'],
      ...one.product,
    });
    const { agencies: _counted, ...setting } = one.policy;
    await writeSetting(db, policyKey, setting);
    await redoRights(db, one.policy);
    await releaseDue(ctx());
    const edition = await sql<{ id: number }>`select id from edition where path = 'tin-moi'`.execute(db);
    for (const format of ['rss', 'atom', 'json', 'partner', 'google', 'msn'] as const)
      await requestDocument(db, edition.rows[0]?.id ?? 0, format);
    await sql`update document set due_at = now() - interval '1 second'`.execute(db);
    await publishDue(ctx());
  }

  const publicPaths = (title: string) => [
    '/',
    '/tinh/son-la',
    '/chuyen-muc/xa-hoi',
    '/bao/bao-mat',
    `/tin/${storyId}-${title}`,
    `/tin/${storyId}`,
    `/tin/${neighbourId}-khanh-thanh-cau-ban-ba-con-di-cau-moi`,
    ...['rss', 'atom', 'json'].map((ending) => `/tin/${neighbourId}/tin-lien-quan.${ending}`),
    ...['rss', 'atom', 'json'].map((ending) => `/feeds/tin-moi.${ending}`),
    '/feeds/doi-tac/tin-moi.atom',
    '/feeds/google/tin-moi.rss',
    '/feeds/msn/tin-moi.rss',
    '/feeds/tim-kiem.rss?q=kh%C3%A1nh+th%C3%A0nh',
    '/tim-kiem?q=kh%C3%A1nh+th%C3%A0nh',
    '/sitemap-tin-1.xml',
    '/sitemap.xml',
    '/opml',
    '/nhung/tin-moi?anh=1&so=20',
    '/nhung/tin-moi.json?anh=1&so=20',
    '/nhung/manh/tin-moi?anh=1&so=20',
    '/nhung/tin-lien-quan.json?anh=1&tieu-de=Kh%C3%A1nh+th%C3%A0nh+c%E1%BA%A7u',
  ];
  const partnerPaths = [
    '/stories',
    '/stories?since=0',
    '/stories?format=ninjs',
    '/entries',
    '/search?q=cau',
    '/stories/$ID',
    '/stories/$ID/related',
    '/stories/$NEIGHBOUR/related',
  ];
  const feeds = [
    'tin-moi.rss',
    'tin-moi.atom',
    'tin-moi.json',
    'doi-tac/tin-moi.atom',
    'google/tin-moi.rss',
    'msn/tin-moi.rss',
    'tin-moi.ninjs',
    'tin-moi.simple',
  ];

  it('of the running site shows a paper’s words within its rights and nothing beyond', async () => {
    const shownSomewhere = new Set<string>();
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        await arrange(one);
        const site = await startTestSite(db, { pictures: ['a.example:443'] });
        const forPublic = allowed(one, 'public');
        const forPartner = allowed(one, partner.id);
        const note = (path: string, text: string, may: ReadonlySet<Secret>) => {
          expect([path, beyond(text, may)]).toEqual([path, []]);
          if (seenIn(text).length > 0) shownSomewhere.add(path.split('?')[0] ?? path);
        };
        for (const path of publicPaths('khanh-thanh-cau-tieudemat')) note(path, (await site.get(path)).text, forPublic);
        const headers = { authorization: `Bearer ${partner.key}` };
        for (const wanted of partnerPaths) {
          const path = wanted.replace('$ID', String(storyId)).replace('$NEIGHBOUR', String(neighbourId));
          note(wanted, (await site.get(`/api/v1${path}`, headers)).text, forPartner);
        }
        const asked = await post(
          `${site.url}/api/v1/related`,
          JSON.stringify({ title: 'Khánh thành cầu bản', text: 'Bà con đi cầu mới' }),
          { ...headers, 'content-type': 'application/json' },
        );
        note('POST /related', asked.text, forPartner);
        for (const feed of feeds) note(`/k/${feed}`, (await site.get(`/k/${partner.path}/${feed}`)).text, forPartner);
        const listed = await findStory(db, storyId);
        if (listed === null) throw new Error('the story is gone');
        // What webhooks tell.
        const told = tellStory(
          listed,
          { partnerId: partner.id, ...one.product },
          { publicUrl, policy: one.policy, now: new Date() },
        );
        note('webhook', JSON.stringify(told), forPartner);
        await site.close();
      }),
      // Left to chance, one round in forty shows a partner nothing at all.
      { numRuns: 25, examples: [[shown]] },
    );
    // The property would hold of a site that shows nothing: every kind of output did show something allowed.
    for (const path of [
      '/',
      `/tin/${storyId}-khanh-thanh-cau-tieudemat`,
      '/feeds/tin-moi.rss',
      '/feeds/doi-tac/tin-moi.atom',
      '/nhung/tin-moi',
      '/stories',
      '/entries',
      '/k/tin-moi.ninjs',
      '/k/tin-moi.simple',
      '/k/tin-moi.rss',
      'webhook',
    ])
      expect([...shownSomewhere]).toContain(path);
  });

  it('lists a story where its embargo ends, not where it began', async () => {
    await arrange({ ...shown, agreement: { ...noAgreement, embargoMinutes: 90 } });
    const hidden = await listStories(db, {}, 10);
    expect(hidden.map((story) => story.id)).toEqual([neighbourId]);
    const before = await sql<{ due: Date; change: number }>`
      select d.due_at as due, s.change_id as change from rights_due d join story s on s.id = d.story_id where d.kind = 'release'`.execute(
      db,
    );
    expect(Math.round(((before.rows[0]?.due.getTime() ?? 0) - Date.now()) / 60_000)).toBe(60);
    // The hour passes: the database's clock cannot be moved, so the dates are.
    await sql`update rights_due set due_at = now() - interval '1 second'`.execute(db);
    await sql`update story set listed_at = clock_timestamp() where id = ${storyId}`.execute(db);
    await sql`update entry set published_at = now() - interval '91 minutes' where publisher_id = ${paperId}`.execute(
      db,
    );
    expect(await releaseDue(ctx())).toMatchObject({ released: 1 });
    const [first] = await listStories(db, {}, 10);
    expect(first?.id).toBe(storyId);
    const after = await sql<{ change: number }>`select change_id as change from story where id = ${storyId}`.execute(
      db,
    );
    expect(after.rows[0]?.change).toBeGreaterThan(before.rows[0]?.change ?? 0);
    const due = await sql<{ due: number }>`select count(*)::int as due from document where due_at is not null`.execute(
      db,
    );
    expect(due.rows[0]?.due).toBeGreaterThan(0);
  });
});
