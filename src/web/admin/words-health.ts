// Words of the health screen, Vietnamese and English.
import type { Lang } from '../words.ts';

const vi = {
  health: 'Sức khoẻ',
  allGood: 'Mọi thứ đều ổn.',
  alerts: 'Cảnh báo đang mở',
  past: 'Cảnh báo gần đây',
  what: 'Việc gì',
  from: 'Từ',
  until: 'Tới',
  critical: 'khẩn',
  warning: 'cảnh báo',
  over: 'đã hết',
  ending: 'vừa hết, chờ thêm 10 phút cho chắc',
  notTold: (count: number) => `${count} lời báo chưa gửi được`,
  noChannel:
    'Chưa có nơi nhận cảnh báo. Đặt SMTP_URL và ALERT_TO, hoặc ALERT_WEBHOOK_URL, hoặc theo dõi nguồn cấp dưới đây.',
  sources: 'Nguồn tin',
  lastGood: 'Đọc được gần nhất',
  polls: 'Lần đọc trong một giờ',
  held: 'Lần đọc bị giữ',
  gaps: 'Chỗ sót chưa bù, 2 ngày',
  queues: 'Hàng đợi',
  queue: 'Hàng đợi',
  waiting: 'Đang chờ',
  oldest: 'Quá hạn lâu nhất',
  fresh: 'Độ tươi: từ lúc báo đăng tới lúc ta có',
  p50: 'Một nửa tới trong',
  p95: '95 % tới trong',
  ofEntries: 'Trong số bài mới nhất có giờ đăng',
  newest: 'Tin mới nhất',
  documents: 'Bản tin',
  made: 'Số bản tin',
  broken: 'Không hợp lệ',
  hubs: 'Hub của các báo',
  hub: 'Hub',
  pushes: 'Lần đẩy',
  brought: 'Bài mang tới',
  missed: 'Bỏ sót',
  forged: 'Sai chữ ký',
  storage: 'Lưu trữ',
  database: 'Cỡ cơ sở dữ liệu',
  oldestEntry: 'Bài cũ nhất',
  months: 'Số tháng có sẵn bảng',
  connections: 'Kết nối tới PostgreSQL',
  largest: 'Bảng lớn nhất',
  table: 'Bảng',
  bytes: 'Cỡ',
  rows: 'Số dòng (ước lượng)',
  parts: 'Số phần',
  day: '24 giờ qua',
  curve: (name: string, now: string, most: string) => `${name}: bây giờ ${now}, cao nhất ${most}`,
  curves: {
    p95: 'Độ tươi 95 % (phút)',
    waiting: 'Chờ ghép và chờ dựng',
    sick: 'Nguồn hỏng và bị chặn',
    databaseMB: 'Cơ sở dữ liệu (MB)',
  },
  noSamples: 'Chưa có số liệu: việc "watch" ghi mỗi 5 phút một lần.',
  feed: 'Nguồn cấp cảnh báo (Atom)',
  feedText:
    'Liên kết riêng để trình đọc tin theo dõi mà không cần đăng nhập. Ai có liên kết đều đọc được; tạo liên kết mới thì liên kết cũ hết hiệu lực.',
  makeLink: 'Tạo liên kết mới',
  linkMade: 'Chép liên kết này ngay, nó chỉ hiện một lần:',
  asJson: 'Cùng số liệu, dạng JSON',
  none: 'không có',
  second: (count: number) => `${count} giây`,
  minute: (count: number) => `${count} phút`,
  hour: (count: number) => `${count} giờ`,
  daySpan: (count: number) => `${count} ngày`,
};

export type HealthWords = typeof vi;

const en: HealthWords = {
  health: 'Health',
  allGood: 'All is well.',
  alerts: 'Open alerts',
  past: 'Recent alerts',
  what: 'What',
  from: 'From',
  until: 'Until',
  critical: 'critical',
  warning: 'warning',
  over: 'over',
  ending: 'just gone, ten minutes more to be sure',
  notTold: (count) => `${count} notices could not be sent yet`,
  noChannel: 'Nobody is told of alerts. Set SMTP_URL and ALERT_TO, or ALERT_WEBHOOK_URL, or follow the feed below.',
  sources: 'Sources',
  lastGood: 'Last good poll',
  polls: 'Polls within an hour',
  held: 'Held polls',
  gaps: 'Gaps not filled, 2 days',
  queues: 'Queues',
  queue: 'Queue',
  waiting: 'Waiting',
  oldest: 'Longest overdue',
  fresh: 'Freshness: from publication to us',
  p50: 'Half come within',
  p95: '95 % come within',
  ofEntries: 'Of so many newest entries with a date',
  newest: 'Newest story',
  documents: 'Documents',
  made: 'Documents',
  broken: 'Not valid',
  hubs: "Papers' hubs",
  hub: 'Hub',
  pushes: 'Pushes',
  brought: 'Brought',
  missed: 'Missed',
  forged: 'Forged',
  storage: 'Storage',
  database: 'Size of the database',
  oldestEntry: 'Oldest entry',
  months: 'Months with tables ahead',
  connections: 'Connections to PostgreSQL',
  largest: 'Largest tables',
  table: 'Table',
  bytes: 'Size',
  rows: 'Rows (estimate)',
  parts: 'Parts',
  day: 'The last 24 hours',
  curve: (name, now, most) => `${name}: now ${now}, at most ${most}`,
  curves: {
    p95: 'Freshness 95 % (min)',
    waiting: 'To cluster and to render',
    sick: 'Broken and blocked sources',
    databaseMB: 'Database (MB)',
  },
  noSamples: 'No figures yet: the job "watch" keeps some every 5 minutes.',
  feed: 'Feed of alerts (Atom)',
  feedText:
    'A private link for a feed reader that cannot sign in. Whoever has the link can read it; a new link ends the old one.',
  makeLink: 'Make a new link',
  linkMade: 'Copy this link now, it is shown once:',
  asJson: 'The same figures as JSON',
  none: 'none',
  second: (count) => `${count} s`,
  minute: (count) => `${count} min`,
  hour: (count) => `${count} h`,
  daySpan: (count) => `${count} days`,
};

/** The words of a language. */
export const healthWords = (lang: Lang): HealthWords => (lang === 'en' ? en : vi);

/** A span of time in one unit: "40 giây", "12 phút", "3 giờ", "5 ngày". */
export function spanWords(seconds: number, lang: Lang): string {
  const words = healthWords(lang);
  if (seconds < 90) return words.second(Math.round(seconds));
  if (seconds < 90 * 60) return words.minute(Math.round(seconds / 60));
  if (seconds < 48 * 3_600) return words.hour(Math.round(seconds / 3_600));
  return words.daySpan(Math.round(seconds / 86_400));
}

/** A size with a fitting unit, by thousands. */
export function sizeWords(bytes: number, lang: Lang): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const said = value >= 100 || unit === 0 ? String(Math.round(value)) : value.toFixed(1);
  return `${lang === 'vi' ? said.replace('.', ',') : said} ${units[unit] ?? ''}`;
}
