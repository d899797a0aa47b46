// A source's row → how it does, in one word and a sentence for people, and why it is looked at when it is. Pure.
import { isGoneForGood } from './failure.ts';

/** What the verdict rests on; every field as the store has it. */
export type HealthRow = {
  isPaused: boolean;
  /** Consecutive failures. */
  failures: number;
  failingSince: Date | null;
  /** `code: message` of the last failure, or `source.empty` after a document without items; null after success. */
  lastError: string | null;
  lastStatus: number | null;
  lastSuccessAt: Date | null;
  /** Date of the newest item of the last good document. */
  newestAt: Date | null;
  turnoverSeconds: number | null;
  /** Time of the last good poll. */
  tookMs: number | null;
  goneSince: Date | null;
  /** Name of the wall that answered last (`cloudflare`, `robots`, …). */
  blockedBy: string | null;
  /** A poll in doubt waits for a decision. */
  isHeld: boolean;
  /** Open gaps: news may be missing. */
  gaps: number;
};

export type HealthState = 'ok' | 'quiet' | 'slow' | 'blocked' | 'broken' | 'paused';

/** `vi` and `en`: what is the matter and what to do, one or two sentences; `command` helps at the command line. */
export type Health = { state: HealthState; vi: string; en: string; command?: string };

/** The sentence with the command that helps behind it. */
export const withCommand = ({ vi, command }: Health): string => (command === undefined ? vi : `${vi} ${command}`);

const hourMs = 3_600_000;
const slowMs = 10_000;
const quietMs = 48 * hourMs;
const brokenAfter = 3;

/** Words of the states, for columns and pills. */
export const stateWords: Readonly<Record<HealthState, { vi: string; en: string }>> = {
  ok: { vi: 'tốt', en: 'ok' },
  quiet: { vi: 'lặng', en: 'quiet' },
  slow: { vi: 'chậm', en: 'slow' },
  blocked: { vi: 'bị chặn', en: 'blocked' },
  broken: { vi: 'hỏng', en: 'broken' },
  paused: { vi: 'tạm dừng', en: 'paused' },
};

/** States from the one that needs a person most. */
export const worstFirst: readonly HealthState[] = ['broken', 'blocked', 'paused', 'slow', 'quiet', 'ok'];

function ago(date: Date | null, now: Date): { vi: string; en: string } {
  if (date === null) return { vi: 'chưa lần nào', en: 'never' };
  const hours = Math.max(0, Math.round((now.getTime() - date.getTime()) / hourMs));
  if (hours < 1) return { vi: 'chưa đầy 1 giờ', en: 'less than 1 h' };
  return hours < 48
    ? { vi: `${hours} giờ`, en: `${hours} h` }
    : { vi: `${Math.round(hours / 24)} ngày`, en: `${Math.round(hours / 24)} days` };
}

/** Why the last poll failed, in words. */
export function whatFailed(row: Pick<HealthRow, 'lastError' | 'lastStatus'>): { vi: string; en: string } {
  const code = row.lastError?.split(':', 1)[0] ?? '';
  const known = failures[code];
  if (code === 'source.status' && row.lastStatus !== null) {
    const status = statuses[row.lastStatus] ?? (row.lastStatus >= 500 ? statuses[500] : undefined);
    return {
      vi: `máy chủ trả lời ${row.lastStatus}${status ? ` (${status.vi})` : ''}`,
      en: `the server answered ${row.lastStatus}${status ? ` (${status.en})` : ''}`,
    };
  }
  return known ?? { vi: `lỗi ${code || 'không rõ'}`, en: `error ${code || 'unknown'}` };
}

