// The answer of an article's own page → is the article still there. Pure.
import { fold } from '../text/vietnamese.ts';

/** `there`: it stands. `removed`: taken down. `unclear`: ask again later. `evidence` is for an editor's eyes. */
export type RemovalVerdict = { state: 'there' | 'removed' | 'unclear'; evidence: string };

/** What a page says: status, final address, plain text of title and body (may be cut). */
export type PageAnswer = { status: number; finalUrl: string; title: string; text: string };

const notices = [
  'bai viet khong ton tai',
  'bai viet da bi go',
  'bai viet da duoc go',
  'tin bai nay da duoc go',
  'noi dung khong ton tai',
  'noi dung nay da bi go',
  'noi dung ban tim khong con',
  'bai viet nay khong con',
  'khong tim thay bai viet',
  'khong tim thay trang',
  'khong tim thay noi dung',
  'trang ban tim khong ton tai',
  'trang khong ton tai',
  'duong dan khong ton tai',
  'da bi xoa hoac khong ton tai',
  'this article has been removed',
  'page not found',
];
// An error page is short; a long page that speaks of removal is an article about something else.
const longestNotice = 3_000;

/**
 * Judges one look. 410 counts at once, 404 from the second look on (a site under repair answers 404 for an hour); a redirect to the home
 * page and a notice of removal in a short page without the headline count like a 404. Everything else that is no success is unclear.
 */
export function judgeRemoval(
  article: { url: string; title: string },
  page: PageAnswer,
  earlierLooks: number,
): RemovalVerdict {
  const twice = (evidence: string): RemovalVerdict => ({ state: earlierLooks > 0 ? 'removed' : 'unclear', evidence });
  if (page.status === 410) return { state: 'removed', evidence: 'http 410' };
  if (page.status === 404) return twice('http 404');
  if (page.status < 200 || page.status > 299) return { state: 'unclear', evidence: `http ${page.status}` };
  const headline = fold(article.title);
  const said = fold(`${page.title}\n${page.text}`);
  if (headline.length > 0 && said.includes(headline)) return { state: 'there', evidence: 'headline on the page' };
  const [asked, answered] = [new URL(article.url), new URL(page.finalUrl)];
  if (asked.pathname !== '/' && answered.pathname === '/' && answered.search === '')
    return twice('redirect to the home page');
  const notice = page.text.length <= longestNotice ? notices.find((words) => said.includes(words)) : undefined;
  return notice === undefined ? { state: 'there', evidence: 'a page without a notice' } : twice(`notice: ${notice}`);
}

/** Hours until the next look after an unclear one; null = no further look. */
export function nextLookHours(looks: number): number | null {
  return [1, 6, 24][looks - 1] ?? null;
}
