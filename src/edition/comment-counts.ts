// Stories of a document → how often readers commented on each, as feeds tell it. EFFECT.
import type { Policy } from '../domain.ts';
import { commentRules } from '../store/comment-setting.ts';
import type { Db } from '../store/db.ts';
import { commentFeedUrl } from './comment-feed.ts';
import type { CommentCount } from './item.ts';

/** The counts by story id; stories without comments on offer are absent, all of them where the site has none. One query. */
export async function commentCounts(
  ctx: { db: Db; config: { publicUrl: string } },
  storyIds: readonly number[],
  policy: Policy,
): Promise<Map<number, CommentCount>> {
  const { publicUrl } = ctx.config;
  if (!policy.hasComments) return new Map();
  const ownHost = new URL(publicUrl).hostname.replace(/^www\./, '');
  const rules = await commentRules(ctx.db, storyIds, ownHost);
  const counts = new Map<number, CommentCount>();
  for (const { storyId, isOffered, isClosed, shown, latestAt } of rules.values())
    if (isOffered && (!isClosed || shown > 0))
      counts.set(storyId, {
        url: `${publicUrl}/tin/${storyId}/binh-luan`,
        feedUrl: commentFeedUrl(publicUrl, storyId, 'atom'),
        count: shown,
        latestAt,
      });
  return counts;
}
