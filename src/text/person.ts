// Turns a run of capitalised words into the answer whether it is a Vietnamese person's full name.
import { syllables } from './vietnamese.ts';

const families = new Set(
  (
    'nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng mai tô hà tạ lương ' +
    'lò quàng cầm giàng sùng thào hờ mùa lầu vừ cứ lù hạng tòng nông ma bế chu châu cao kiều khổng khuất quách quản tăng ' +
    'thân thạch kim diệp doãn dư giang giáp hán hứa kha khương khúc lưu lục lữ mạc mã mẫn nghiêm nhâm ninh phí phó sầm tiêu tôn ' +
    'triệu uông viên điểu rơ siu ksor'
  ).split(' '),
);
const middles = new Set(
  'văn thị hữu đức đình xuân ngọc minh thanh quang công quốc hoàng thành bá trọng duy gia khánh thu mạnh hồng kim viết anh phương tuấn hải hoài bảo nhật'.split(
    ' ',
  ),
);

/** Whether a syllable, in lower case with its marks, is a family name. */
export function isFamilyName(syllable: string): boolean {
  return families.has(syllable);
}

/**
 * Whether `name` looks like a full name: a family name first, two to five syllables, three or more of them or a known middle
 * name. A place that is named like a family (`Lâm Đồng`, `Thái Bình`) is none.
 */
export function isPersonName(name: string): boolean {
  const parts = syllables(name);
  const [family = '', middle = ''] = parts;
  if (parts.length < 3 || parts.length > 5 || !families.has(family)) return false;
  return (
    parts.length >= 4 ||
    middles.has(middle) ||
    families.has(middle) ||
    /^(?:nguyễn|trần|lê|phạm|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô)$/u.test(family)
  );
}
