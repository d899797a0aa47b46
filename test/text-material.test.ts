// What changes the news is told from what only mends its spelling.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMaterialChange } from '../src/text/material.ts';

const body = 'Sáng nay bà con ba bản cùng nhau khơi dòng suối cạn, đưa nước về ruộng bậc thang trước ngày xuống giống.';
const version = (title: string, part: { summary?: string; body?: string } = {}) => ({
  title,
  summary: part.summary ?? '',
  body: part.body ?? body,
});
const isMaterial = (before: string, after: string) => isMaterialChange(version(before), version(after));

describe('a change', () => {
  it.each([
    ['Khơi dòng suối cạn', 'Khơi dòng suối cạn!'],
    ['Nói “không” với rác', 'Nói "không" với rác'],
    ['KHƠI DÒNG SUỐI CẠN', 'Khơi dòng suối cạn'],
    ['Hoà giải ở bản', 'Hòa giải ở bản'],
    ['Thủ tuớng thăm Tây Bắc', 'Thủ tướng thăm Tây Bắc'],
    ['Hội nghi tổng kết', 'Hội nghị tổng kết'],
    ['Đăk Lăk vào vụ cà phê', 'Đăklăk vào vụ cà phê'],
    ['Trường hcọ vùng cao', 'Trường học vùng cao'],
  ])('that mends spelling is not material: %s → %s', (before, after) => {
    expect(isMaterial(before, after)).toBe(false);
  });

  it.each([
    ['Ba người bị nạn', 'Bà người bị nạn'],
    ['3 người bị nạn', '5 người bị nạn'],
    ['Thu 1,5 tỷ đồng', 'Thu 15 tỷ đồng'],
    ['Không tăng học phí', 'Tăng học phí'],
    ['Giá vàng tăng', 'Giá vàng giảm'],
    ['Lễ hội ở Sơn La', 'Lễ hội ở Sơn Tây'],
    ['Khơi dòng suối cạn', 'Khơi dòng suối cạn, cứu vụ lúa'],
  ])('of the news is material: %s → %s', (before, after) => {
    expect(isMaterial(before, after)).toBe(true);
  });

  it('in the body counts as much as one in the headline', () => {
    const change = (next: string) => isMaterialChange(version('Tin'), version('Tin', { body: next }));

    expect(change(body.replace('khơi', 'khoi'))).toBe(false);
    expect(change(`${body} Tối cùng ngày, nước đã về.`)).toBe(true);
    expect(change(body.replace('ba bản', 'hai bản'))).toBe(true);
  });

  it('of many words is material even when each is a slip', () => {
    expect(
      isMaterialChange(version('Tin'), version('Tin', { body: body.normalize('NFD').replace(/\p{M}/gu, '') })),
    ).toBe(true);
  });

  it('to nothing else is none, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(isMaterial(text, text)).toBe(false);
      }),
    );
  });
});