const failures: Readonly<Record<string, { vi: string; en: string }>> = {
  'source.empty': { vi: 'nguồn tin rỗng, không có bài nào', en: 'the feed is empty, without any article' },
  'source.not_a_feed': {
    vi: 'địa chỉ trả về thứ không phải nguồn tin (thường là trang báo lỗi); kiểm tra lại địa chỉ',
    en: 'the address answers with something that is no feed (often an error page); check it',
  },
  'source.robots': {
    vi: 'robots.txt của báo không cho đọc; xin phép báo hoặc gỡ nguồn này',
    en: "the paper's robots.txt forbids it; ask the paper or remove the source",
  },
  'net.dns': {
    vi: 'tên miền không còn hoặc chưa phân giải được',
    en: 'the domain cannot be resolved',
  },
  'net.tls': { vi: 'chứng chỉ bảo mật của báo không hợp lệ', en: "the paper's certificate is not valid" },
  'net.refused': { vi: 'máy chủ từ chối kết nối', en: 'the server refuses connections' },
  'net.timeout': { vi: 'máy chủ không trả lời kịp', en: 'the server does not answer in time' },
  'net.deadline': { vi: 'máy chủ trả lời quá lâu', en: 'the server takes too long' },
  'net.too_large': { vi: 'nguồn lớn hơn mức cho phép', en: 'the feed is larger than is taken' },
  'net.private_address': {
    vi: 'địa chỉ dẫn vào mạng riêng; nếu là nguồn nội bộ, khai báo ALLOW_PRIVATE_NETWORKS',
    en: 'the address leads into a private network; for an intranet source set ALLOW_PRIVATE_NETWORKS',
  },
  'net.too_many_redirects': { vi: 'địa chỉ chuyển hướng vòng quanh', en: 'the address redirects in circles' },
};

/** What a failure's code means, without capital or full stop; null for one that has no words. */
export const failureWords = (code: string): { vi: string; en: string } | null => failures[code] ?? null;

const statuses: Readonly<Record<number, { vi: string; en: string }>> = {
  401: { vi: 'đòi đăng nhập', en: 'asks for a login' },
  403: { vi: 'từ chối', en: 'refused' },
  404: { vi: 'không thấy địa chỉ này', en: 'not found' },
  429: { vi: 'xin đọc thưa hơn', en: 'asks us to come less often' },
  500: { vi: 'máy chủ báo lỗi', en: 'server error' },
  503: { vi: 'đang bảo trì', en: 'under maintenance' },
};

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The state of one source. A pause and a wall come before all else, three failures in a row before slowness; a source is quiet when its
 * newest item is older than two days and than the time in which it used to replace its whole document.
 */
export function sourceHealth(row: HealthRow, now: Date): Health {
  if (row.isPaused)
    return {
      state: 'paused',
      vi: 'Người quản trị đã tạm dừng.',
      en: 'Paused by an admin.',
      command: 'tin sources resume',
    };
  if (row.goneSince !== null)
    return isGoneForGood(row.goneSince, now)
      ? {
          state: 'paused',
          vi: `Máy chủ báo nguồn đã gỡ hẳn (410), ${ago(row.goneSince, now).vi} nay. Tìm địa chỉ mới hoặc gỡ nguồn; mỗi tháng vẫn hỏi lại một lần.`,
          en: `The server says it is gone for good (410), for ${ago(row.goneSince, now).en}. Find its new address or remove it; it is asked once a month.`,
        }
      : {
          state: 'paused',
          vi: 'Máy chủ báo nguồn đã gỡ hẳn (410). Ba ngày nữa hỏi lại cho chắc.',
          en: 'The server says it is gone for good (410). It is asked once more after three days.',
        };
  if (row.blockedBy !== null)
    return row.blockedBy === 'robots'
      ? {
          state: 'blocked',
          vi: `${upperFirst(failures['source.robots']?.vi ?? '')}.`,
          en: `${upperFirst(failures['source.robots']?.en ?? '')}.`,
        }
      : {
          state: 'blocked',
          vi: `Tường chắn ${row.blockedBy} của báo không cho vào. Xin báo mở cho máy đọc tin này; ta không lách.`,
          en: `The paper's wall (${row.blockedBy}) keeps us out. Ask the paper to let this reader in; it is not evaded.`,
        };
  if (row.failures >= brokenAfter || (row.failures > 0 && row.lastSuccessAt === null)) {
    const what = whatFailed(row);
    const since = ago(row.failingSince ?? row.lastSuccessAt, now);
    return {
      state: 'broken',
      vi: `Hỏng từ ${since.vi} nay, ${row.failures} lần liền: ${what.vi}.`,
      en: `Broken for ${since.en}, ${row.failures} times in a row: ${what.en}.`,
    };
  }
  if (row.failures > 0) {
    const what = whatFailed(row);
    return {
      state: 'slow',
      vi: `Lần vừa rồi chưa đọc được: ${what.vi}. Sẽ thử lại.`,
      en: `The last try failed: ${what.en}. It is tried again.`,
    };
  }
  if (row.lastError?.startsWith('source.empty') === true)
    return {
      state: 'slow',
      vi: 'Nguồn tin đang rỗng: đọc được nhưng không có bài nào. Bài đã có vẫn giữ nguyên. Nếu kéo dài, hỏi báo hoặc kiểm tra lại địa chỉ.',
      en: 'The feed is empty: it can be read but holds no article. What it brought before stays. If it lasts, ask the paper or check the address.',
    };
  if (row.isHeld)
    return {
      state: 'slow',
      vi: 'Có một lần đọc đang giữ lại: nhiều tin "mới" trông như tin cũ đổi mã. Xem rồi quyết định.',
      en: 'A poll is held: many "new" articles look like known ones under other ids. Look and decide.',
      command: 'tin sources held',
    };
  if (row.gaps > 0)
    return {
      state: 'slow',
      vi: 'Có thể sót tin: lần đọc trước và sau không chung bài nào. Đặt nhịp đọc dày hơn nếu báo đồng ý.',
      en: 'News may be missing: two polls had no article in common. Agree on a faster pace with the paper.',
    };
  if (row.tookMs !== null && row.tookMs >= slowMs)
    return {
      state: 'slow',
      vi: `Trả lời chậm: ${Math.round(row.tookMs / 1_000)} giây.`,
      en: `Answers slowly: ${Math.round(row.tookMs / 1_000)} s.`,
    };
  if (row.lastSuccessAt === null) return { state: 'ok', vi: 'Chưa đọc lần nào.', en: 'Not read yet.' };
  const silence = row.newestAt === null ? 0 : now.getTime() - row.newestAt.getTime();
  if (silence > quietMs && silence > (row.turnoverSeconds ?? 0) * 1_000)
    return {
      state: 'quiet',
      vi: `Không có bài mới từ ${ago(row.newestAt, now).vi} nay, lâu hơn thường lệ.`,
      en: `Nothing new for ${ago(row.newestAt, now).en}, longer than usual.`,
    };
  return { state: 'ok', vi: 'Đọc tốt.', en: 'Reads well.' };
}

