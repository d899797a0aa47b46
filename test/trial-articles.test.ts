// The invented articles themselves: complete, distinct, long enough, Vietnamese, marked; and their schedule under a fake clock.
import { describe, expect, it } from 'vitest';
import { past, wire } from '../src/trial/articles/past.ts';
import { reserve } from '../src/trial/articles/reserve.ts';
import { articleGuid, articleNumber, articleUrl } from '../src/trial/address.ts';
import { bulletinsOfTwoDays } from '../src/trial/bulletin.ts';
import { fillDays } from '../src/trial/day.ts';
import { papers } from '../src/trial/papers.ts';
import { bulletinsFrom, findArticle, releaseTime, visibleArticles } from '../src/trial/schedule.ts';

const startedAt = new Date('2026-11-20T02:00:00Z');
const hourMs = 3_600_000;
const everything = [...past, ...reserve];

function after(seconds: number): Date {
  return new Date(startedAt.getTime() + seconds * 1000);
}

function countWords(texts: readonly string[]): number {
  return texts.join(' ').split(/\s+/).length;
}

describe('the articles', () => {
  it('are at least sixty originals beside reprints, with a reserve of at least fifteen', () => {
    const reprints = wire.reduce((sum, story) => sum + story.prints.length, 0);
    expect(past.length - reprints + wire.length).toBeGreaterThanOrEqual(60);
    expect(reserve.length).toBeGreaterThanOrEqual(15);
  });

  it('have no empty field and no name twice in a paper', () => {
    const incomplete = everything.filter(
      (one) =>
        [
          one.slug,
          one.title,
          one.sapo,
          one.byline,
          one.place,
          ...one.body,
          ...one.categories,
          ...one.photos.map((photo) => photo.caption),
        ].some((text) => text.trim() !== text || text === '') || one.categories.length === 0,
    );
    expect(incomplete.map((one) => one.slug)).toEqual([]);
    expect(everything.filter((one) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(one.slug))).toEqual([]);
    const names = everything.map((one) => `${one.paper}/${one.slug}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(new Set(everything.map((one) => articleNumber(one.paper, one.slug))).size).toBe(everything.length);
  });

  it('read like newspaper articles: headline, sapo and three or more paragraphs of some length', () => {
    const odd = everything.filter((one) => {
      const words = countWords(one.body);
      return (
        one.title.length > 110 ||
        countWords([one.sapo]) < 15 ||
        one.body.length < 3 ||
        one.photos.length > 4 ||
        words < 90 ||
        words > 1600
      );
    });
    expect(odd.map((one) => [one.slug, one.title.length, one.body.length, countWords(one.body)])).toEqual([]);
  });

  it('hold NFC text with Vietnamese letters, no markup and no day words that are left open', () => {
    const texts = everything.flatMap((one) => [
      one.title,
      one.sapo,
      ...one.body,
      ...one.photos.map((photo) => photo.caption),
    ]);
    const odd = texts.filter(
      (text) =>
        text !== text.normalize('NFC') ||
        /[<>]|\p{M}|  /u.test(text) ||
        /\[\[|\]\]/.test(fillDays(text, startedAt)) ||
        !/[à-ỹđ]/i.test(text),
    );
    expect(odd).toEqual([]);
  });

  it('put every photo after a paragraph that is there', () => {
    expect(
      everything
        .filter((one) => one.photos.some((photo) => photo.after < -1 || photo.after >= one.body.length))
        .map((one) => one.slug),
    ).toEqual([]);
  });

  it('give every paper at least seven articles of its own and the long report with four photos to one of them', () => {
    expect(
      papers
        .filter((paper) => past.filter((one) => one.paper === paper.slug && one.byline !== 'TTX Mẫu').length < 7)
        .map((paper) => paper.slug),
    ).toEqual([]);
    const long = past.find((one) => one.slug === 'muong-lua-sau-mot-nam-gan-dan-sat-viec');
    expect([
      long?.photos.length,
      countWords(long?.body ?? []) > 900,
      long?.body.filter((text) => text.startsWith('## ')).length,
    ]).toEqual([4, true, 4]);
  });

  it('carry at least five wire stories, each printed by three or more papers that credit the agency', () => {
    expect(wire.length).toBeGreaterThanOrEqual(5);
    for (const story of wire) {
      const prints = past.filter((one) => one.slug === story.slug);
      expect(new Set(prints.map((one) => one.paper)).size, story.slug).toBeGreaterThanOrEqual(3);
      expect(
        prints.every((one) => one.byline === 'TTX Mẫu'),
        story.slug,
      ).toBe(true);
      expect(new Set(prints.map((one) => JSON.stringify([one.title, one.sapo, one.body]))).size, story.slug).toBe(
        prints.length,
      );
    }
  });

  it('hold two issues of each template, one day apart, that differ in words', () => {
    const issues = bulletinsOfTwoDays(startedAt);
    expect(issues.length).toBeGreaterThanOrEqual(6);
    for (let i = 0; i < issues.length; i += 2) {
      const [yesterday, today] = [issues[i], issues[i + 1]];
      expect((today?.at.getTime() ?? 0) - (yesterday?.at.getTime() ?? 0)).toBe(24 * hourMs);
      expect([today?.article.slug, today?.article.title, today?.article.sapo]).not.toEqual([
        yesterday?.article.slug,
        yesterday?.article.title,
        yesterday?.article.sapo,
      ]);
      expect(today?.article.slug.replace(/-\d{8}-\d{2}$/, '')).toBe(
        yesterday?.article.slug.replace(/-\d{8}-\d{2}$/, ''),
      );
    }
  });
});

describe('the schedule', () => {
  it('shows the past articles of the last 36 hours at the start, newest first', () => {
    const visible = visibleArticles(startedAt, startedAt);
    const ages = visible.map((one) => (startedAt.getTime() - one.publishedAt.getTime()) / hourMs);
    expect(visible.length).toBe(past.length + bulletinsOfTwoDays(startedAt).length);
    expect([
      Math.min(...ages) > 0,
      Math.max(...ages) <= 36,
      ages.every((age, i) => i === 0 || age >= (ages[i - 1] ?? 0)),
    ]).toEqual([true, true, true]);
  });

  it('releases the reserve one by one, the first after 20 seconds, then every 60 to 90', () => {
    const times = reserve.map((_, i) => releaseTime(startedAt, i).getTime() - startedAt.getTime());
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect([times[0], Math.min(...gaps) >= 60_000, Math.max(...gaps) <= 90_000]).toEqual([20_000, true, true]);
    const counts = [19, 20, 120, 300, 1500].map(
      (seconds) => visibleArticles(startedAt, after(seconds)).length - visibleArticles(startedAt, startedAt).length,
    );
    expect(counts).toEqual([
      0,
      1,
      times.filter((time) => time <= 120_000).length,
      times.filter((time) => time <= 300_000).length,
      times.filter((time) => time <= 1_500_000).length,
    ]);
  });

  it('goes on with one bulletin an hour when the reserve has run out, without end', () => {
    const from = bulletinsFrom(startedAt);
    const countAt = (hours: number): number =>
      visibleArticles(startedAt, new Date(from.getTime() + hours * hourMs)).filter((one) => one.publishedAt >= from)
        .length;
    expect([countAt(-0.1), countAt(0), countAt(5), countAt(1000) >= 72]).toEqual([0, 1, 6, true]);
    const late = visibleArticles(startedAt, new Date(from.getTime() + 1000 * hourMs)).slice(0, 24);
    expect(new Set(late.map((one) => one.title)).size).toBe(24);
    expect(new Set(late.map((one) => one.paper)).size).toBe(papers.length);
  });

  it('never lets an article change its date or name, whatever the hour of asking', () => {
    const early = new Map(
      visibleArticles(startedAt, after(600)).map((one) => [articleGuid(one), one.publishedAt.getTime()]),
    );
    const late = new Map(
      visibleArticles(startedAt, after(7200)).map((one) => [articleGuid(one), one.publishedAt.getTime()]),
    );
    expect([...early].filter(([guid, at]) => late.get(guid) !== at)).toEqual([]);
    expect(late.size).toBeGreaterThan(early.size);
  });

  it('never shows an article twice or before its hour', () => {
    for (const seconds of [0, 90, 1700, 20_000, 400_000]) {
      const visible = visibleArticles(startedAt, after(seconds));
      expect(new Set(visible.map((one) => articleUrl('', one))).size).toBe(visible.length);
      expect(
        visible.filter((one) => one.publishedAt > after(seconds) || (one.updatedAt && one.updatedAt > after(seconds))),
      ).toEqual([]);
    }
  });

  it('replaces the words of an updated story under the same name and date', () => {
    const find = (seconds: number): unknown => {
      const found = findArticle(startedAt, after(seconds), 'nui-ngan', 'thong-xe-doan-doc-pa-hoc');
      return found && { title: found.title, at: found.publishedAt, changed: found.updatedAt };
    };
    const at = new Date(startedAt.getTime() - 9.8 * hourMs);
    expect(find(199)).toEqual({ title: 'Thông xe đoạn dốc Pá Hốc sau bảy ngày khắc phục sạt lở', at, changed: null });
    expect(find(200)).toEqual({
      title: 'Thông xe hai làn đoạn dốc Pá Hốc, xe tải nặng được qua',
      at,
      changed: after(200),
    });
  });

  it('brings every update to pass after its article is out', () => {
    const end = after(3600);
    const planned = everything.filter((one) => one.update);
    const changed = planned.map((one) => findArticle(startedAt, end, one.paper, one.slug)?.updatedAt?.getTime());
    expect(planned.length).toBeGreaterThanOrEqual(2);
    expect(changed).toEqual(planned.map((one) => after(one.update?.afterSeconds ?? -1).getTime()));
  });

  it('keeps the page of an old bulletin when it has left the feeds', () => {
    const first = visibleArticles(startedAt, bulletinsFrom(startedAt))[0];
    const weekLater = new Date(bulletinsFrom(startedAt).getTime() + 7 * 24 * hourMs);
    expect(visibleArticles(startedAt, weekLater).some((one) => one.slug === first?.slug)).toBe(false);
    expect(findArticle(startedAt, weekLater, first?.paper ?? 'nui-ngan', first?.slug ?? '')?.title).toBe(first?.title);
  });

  it('finds nothing before the hour of release', () => {
    const first = reserve[0];
    expect(findArticle(startedAt, after(19), first?.paper ?? 'nui-ngan', first?.slug ?? '')).toBeNull();
    expect(findArticle(startedAt, after(20), first?.paper ?? 'nui-ngan', first?.slug ?? '')?.title).toBe(first?.title);
  });
});

describe('day words', () => {
  it('follow the calendar of Vietnam around the day of publication', () => {
    const eveningBefore = new Date('2026-12-31T18:30:00Z');
    expect(fillDays('[[0]] [[-1]] [[+2]] [[thứ 0]] [[tháng -1]] [[năm 0]]', eveningBefore)).toBe(
      '1/1 31/12 3/1 thứ sáu 12 2027',
    );
  });
});
