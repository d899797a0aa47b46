// An alert's kind, subject and facts → what is wrong and what to do, Vietnamese and English. Pure.
import type { QueueName } from '../store/health.ts';
import type { ConditionKind } from './judge.ts';

/** `title`: what is wrong, one line. `remedy`: what to do. */
export type AlertWords = { title: string; remedy: string };

type Lang = 'vi' | 'en';
type Facts = Readonly<Record<string, string | number>>;
type Writer = (subject: string, facts: Facts) => Record<Lang, [title: string, remedy: string]>;

/** Names of the queues. */
export const queueWords: Readonly<Record<QueueName, Record<Lang, string>>> = {
  sources: { vi: 'nguồn đến hạn đọc', en: 'sources due' },
  articles: { vi: 'trang bài chờ đọc', en: 'article pages' },
  cluster: { vi: 'bài chờ ghép tin', en: 'entries to cluster' },
  documents: { vi: 'bản tin chờ dựng', en: 'documents to render' },
  hub: { vi: 'nơi đăng ký chờ báo', en: 'subscribers to tell' },
  webhooks: { vi: 'webhook chờ gửi', en: 'webhooks to send' },
  pushed: { vi: 'tin được đẩy tới, chờ đọc', en: 'pushed documents' },
  gaps: { vi: 'chỗ sót chờ bù', en: 'gaps to fill' },
};

const queueName = (subject: string, lang: Lang) => queueWords[subject as QueueName]?.[lang] ?? subject;

