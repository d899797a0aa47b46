// Feeds under a secret, ninjs, the account of what was taken, and the command line of partners and agreements.
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAgreement, readPolicyWords } from '../src/commands/agreement.ts';
import { toCsv } from '../src/text/csv.ts';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import { toCanceledNinjs, toNinjs } from '../src/edition/ninjs.ts';
import { showable } from '../src/edition/rights.ts';
import { ownPolicy, publicTerms } from '../src/edition/rights-terms.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { createLog } from '../src/log.ts';
import { noAgreement } from '../src/store/agreement.ts';
import type { Db } from '../src/store/db.ts';
import { addUsage, requestsByPartner, usageByPublisher } from '../src/store/usage.ts';
import { readSecretPath } from '../src/web/partner/feeds.ts';
import { openMeter } from '../src/web/partner/meter.ts';
import { openQuota, quotaHeaders } from '../src/web/partner/quota.ts';
import { startWeb } from '../src/web/server.ts';
import { makePublisher, makeRights, makeStory, now } from './edition-factory.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedPartner } from './support/partner.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const log = createLog({ level: 'silent', isTerminal: false });

describe('feeds under a secret', () => {
  let db: Db;
  let site: TestSite;
  let partner: Awaited<ReturnType<typeof seedPartner>>;
  let paperId = 0;

  beforeAll(async () => {
    db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-suoi', name: 'Báo Suối', province: '14' });
    paperId = paper.id;
    for (let i = 1; i <= 3; i++)
      await seedStory(db, paper, { title: `Mùa lúa số ${i}`, bodyHtml: '<p>Lúa vàng</p>', province: '14' });
    partner = await seedPartner(db, {
      product: {
        editions: ['tin-moi', 'tinh/son-la/tin-moi'],
        show: 'headline',
        formats: ['rss', 'atom', 'json', 'partner', 'ninjs', 'simple'],
      },
    });
    site = await startTestSite(db);
  });

  it('come whole in every format of the product, never with the secret inside', async () => {
    for (const feed of [
      'tin-moi.rss',
      'tin-moi.atom',
      'tin-moi.json',
      'doi-tac/tin-moi.atom',
      'tinh/son-la/tin-moi.rss',
      'tin-moi.ninjs',
      'tin-moi.simple',
    ]) {
      const answer = await site.get(`/k/${partner.path}/${feed}`);
      expect([feed, answer.status]).toEqual([feed, 200]);
      expect(answer.text).toContain('Mùa lúa số 3');
      expect(answer.text).not.toContain('Lúa vàng');
      expect(answer.text).not.toContain(partner.path);
      expect(JSON.stringify(answer.headers)).not.toContain(partner.path);
      if (/rss|atom/.test(feed)) parseStrictXml(answer.text);
      else JSON.parse(answer.text);
      expect(answer.headers).toMatchObject({
        'cache-control': 'private, no-cache',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow, noarchive',
      });
      expect(answer.headers['ratelimit']).toBeDefined();
      const again = await site.get(`/k/${partner.path}/${feed}`, { 'if-none-match': answer.headers['etag'] ?? '' });
      expect([feed, again.status, again.body.length]).toEqual([feed, 304, 0]);
    }
    const items = readFeed(Buffer.from((await site.get(`/k/${partner.path}/tin-moi.rss`)).text), {
      url: 'https://x.vn',
      now: new Date(),
    }).items;
    expect(items).toHaveLength(3);
  });

  it('tell nothing to strangers, and no more than the product to partners', async () => {
    expect((await site.get(`/k/${'a'.repeat(43)}/tin-moi.rss`)).status).toBe(404);
    expect((await site.get('/k/x/tin-moi.rss')).status).toBe(404);
    expect((await site.get(`/k/${partner.key}/tin-moi.rss`)).status).toBe(404);
    expect((await site.get(`/k/${partner.path}/msn/tin-moi.rss`)).status).toBe(403);
    expect((await site.get(`/k/${partner.path}/bao/bao-suoi/tin-moi.rss`)).status).toBe(403);
    expect((await site.get(`/k/${partner.path}/../../etc/passwd`)).status).toBe(404);
    expect((await site.get(`/k/${partner.path}/tin-moi.rss`, {}, 'POST')).status).toBe(405);
  });

  it('leave the secret out of every log line, whatever fails', async () => {
    const lines: string[] = [];
    const sink = createLog({ level: 'trace', isTerminal: false });
    for (const level of ['error', 'warn', 'info', 'debug'] as const)
      sink[level] = (...parts: unknown[]) =>
        void lines.push(
          JSON.stringify(parts, (_key, value: unknown) =>
            value instanceof Error ? { message: value.message, stack: value.stack } : value,
          ),
        );
    const broken = await freshDatabase();
    const web = await startWeb({
      config: { host: '127.0.0.1', port: 0, publicUrl },
      db: broken,
      now: () => new Date(),
      log: sink,
      signal: new AbortController().signal,
    });
    afterFile(() => web.close());
    await sql`alter table partner_key rename to lost`.execute(broken);
    const answer = await fetch(`${web.url}/k/${partner.path}/tin-moi.rss`);
    expect(answer.status).toBe(500);
    expect(lines.join('\n')).toContain('partner.feed_failed');
    expect(lines.join('\n')).not.toContain(partner.path);
  });

  it('are counted in rows of a day and way, stories by paper', async () => {
    const stop = new AbortController();
    const meter = openMeter(db, log, stop.signal);
    const taken = { partnerId: partner.id, channel: 'api', bytes: 100 };
    meter.add({ ...taken, status: 200, publisherIds: [paperId, paperId] });
    meter.add({ ...taken, status: 304, bytes: 0, publisherIds: [] });
    meter.add({ ...taken, status: 429, bytes: 0, publisherIds: [] });
    await meter.flush();
    await meter.flush();
    meter.add({ ...taken, status: 200, publisherIds: [paperId] });
    await meter.flush();
    const day = new Date().toISOString().slice(0, 10);
    const span = { from: '2026-01-01', to: '2099-01-01', partner: partner.slug };
    expect((await requestsByPartner(db, span)).filter((row) => row.channel === 'api')).toEqual([
      { day, partner: partner.slug, channel: 'api', requests: 3, notModified: 1, refused: 1, bytes: 200 },
    ]);
    expect(
      (await usageByPublisher(db, { ...span, publisher: 'bao-suoi' })).filter((row) => row.channel === 'api'),
    ).toEqual([
      { day, publisher: 'bao-suoi', publisherName: 'Báo Suối', partner: partner.slug, channel: 'api', stories: 3 },
    ]);
    await addUsage(db, [], []);
  });
});

