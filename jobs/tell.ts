// The policy of this moment → what webhooks may say of stories: hub and edition meet here, as everywhere, outside of their rooms.
import type { Context } from '../src/context.ts';
import { tellStory, tellWithdrawal } from '../src/edition/tell-story.ts';
import { type Told, tellWebhooks } from '../src/hub/webhooks.ts';
import { readPolicy } from '../src/store/policy.ts';

/** Notes what changed and tells partners' endpoints, under the rights in force now. See `tellWebhooks`. */
export async function tellPartners(ctx: Context): Promise<Told> {
  const { publicUrl } = ctx.config;
  const policy = await readPolicy(ctx.db);
  return tellWebhooks(ctx, {
    story: (story, reader) => tellStory(story, reader, { publicUrl, policy, now: ctx.now() }),
    withdrawal: (state) => tellWithdrawal(state, publicUrl),
  });
}
