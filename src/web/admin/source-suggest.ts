// What a broken source's answers say → other addresses that may be the right one, each with the reason.
import type { SourceListRow } from '../../store/source-desk.ts';
import type { KeptAnswer } from '../../store/source-answer.ts';
import type { SourceMore } from '../../store/source-page.ts';
import { safeUrl } from '../safe-url.ts';
import type { WebContext } from '../feeds.ts';

/** An address and why it may be right: a lasting redirect, the last redirect, or the page that came back in its place. */
export type Suggestion = { url: string; by: 'moved' | 'redirect' | 'page' };

const most = 6;

/** At most six, the surest first; empty for a source that needs none. Asks the reader for links in the last bad answer; no network. */
export async function suggestAddresses(
  ctx: WebContext,
  row: SourceListRow,
  more: Pick<SourceMore, 'movedSince'>,
  answers: { good: KeptAnswer | null; bad: KeptAnswer | null },
): Promise<Suggestion[]> {
  const found: Suggestion[] = [];
  const add = (url: string | null, by: Suggestion['by']) => {
    const safe = safeUrl(url);
    if (safe !== null && safe !== row.url && !found.some((one) => one.url === safe)) found.push({ url: safe, by });
  };
  if (more.movedSince !== null) add(row.movedTo, 'moved');
  const { bad } = answers;
  if (row.failures > 0 && bad !== null) {
    if (bad.hops.length > 0) add(bad.url, 'redirect');
    if (ctx.reader !== undefined && bad.body.length > 0) {
      const job = { bytes: bad.body, contentType: bad.headers['content-type'], url: bad.url };
      const links = await ctx.reader.run('links', job).catch(() => null);
      for (const link of [...(links?.alternates ?? []), ...(links?.feeds ?? [])]) add(link.url, 'page');
    }
  }
  return found.slice(0, most);
}
