// Stories that changed, who listens, what each was told → the events to be told. Pure.
import type { Listener, NewEvent, StoryChange, Told } from '../store/webhook-event.ts';
import type { WebhookKind } from '../store/webhook.ts';

/** A changed story as one listener may see it: `wait` = not yet, another change will come; `none` = nothing of it may be shown. */
export type Sight = 'shown' | 'wait' | 'none';

/** The events, and what each listener will have been told when they have arrived. */
export type Plan = { events: NewEvent[]; told: (Told & { changeId: number })[] };

function kindOf(isShown: boolean, told: Told | undefined, correctionId: number): WebhookKind | null {
  const wasLive = told?.isLive === true;
  if (!isShown) return wasLive ? 'story.withdrawn' : null;
  if (!wasLive) return 'story.published';
  return correctionId > (told?.correctionId ?? 0) ? 'story.corrected' : 'story.updated';
}

/**
 * What is to be told, in the order of the changes. A story that a listener may see for the first time is published, seen before it is
 * updated, or corrected when its history has a newer correction; one it was told of and may no longer see (withdrawn, hidden, merged
 * into another, out of its edition, rights ended) is withdrawn. A story of which it knows nothing is never withdrawn.
 * Kinds a listener did not ask for are not told but remembered.
 */
export function planEvents(
  changes: readonly StoryChange[],
  listeners: readonly Listener[],
  told: ReadonlyMap<string, Told>,
  sightOf: (change: StoryChange, listener: Listener) => Sight,
): Plan {
  const plan: Plan = { events: [], told: [] };
  for (const change of changes) {
    for (const listener of listeners) {
      const sight = sightOf(change, listener);
      if (sight === 'wait') continue;
      const before = told.get(`${listener.id}.${change.id}`);
      const kind = kindOf(sight === 'shown', before, change.correctionId);
      if (kind === null) continue;
      const { id: storyId, changeId, correctionId } = change;
      plan.told.push({ webhookId: listener.id, storyId, changeId, correctionId, isLive: sight === 'shown' });
      if (listener.kinds.includes(kind)) plan.events.push({ webhookId: listener.id, storyId, kind, changeId });
    }
  }
  return plan;
}