const reasons: Readonly<Record<string, { vi: string; en: string }>> = {
  new: { vi: 'mới thêm', en: 'just added' },
  asked: { vi: 'có người bảo đọc ngay', en: 'somebody asked for it' },
  gap: { vi: 'bù chỗ có thể sót', en: 'to fill a gap' },
  released: { vi: 'vừa thả lần đọc bị giữ', en: 'a held poll was released' },
  sample: { vi: 'báo thử', en: 'trial paper' },
  agreed: { vi: 'nhịp đã thoả thuận với báo', en: 'pace agreed with the paper' },
  rhythm: { vi: 'theo nhịp đăng bài của báo', en: "by the paper's own rhythm" },
  busy: { vi: 'báo đăng rất dày', en: 'the paper publishes very fast' },
  floor: { vi: 'báo đăng dày; không hỏi dày hơn mức này', en: 'fast paper; no more often than this' },
  fresh: { vi: 'mỗi giờ, cho tin khỏi cũ', en: 'hourly, to stay fresh' },
  unconditional: { vi: 'thưa hơn: báo không báo được "chưa đổi"', en: 'less often: the paper cannot say "unchanged"' },
  quiet: { vi: 'báo lâu không có bài mới', en: 'nothing new for long' },
  unknown: { vi: 'chưa rõ nhịp', en: 'rhythm unknown yet' },
  usual: { vi: 'nhịp thường', en: 'usual pace' },
  cache_control: {
    vi: 'báo xin giữ bản đã đọc (Cache-Control)',
    en: 'the paper asks to keep the copy (Cache-Control)',
  },
  expires: { vi: 'báo xin giữ bản đã đọc (Expires)', en: 'the paper asks to keep the copy (Expires)' },
  ttl: { vi: 'nguồn xin nhịp này (ttl)', en: 'the feed asks for it (ttl)' },
  update_period: { vi: 'nguồn nói nó đổi theo nhịp này', en: 'the feed says it changes at this pace' },
  skip_hours: { vi: 'nguồn xin không đọc vào giờ hoặc ngày này', en: 'the feed asks to skip these hours or days' },
  websub_backup: { vi: 'tin được đẩy tới; đây là lần kiểm tra', en: 'news is pushed to us; this is the check' },
  retry_after: { vi: 'máy chủ xin quay lại sau', en: 'the server asked to come back later' },
  failure_backoff: { vi: 'thử lại sau lỗi', en: 'another try after a failure' },
  gone: { vi: 'máy chủ báo đã gỡ hẳn', en: 'the server says it is gone' },
};

/** Why the next look is when it is, in words; an unknown code stands for itself. */
export function reasonWords(code: string): { vi: string; en: string } {
  return reasons[code] ?? { vi: code, en: code };
}
