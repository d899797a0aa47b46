import { describe, expect, test } from 'vitest';
import { chooseLead, type LeadCandidate, originsAmong } from '../src/story/choose-lead.ts';
import { habitFromJson, habitToJson, isSeries, learn, newHabit, withoutHabitualLines } from '../src/story/habit.ts';
import { outletKey, provenanceOf } from '../src/story/provenance.ts';
import { skeletonOf, sketchOf } from '../src/text/sketch.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 7, 12, hour));
const candidate = (entryId: number, more: Partial<LeadCandidate> = {}): LeadCandidate => ({
  entryId,
  isOrigin: false,
  isOwnProvince: false,
  publishedAt: at(6),
  length: 2_000,
  hasImage: true,
  ...more,
});

describe('the lead', () => {
  test('is the origin, then the own paper, then the earliest, then the richest', () => {
    expect(chooseLead([candidate(1), candidate(2, { isOrigin: true, publishedAt: at(9) })])).toBe(2);
    expect(chooseLead([candidate(1), candidate(2, { isOwnProvince: true, publishedAt: at(9) })])).toBe(2);
    expect(chooseLead([candidate(1, { publishedAt: at(8) }), candidate(2, { length: 100 })])).toBe(2);
    expect(chooseLead([candidate(1), candidate(2, { length: 4_000 })])).toBe(2);
    expect(chooseLead([candidate(2), candidate(1)])).toBe(1);
  });

  test('follows another priority when told', () => {
    expect(
      chooseLead([candidate(1, { isOrigin: true }), candidate(2, { length: 9_000 })], {
        priority: ['richest', 'origin'],
      }),
    ).toBe(2);
  });

  test('is of the paper that an admin puts first, and of one put last only where it is alone', () => {
    const origin = candidate(1, { isOrigin: true });
    expect(chooseLead([origin, candidate(2, { weight: 1, publishedAt: at(9) })], { current: 1 })).toBe(2);
    expect(chooseLead([candidate(1, { isOrigin: true, weight: -1 }), candidate(2)], { current: 1 })).toBe(2);
    expect(chooseLead([candidate(1, { weight: -1 })])).toBe(1);
  });

  test('does not flap: what is only a little better changes nothing', () => {
    const rivals = [candidate(1), candidate(2, { length: 2_200, publishedAt: new Date(at(6).getTime() - 60_000) })];
    expect(chooseLead(rivals, { current: 1 })).toBe(1);
    expect(chooseLead(rivals, { current: 2 })).toBe(2);
  });

  test('stays for good once the story is settled, unless it is gone', () => {
    const better = candidate(2, { isOrigin: true });
    expect(chooseLead([candidate(1), better], { current: 1, isSettled: true })).toBe(1);
    expect(chooseLead([better], { current: 1, isSettled: true })).toBe(2);
    expect(chooseLead([])).toBeNull();
  });

  test('the origin is who is named, else who names nobody', () => {
    const member = (entryId: number, publisher: string, origin: string | null) => ({ entryId, publisher, origin });
    expect([
      ...originsAmong([member(1, 'bao a', 'ttxvn'), member(2, 'ttxvn', null), member(3, 'bao b', null)]),
    ]).toEqual([2]);
    expect([...originsAmong([member(1, 'bao a', 'ttxvn'), member(3, 'bao b', null)])]).toEqual([3]);
    expect([...originsAmong([member(1, 'bao a', null), member(3, 'bao b', null)])]).toEqual([]);
  });
});

describe('provenance', () => {
  test.each([
    ['Câu cuối của bài.\nTheo TTXVN', 'ttxvn'],
    ['Câu cuối của bài.\n(Theo Báo Tuổi Trẻ)', 'tuoi tre'],
    ['Câu cuối của bài.\nNguồn: VOV.VN', 'vov'],
    ['Câu cuối của bài./.Minh Anh (TTXVN/Vietnam+)', 'ttxvn'],
    ['Câu cuối của bài. Lò Pành - (theo Reuters)', 'reuters'],
    ['Câu cuối của bài.\nTheo Báo Sông Mây', 'bao song may'],
  ])('"%s" comes from %s', (body, origin) => {
    expect(provenanceOf({ lead: '', body })?.origin).toBe(origin);
  });

  test.each(['Theo ông Pành, mưa còn kéo dài.', 'Nước rút dần theo từng giờ.', 'Bài và ảnh: Lò Pành', ''])(
    '"%s" names nobody',
    (body) => {
      expect(provenanceOf({ lead: 'Sáng nay mưa to.', body })).toBeNull();
    },
  );

  test('a known dateline counts, another opening does not', () => {
    expect(provenanceOf({ lead: '(TTXVN) - Sáng nay mưa to.', body: 'Hết bài.' })?.origin).toBe('ttxvn');
    expect(provenanceOf({ lead: 'Sáng nay - như dự báo - mưa to.', body: 'Hết bài.' })).toBeNull();
  });

  test('one outlet has one key', () => {
    expect(new Set(['Tuổi Trẻ', 'TTO', 'Báo Tuổi Trẻ', 'tuoi tre online'].map(outletKey)).size).toBe(1);
  });
});

describe('habits', () => {
  const sketch = (title: string, text = '') => sketchOf({ title, summary: '', text });

  test('a skeleton met on three days is a series', () => {
    const habit = newHabit();
    const issue = (day: number) => sketch(`Giá vàng hôm nay ${day}/11`);
    const told = [1, 2, 2].map((day) => learn(habit, issue(day), new Date(Date.UTC(2026, 10, day))));
    expect([told, isSeries(habit, issue(3))]).toEqual([[false, false, false], false]);
    expect(learn(habit, issue(3), new Date(Date.UTC(2026, 10, 3)))).toBe(true);
    expect(isSeries(habit, issue(9))).toBe(true);
    expect(isSeries(habit, sketch('Cầu treo sập một nhịp'))).toBe(false);
    expect(isSeries(habitFromJson(habitToJson(habit)), issue(9))).toBe(true);
  });

  test('names and numbers fill the places of a skeleton; without any there is none', () => {
    expect(skeletonOf('Mưa lớn gây ngập nhiều nơi')).toBe(0);
    expect(skeletonOf('Dự báo thời tiết tỉnh Đông Chiêu ngày 24/9')).toBe(
      skeletonOf('Dự báo thời tiết tỉnh Sông Mây ngày 3/10'),
    );
  });

  test('a line under four articles is the paper’s, not the article’s', () => {
    const habit = newHabit();
    const line = 'Mời bạn đọc gửi tin bài về tòa soạn Báo Sông Mây';
    const told = [1, 2, 3, 4, 5].map((n) => learn(habit, sketch('', `Đoạn thứ nhất của bài số ${n}.\n${line}`), at(1)));
    expect(told).toEqual([false, false, false, true, false]);
    expect(withoutHabitualLines(habit, `Đoạn riêng của bài này.\n${line}`)).toBe('Đoạn riêng của bài này.');
  });
});