it('a path below a secret names an edition and a format, or nothing', () => {
  expect(readSecretPath('tinh/son-la/tin-moi.rss')).toEqual({ path: 'tinh/son-la/tin-moi', format: 'rss' });
  expect(readSecretPath('doi-tac/tin-moi.atom')).toEqual({ path: 'tin-moi', format: 'partner' });
  expect(readSecretPath('msn/tinh/son-la/tin-moi.rss')).toEqual({ path: 'tinh/son-la/tin-moi', format: 'msn' });
  for (const path of [
    '',
    'tin-moi',
    'tin-moi.exe',
    '.rss',
    '../tin-moi.rss',
    'Tin-Moi.rss',
    'a//b.rss',
    `${'a/'.repeat(300)}a.rss`,
  ])
    expect([path, readSecretPath(path)]).toEqual([path, null]);
});

it('quotas count minutes and days apart, and tell of the tighter one', () => {
  let at = Date.parse('2026-11-22T10:00:30Z');
  const quota = openQuota(() => new Date(at));
  const limits = { perMinute: 2, perDay: 3 };
  const take = (taken = 0) => quota.take(1, limits, taken);
  expect([take().isWithin, take().isWithin, take().isWithin]).toEqual([true, true, false]);
  at += 60_000;
  expect(take()).toEqual({
    isWithin: true,
    minute: { limit: 2, left: 1, resetSeconds: 30 },
    day: { limit: 3, left: 0, resetSeconds: 50_310 },
  });
  const state = take();
  expect(state.isWithin).toBe(false);
  expect(Object.fromEntries(quotaHeaders(state))).toMatchObject({ 'RateLimit-Remaining': '0', 'Retry-After': '50310' });
  at += 86_400_000;
  expect(take().isWithin).toBe(true);
  // What other processes recorded counts as well.
  expect(take(3).isWithin).toBe(false);
  expect(quota.take(2, limits, 0).isWithin).toBe(true);
});

