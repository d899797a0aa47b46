// What embeds and the page that makes them say, Vietnamese first and English second.
import type { Lang } from '../words.ts';

const vi = {
  latest: 'Tin mới',
  related: 'Tin liên quan',
  by: 'Theo',
  all: 'Xem thêm trên Tin Tỉnh',
  empty: 'Chưa có tin nào.',
  noneRelated: 'Chưa có tin liên quan.',
  sample: 'Mẫu',
  title: 'Nhúng Tin mới và Tin liên quan vào trang của bạn',
  lead: 'Chọn nội dung, xem thử, rồi chép một trong ba đoạn mã. Không cookie, không theo dõi, tự theo chế độ sáng hay tối.',
  kind: 'Hộp tin',
  province: 'Tỉnh, thành phố',
  section: 'Chuyên mục',
  any: 'Tất cả',
  url: 'Địa chỉ bài viết của bạn',
  urlHint: 'Chỉ để xem thử; thẻ riêng tự lấy địa chỉ của trang.',
  count: 'Số tin (1 đến 20)',
  pictures: 'Có ảnh',
  theme: 'Giao diện',
  auto: 'Theo máy người đọc',
  light: 'Sáng',
  dark: 'Tối',
  colour: 'Màu nhấn',
  show: 'Xem thử',
  preview: 'Xem thử',
  code: 'Mã để chép',
  element: 'Thẻ riêng (nên dùng)',
  elementHint:
    'Chạy được khi trang có CSP chặt: thêm địa chỉ này vào script-src, connect-src và, nếu lấy ảnh, img-src. Có bản cố định kèm integrity ở dưới. Đổi màu, chữ bằng biến CSS --tt-….',
  frame: 'iframe',
  frameHint: 'Không cần script. Nếu trang có CSP: thêm địa chỉ này vào frame-src.',
  include: 'Ghép ở máy chủ (SSI, ESI hay mã của bạn)',
  includeHint:
    'Máy chủ của bạn lấy đoạn HTML này mỗi phút một lần và đặt vào trang; nó mang các lớp tt-…, không có kiểu riêng.',
  copy: 'Chép',
  copied: 'Đã chép',
};

const en: typeof vi = {
  latest: 'Latest news',
  related: 'Related news',
  by: 'From',
  all: 'More on Tin Tỉnh',
  empty: 'No stories yet.',
  noneRelated: 'No related stories yet.',
  sample: 'Sample',
  title: 'Put latest and related news into your pages',
  lead: 'Choose what to show, look at it, and copy one of three pieces of code. No cookies, no tracking, light or dark as the reader’s device is.',
  kind: 'Box',
  province: 'Province',
  section: 'Section',
  any: 'All',
  url: 'Address of your article',
  urlHint: 'For the preview only; the element takes the address of its page.',
  count: 'Stories (1 to 20)',
  pictures: 'With pictures',
  theme: 'Theme',
  auto: 'As the reader’s device',
  light: 'Light',
  dark: 'Dark',
  colour: 'Accent colour',
  show: 'Preview',
  preview: 'Preview',
  code: 'Code to copy',
  element: 'Element (recommended)',
  elementHint:
    'Works under a strict CSP: add this address to script-src, connect-src and, for pictures, img-src. A fixed version with integrity is below. Change colours and type with CSS variables --tt-….',
  frame: 'iframe',
  frameHint: 'Needs no script. If your page has a CSP, add this address to frame-src.',
  include: 'Server-side include (SSI, ESI or your own code)',
  includeHint:
    'Your server fetches this HTML once a minute and puts it into the page; it has classes tt-… and no style of its own.',
  copy: 'Copy',
  copied: 'Copied',
};

/** The words of a language. */
export function embedWords(lang: Lang): typeof vi {
  return lang === 'en' ? en : vi;
}
