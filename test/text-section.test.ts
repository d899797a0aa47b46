// Papers' own labels put under our sections.
import { expect, it } from 'vitest';
import { sectionBySlug, sectionOf, sections } from '../src/text/section.ts';
import { slugify } from '../src/text/vietnamese.ts';

it('every section has an address of its own and both names', () => {
  expect(new Set(sections.map((s) => s.slug)).size).toBe(sections.length);
  for (const section of sections) {
    expect(slugify(section.name).startsWith(section.slug)).toBe(true);
    expect(section.nameEn).not.toBe('');
    expect(sectionBySlug(section.slug)).toBe(section);
    expect(sectionOf([section.name])).toBe(section.slug);
    expect(sectionOf([section.nameEn])).toBe(section.slug);
  }
  expect(sectionBySlug('khong-co')).toBeNull();
});

it.each([
  ['Thời sự - Chính trị', 'thoi-su'],
  ['Thời sự & Chính trị', 'thoi-su'],
  ['Xây dựng Đảng', 'thoi-su'],
  ['XÂY DỰNG ĐẢNG - CHÍNH QUYỀN', 'thoi-su'],
  ['Tin trong tỉnh', 'thoi-su'],
  ['Kinh doanh', 'kinh-te'],
  ['Nông nghiệp - Nông thôn', 'kinh-te'],
  ['Kinh tế > Thị trường', 'kinh-te'],
  ['Thị trường - Giá cả', 'kinh-te'],
  ['Lao động - Việc làm', 'xa-hoi'],
  ['Dân tộc & Tôn giáo', 'xa-hoi'],
  ['Tin tức/Pháp luật', 'phap-luat'],
  ['An ninh trật tự', 'phap-luat'],
  ['Quốc phòng - An ninh', 'quoc-phong-an-ninh'],
  ['An ninh - Quốc phòng', 'quoc-phong-an-ninh'],
  ['Giáo dục và Đào tạo', 'giao-duc'],
  ['Giáo dục - Khoa học', 'giao-duc'],
  ['Y tế - Sức khoẻ', 'suc-khoe'],
  ['SỨC KHỎE', 'suc-khoe'],
  ['Văn hoá', 'van-hoa'],
  ['Văn hóa - Thể thao', 'van-hoa'],
  ['Giải trí', 'van-hoa'],
  ['Thể thao quốc tế', 'the-thao'],
  ['Bóng đá', 'the-thao'],
  ['Du lịch - Khám phá', 'du-lich'],
  ['Tài nguyên & Môi trường', 'moi-truong'],
  ['Thời tiết', 'moi-truong'],
  ['Số hóa', 'khoa-hoc-cong-nghe'],
  ['Chuyển đổi số', 'khoa-hoc-cong-nghe'],
  ['Khoa học và Công nghệ', 'khoa-hoc-cong-nghe'],
  ['Gia đình', 'doi-song'],
  ['Thế giới', 'the-gioi'],
  ['Quốc tế', 'the-gioi'],
  ['Kinh tế Sơn La', 'kinh-te'],
  ['Tin thể thao', 'the-thao'],
  ['the-thao', 'the-thao'],
  ['Thể thao'.normalize('NFD'), 'the-thao'],
])('%s is %s', (label, slug) => {
  expect(sectionOf([label])).toBe(slug);
});

it('the first label that is understood decides', () => {
  expect(sectionOf(['Trang chủ', 'Mộc Châu', 'Du lịch', 'Kinh tế'])).toBe('du-lich');
});

it.each([[[]], [['']], [['Trang chủ']], [['Nguyễn Văn A', 'Tin mới', 'Ảnh', 'x'.repeat(500)]], [['___', '…', '>>>']]])(
  'nothing fits %j',
  (labels) => {
    expect(sectionOf(labels)).toBeNull();
  },
);

it('a hostile label costs nothing', () => {
  const labels = Array.from({ length: 100_000 }, () => '> > > > > > > > ');
  const long = ['x'.repeat(400_000)];
  const started = performance.now();
  expect(sectionOf(labels)).toBeNull();
  expect(sectionOf(long)).toBeNull();
  expect(performance.now() - started).toBeLessThan(500);
});