const writers: Record<ConditionKind, Writer> = {
  no_fetch: (_subject, { minutes, failing }) => ({
    vi: [
      `${minutes} phút nay không đọc được nguồn nào (${failing} nguồn đang lỗi)`,
      'Xem tiến trình jobs còn chạy không, máy còn ra mạng và phân giải tên được không: chạy `tin doctor`.',
    ],
    en: [
      `No source was read for ${minutes} min (${failing} failing)`,
      'See whether the jobs process runs and this machine reaches the network and its DNS: run `tin doctor`.',
    ],
  }),
  queue_late: (subject, { waiting, minutes }) => ({
    vi: [
      `Hàng đợi ứ: ${waiting} ${queueName(subject, 'vi')}, lâu nhất quá hạn ${minutes} phút`,
      'Xem tiến trình jobs còn chạy không và nhật ký của nó; nếu máy quá tải, thêm một tiến trình ROLE=jobs.',
    ],
    en: [
      `A queue is late: ${waiting} ${queueName(subject, 'en')}, the longest overdue by ${minutes} min`,
      'See whether the jobs process runs, and its log; if the machine is overloaded, add a process with ROLE=jobs.',
    ],
  }),
  host_down: (subject, { sources, paper, error, wall }) => ({
    vi: [
      `${paper}: ${sources} nguồn ở ${subject} đều không đọc được (${wall === '' ? error : wall})`,
      wall === ''
        ? 'Mở trang báo xem còn hoạt động không, địa chỉ nguồn có đổi không; xem lý do ở trang nguồn.'
        : 'Báo chặn máy đọc tin: xin báo mở cho; ta không lách.',
    ],
    en: [
      `${paper}: none of ${sources} sources at ${subject} can be read (${wall === '' ? error : wall})`,
      wall === ''
        ? "See whether the paper's site works and whether its feeds moved; the source's page tells why."
        : 'The paper keeps readers like this one out: ask it to let us in; it is not evaded.',
    ],
  }),
  many_hosts: (_subject, { hosts, of, names }) => ({
    vi: [
      `${hosts} trên ${of} máy chủ báo cùng lúc không đọc được: ${names}`,
      'Thường là mạng, DNS hoặc địa chỉ của chính ta bị chặn: chạy `tin doctor`, thử mở vài báo từ máy này.',
    ],
    en: [
      `${hosts} of ${of} hosts cannot be read at the same time: ${names}`,
      'Mostly our own network, DNS, or our address on a block list: run `tin doctor`, open a few papers from this machine.',
    ],
  }),
  paper_quiet: (_subject, { paper, newestAt }) => ({
    vi: [
      `${paper} im ắng lạ thường${newestAt === '' ? '' : `, tin mới nhất ${shortDate(newestAt)}`}`,
      'Có thể báo đổi địa chỉ nguồn mà nguồn cũ vẫn trả lời: tìm lại nguồn ở trang báo.',
    ],
    en: [
      `${paper} has gone strangely quiet${newestAt === '' ? '' : `, its newest article is of ${shortDate(newestAt)}`}`,
      'Perhaps its feeds moved while the old address still answers: discover them again.',
    ],
  }),
  many_quiet: (_subject, { papers, of, names }) => ({
    vi: [
      `${papers} trên ${of} báo im ắng lạ thường cùng lúc: ${names}`,
      'Ngày lễ thì chờ; còn không, xem đồng hồ của máy (`tin doctor`) và vài báo.',
    ],
    en: [
      `${papers} of ${of} papers have gone quiet together: ${names}`,
      "On a holiday wait; else look at this machine's clock (`tin doctor`) and at a few papers.",
    ],
  }),
  polls_held: (_subject, { polls, hours }) => ({
    vi: [
      `${polls} lần đọc bị giữ lại, lâu nhất ${hours} giờ`,
      'Nhiều "tin mới" trông như tin cũ đổi mã: xem và quyết định bằng `tin sources held`.',
    ],
    en: [
      `${polls} polls are held, the longest for ${hours} h`,
      'Many "new" articles look like known ones under other ids: look and decide with `tin sources held`.',
    ],
  }),
  documents_broken: (_subject, { documents, paths }) => ({
    vi: [
      `${documents} bản tin dựng ra không hợp lệ: ${paths}`,
      'Bản tốt cuối cùng vẫn đang được phát. Xem nhật ký của jobs (publish) và báo cho người viết chương trình.',
    ],
    en: [
      `${documents} documents failed their proof: ${paths}`,
      'The last good ones are still served. See the log of jobs (publish) and tell the authors of the program.',
    ],
  }),
  stale: (_subject, { p95Minutes, entries }) => ({
    vi: [
      `Tin tới chậm: 5 % trong ${entries} bài mới nhất tới sau hơn ${p95Minutes} phút`,
      'Xem báo nào chậm ở danh sách nguồn; đặt nhịp dày hơn nếu báo đồng ý, hoặc xin WebSub.',
    ],
    en: [
      `News comes late: 5 % of the newest ${entries} entries took more than ${p95Minutes} min`,
      'See in the list of sources which papers are late; agree on a faster pace with them, or on WebSub.',
    ],
  }),
  partitions: (_subject, { months }) => ({
    vi: [
      `Chỉ còn ${months} tháng có sẵn bảng để ghi`,
      'Việc "partitions" không chạy được: xem nhật ký của jobs và quyền tạo bảng (`tin doctor`).',
    ],
    en: [
      `Tables are there for only ${months} months ahead`,
      'The job "partitions" does not get through: see the log of jobs and the right to make tables (`tin doctor`).',
    ],
  }),
  connections: (_subject, { used, most }) => ({
    vi: [
      `Sắp hết kết nối tới PostgreSQL: ${used} trên ${most}`,
      'Tăng max_connections, bớt tiến trình, hoặc đặt một bộ gộp kết nối ở giữa.',
    ],
    en: [
      `PostgreSQL is running out of connections: ${used} of ${most}`,
      'Raise max_connections, run fewer processes, or put a pooler between.',
    ],
  }),
  disk: (_subject, { freeMB, percent }) => ({
    vi: [
      `Sắp đầy đĩa: còn ${freeMB} MB (${percent} %)`,
      'Dọn đĩa, hoặc đặt KEEP_MONTHS để bỏ các tháng cũ, hoặc chuyển DATA_DIR sang đĩa lớn hơn.',
    ],
    en: [
      `The disk is nearly full: ${freeMB} MB left (${percent} %)`,
      'Make room, or set KEEP_MONTHS so that old months go, or move DATA_DIR to a larger disk.',
    ],
  }),
  clock: (_subject, { seconds }) => ({
    vi: [`Đồng hồ máy này lệch ${seconds} giây so với máy PostgreSQL`, 'Bật đồng bộ giờ (NTP) trên cả hai máy.'],
    en: [
      `This machine's clock is ${seconds} s off that of PostgreSQL`,
      'Turn on time synchronisation (NTP) on both machines.',
    ],
  }),
};

/** The words of an alert; an unknown kind stands for itself. */
export function alertWords(alert: { kind: string; subject: string; facts: Facts }, lang: Lang): AlertWords {
  const writer = writers[alert.kind as ConditionKind];
  if (writer === undefined) return { title: `${alert.kind} ${alert.subject}`.trim(), remedy: '' };
  const [title, remedy] = writer(alert.subject, alert.facts)[lang];
  return { title, remedy };
}

// Day and hour in Vietnam, which has one zone and no summer time.
function shortDate(iso: string | number | undefined): string {
  const date = new Date(new Date(String(iso)).getTime() + 7 * 3_600_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return Number.isNaN(date.getTime())
    ? String(iso)
    : `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}
