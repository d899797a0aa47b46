import { expect, test } from 'vitest';
import { checkOptions } from '../src/commands/add-source.ts';
import { readRights } from '../src/commands/rights.ts';
import { enlist } from '../src/source/enlist.ts';
import { publisherOf } from '../src/source/register.ts';
import { listPublishers } from '../src/store/publisher.ts';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase();
const found = publisherOf({
  feedUrl: 'https://baosonla.vn/rss/a.rss',
  siteUrl: 'https://www.baosonla.vn/',
  name: 'Báo Sơn La',
});
const add = (url: string, rights?: string) =>
  enlist(db, found, checkOptions(rights === undefined ? {} : { rights }), { url, title: null });

test('a paper is one publisher by its host, with the province its name tells', () => {
  expect(found).toEqual({
    slug: 'baosonla-vn',
    name: 'Báo Sơn La',
    siteUrl: 'https://www.baosonla.vn/',
    province: '14',
  });
});

test('a new paper may show its headlines only; rights written with a later source are recorded', async () => {
  expect(await add('https://baosonla.vn/rss/a.rss')).toMatchObject({
    isAdded: true,
    publisher: { rights: { show: 'headline' } },
  });
  expect(await add('https://baosonla.vn/rss/a.rss')).toMatchObject({ isAdded: false });
  expect(await add('https://baosonla.vn/rss/b.rss', 'excerpt:200+images')).toMatchObject({ isAdded: true });
  expect((await listPublishers(db)).map((publisher) => publisher.rights)).toEqual([
    { show: 'excerpt', excerptChars: 200, images: true },
  ]);
});

test.each(['all', 'full:300', 'excerpt:', 'excerpt:99999', ''])('"%s" names no rights', (word) => {
  expect(() => readRights(word)).toThrow(expect.objectContaining({ code: 'cli.rights' }));
});

test('an unknown province or section is refused by name', () => {
  expect(() => checkOptions({ province: 'atlantis' })).toThrow('atlantis');
  expect(() => checkOptions({ section: 'rumours' })).toThrow('rumours');
});
