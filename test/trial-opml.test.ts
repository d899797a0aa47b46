// The starter list of real papers: well-formed OPML 2.0, one paper per province, evidence beside every address.
import { readFileSync } from 'node:fs';
import { parseOpml as parseWithPackage } from 'feedsmith';
import { describe, expect, it } from 'vitest';
import { parseOpml } from '../src/source/opml.ts';
import { publisherOf } from '../src/source/register.ts';
import { provinces } from '../src/text/place.ts';

const bytes = readFileSync(new URL('../sources/vietnam.opml', import.meta.url));
const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const rows = [...text.matchAll(/<outline ([^>]*)\/>/g)].map((found) => {
  const attributes = Object.fromEntries(
    [...(found[1] ?? '').matchAll(/([\w:]+)="([^"]*)"/g)].map((one) => [one[1], one[2]]),
  );
  return attributes as Record<string, string | undefined>;
});

describe('sources/vietnam.opml', () => {
  it('is OPML 2.0 that an independent parser reads in three groups', () => {
    const { head, body } = parseWithPackage(text);
    expect(head?.title).toBe('Báo các tỉnh, thành phố Việt Nam: danh sách khởi đầu');
    expect(body?.outlines?.map((group) => [group.text, group.outlines?.length])).toEqual([
      ['Đã thấy', rows.filter((row) => row['tin:evidence'] === 'seen').length],
      ['Phỏng đoán', rows.filter((row) => row['tin:evidence'] === 'guess').length],
      ['Chưa thấy nguồn tin', rows.filter((row) => row['tin:evidence'] === 'none').length],
    ]);
  });

  it('names a paper with an https site for each of the 34 provinces', () => {
    expect([...new Set(rows.map((row) => row['tin:province']))].toSorted()).toEqual(
      provinces.map((one) => one.code).toSorted(),
    );
    expect(
      rows.filter((row) => !row['text'] || !row['title'] || !/^https:\/\/[a-z0-9.-]+\/$/.test(row['htmlUrl'] ?? '')),
    ).toEqual([]);
  });

  it('gives a feed address where one was seen or guessed, and none elsewhere', () => {
    expect(rows.filter((row) => row['tin:evidence'] === 'none' && row['xmlUrl'])).toEqual([]);
    const feeds = rows.filter((row) => row['xmlUrl']);
    expect(feeds.length).toBeGreaterThanOrEqual(16);
    expect(new Set(feeds.map((row) => row['xmlUrl'])).size).toBe(feeds.length);
    expect(feeds.filter((row) => row['type'] !== 'rss' || !URL.canParse(row['xmlUrl'] ?? ''))).toEqual([]);
  });

  it('imports as publishers in the province that each row names', () => {
    const { subscriptions } = parseOpml(bytes);
    const found = subscriptions.map((one) => {
      const publisher = publisherOf({
        feedUrl: one.xmlUrl ?? '',
        siteUrl: one.htmlUrl,
        name: one.title,
        folders: one.folders,
      });
      return [one.xmlUrl, publisher.province];
    });
    expect(found.filter(([url]) => url)).toEqual(
      rows.filter((row) => row['xmlUrl']).map((row) => [row['xmlUrl'], row['tin:province']]),
    );
  });
});