describe('ninjs', () => {
  const known = new Set([
    'uri',
    'type',
    'representationType',
    'profile',
    'version',
    'firstCreated',
    'versionCreated',
    'contentCreated',
    'embargoedUntil',
    'pubStatus',
    'urgency',
    'copyrightHolder',
    'copyrightNotice',
    'usageTerms',
    'edNote',
    'language',
    'descriptions',
    'bodies',
    'headlines',
    'people',
    'organisations',
    'places',
    'subjects',
    'events',
    'objects',
    'infoSources',
    'title',
    'by',
    'slugline',
    'located',
    'renditions',
    'associations',
    'altIds',
    'trustIndicators',
    'standard',
    'genres',
    'expires',
    'rightsInfo',
    'digitalSourceType',
    'name',
    'rel',
  ]);

  it('has only properties of the schema, names its source and stays within the rights', () => {
    const shown = showable(makeStory(1), publicTerms(ownPolicy, now));
    if (shown === null) throw new Error('not shown');
    const item = toNinjs(shown, publicUrl);
    const associations = item['associations'] as Record<string, unknown>[];
    for (const one of [item, ...associations]) for (const key of Object.keys(one)) expect(known).toContain(key);
    expect(item).toMatchObject({
      uri: 'urn:uuid:0190f1c2-7a6b-4c3d-8e9f-000000000001',
      pubStatus: 'usable',
      headlines: [{ role: 'main', value: 'Khánh thành cây cầu số 1 ở bản vùng cao' }],
      copyrightHolder: 'Báo Sông Xanh',
      infoSources: [{ role: 'originator' }, { role: 'alsoPublishedBy', name: 'Báo Núi Cao' }],
      places: [{ name: 'Sơn La' }],
      subjects: [{ uri: 'http://cv.iptc.org/newscodes/mediatopic/14000000' }],
    });
    expect(associations[0]).toMatchObject({ type: 'picture', by: 'Ảnh: Lò Thị Mai' });
    const headline = showable(
      makeStory(1, { publisher: makePublisher({ rights: makeRights({ show: 'headline' }) }) }),
      publicTerms(ownPolicy, now),
    );
    if (headline === null) throw new Error('not shown');
    expect(toNinjs(headline, publicUrl)).not.toHaveProperty('bodies');
  });

  it('cancels what was taken back', () => {
    expect(toCanceledNinjs({ uid: 'A-B', changedAt: now })).toMatchObject({
      uri: 'urn:uuid:a-b',
      pubStatus: 'canceled',
    });
  });
});

describe('the command line', () => {
  const idsOf = async (slugs: string[]) => new Map(slugs.filter((slug) => slug === 'trang-a').map((slug) => [slug, 7]));

  it('reads an agreement and keeps what is not said', async () => {
    const read = await readAgreement(
      { ...noAgreement, expiryDays: 30 },
      { embargo: '60', agreement: '12/2026/TT', from: '2026-01-01', until: '2026-12-31', partners: 'trang-a' },
      idsOf,
    );
    expect(read).toEqual({
      embargoMinutes: 60,
      expiryDays: 30,
      partners: 'listed',
      partnerIds: [7],
      number: '12/2026/TT',
      from: '2026-01-01',
      until: '2026-12-31',
    });
    expect(await readAgreement(read, { partners: 'none', expiry: 'none', until: 'none' }, idsOf)).toMatchObject({
      partners: 'none',
      partnerIds: [],
      expiryDays: null,
      until: null,
    });
    for (const wrong of [{ embargo: '-1' }, { from: '2026-13-01' }, { partners: 'trang-b' }, { from: '2027-01-01' }])
      await expect(readAgreement(read, wrong, idsOf)).rejects.toMatchObject({ code: 'cli.agreement' });
  });

  it('reads a policy as a profile and rules that differ from it', () => {
    expect(readPolicyWords('aggregator', ['embargoMinutes=90', 'hasComments=yes', 'removalMinutes=none'])).toEqual({
      profile: 'aggregator',
      embargoMinutes: 90,
      hasComments: true,
      removalMinutes: null,
    });
    expect(() => readPolicyWords('free', [])).toThrow(expect.objectContaining({ code: 'cli.policy' }));
    expect(() => readPolicyWords('own', ['agencies=3'])).toThrow(expect.objectContaining({ code: 'cli.policy' }));
  });

  it('writes CSV that no spreadsheet runs', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['=1+1', 'x "y", z'],
          ['tốt', -5],
        ],
      ),
    ).toBe('a,b\r\n\'=1+1,"x ""y"", z"\r\ntốt,-5\r\n');
  });
});
