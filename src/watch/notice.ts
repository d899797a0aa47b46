// Notices of alerts → the letter and the webhook that tell of them. Pure.
import { createHash } from 'node:crypto';
import type { DueNotice } from '../store/alert.ts';
import { alertWords } from './words.ts';

const mostLines = 50;

/** One letter for all notices of a moment, Vietnamese first. `site` is the public address. */
export function toLetter(notices: readonly DueNotice[], site: string): { subject: string; text: string } {
  const opened = notices.filter((notice) => notice.event === 'opened');
  const heaviest = opened.find((notice) => notice.severity === 'critical') ?? opened[0] ?? notices[0];
  const first = heaviest === undefined ? '' : alertWords(heaviest, 'vi').title;
  const more = notices.length > 1 ? ` (+${notices.length - 1})` : '';
  const sign = opened.length === 0 ? 'Đã ổn' : heaviest?.severity === 'critical' ? 'KHẨN' : 'Cảnh báo';
  const lines = (lang: 'vi' | 'en') => [
    ...notices.slice(0, mostLines).map((notice) => {
      const { title, remedy } = alertWords(notice, lang);
      if (notice.event === 'closed') return `✓ ${lang === 'vi' ? 'Hết' : 'Over'}: ${title}`;
      const mark = notice.severity === 'critical' ? '✗' : '!';
      return `${mark} ${title}\n  → ${remedy}`;
    }),
    ...(notices.length > mostLines ? [`… +${notices.length - mostLines}`] : []),
  ];
  return {
    subject: `[Tin Tỉnh] ${sign}: ${first}${more}`.replace(/\s+/g, ' ').slice(0, 200),
    text: `${lines('vi').join('\n\n')}\n\n${site}/quan-tri/suc-khoe\n\n-- \n${lines('en').join('\n\n')}\n`,
  };
}

/** The body of a webhook. Its id names the notice, so that a second attempt is known as one. */
export function toWebhook(notice: DueNotice, site: string): { id: string; body: Buffer } {
  const vi = alertWords(notice, 'vi');
  const en = alertWords(notice, 'en');
  const { kind, subject, severity, facts, openedAt, closedAt } = notice;
  const data = {
    alert: alertUid(notice.id, site),
    kind,
    subject,
    severity,
    title: { vi: vi.title, en: en.title },
    remedy: { vi: vi.remedy, en: en.remedy },
    facts,
    openedAt,
    closedAt: notice.event === 'closed' ? closedAt : null,
    url: `${site}/quan-tri/suc-khoe`,
  };
  const body = { type: `alert.${notice.event}`, id: notice.uid, timestamp: notice.createdAt.toISOString(), data };
  return { id: notice.uid, body: Buffer.from(JSON.stringify(body)) };
}

/** An id for an alert that never changes, made of its number and the site (RFC 9562 §5.8). */
export function alertUid(id: number, site: string): string {
  const hex = createHash('sha256').update(`tin-tinh alert ${site} ${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
