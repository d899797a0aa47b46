// A story and the stories related to it → the neutral document of its "Tin liên quan", best first, each with its reason.
import type { ListedStory } from '../store/story.ts';
import { escapeHtml } from '../text/markup.ts';
import { reasonText } from '../text/reason.ts';
import { cleanLine, plausibleDate, unambiguousLine } from './clean.ts';
import type { DocumentOptions, FeedDocument } from './document.ts';
import { buildDocument, relatedUrl, storyUrl } from './document.ts';
import type { FeedItem } from './item.ts';

/** A story of the list with the reason to offer it, as the table `related_list` has it. */
export type RelatedStory = { story: ListedStory; reason: string; subject: string | null; score: number };

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

// In the plain teaser and in the HTML: no reader shows both, and every reader shows one of them.
function withReason(item: FeedItem, { reason, subject, score }: RelatedStory): FeedItem {
  const text = unambiguousLine(reasonText({ kind: reason, subject }), 200);
  return {
    ...item,
    teaser: cleanLine(`${capital(text)}. ${item.teaser}`),
    contentHtml: `<p>Tin liên quan: ${escapeHtml(text)}</p>${item.contentHtml}`,
    relation: { reason, subject: subject === null ? null : unambiguousLine(subject, 200), text, score },
  };
}

/**
 * The document of the stories related to `story`, in the order given (best first); rights are applied as in every document. Each
 * item says why it is related. `changedAt` is the last change of the list: the document is as new as that or as its newest item.
 */
export function buildRelatedDocument(
  story: { id: number; title: string },
  related: readonly RelatedStory[],
  changedAt: Date,
  options: DocumentOptions,
): FeedDocument {
  const { publicUrl } = options;
  const title = unambiguousLine(`Tin liên quan: ${unambiguousLine(story.title, 150)}`, 200);
  const built = buildDocument(
    { path: 'tin-lien-quan', title, changedAt },
    related.map((one) => one.story),
    options,
  );
  const byId = new Map(related.map((one) => [`urn:uuid:${one.story.uid.toLowerCase()}`, one]));
  const listed = plausibleDate(changedAt, options.now, built.updated);
  return {
    ...built,
    id: relatedUrl(publicUrl, story.id, 'rss').replace(/\.rss$/, ''),
    description: cleanLine(`${title}. Xếp theo mức liên quan, mỗi tin ghi rõ nguồn và lý do.`),
    homeUrl: storyUrl(publicUrl, story),
    selfUrls: {
      ...built.selfUrls,
      rss: relatedUrl(publicUrl, story.id, 'rss'),
      atom: relatedUrl(publicUrl, story.id, 'atom'),
      json: relatedUrl(publicUrl, story.id, 'json'),
    },
    updated: listed > built.updated ? listed : built.updated,
    items: built.items.map((item) => {
      const one = byId.get(item.id);
      return one === undefined ? item : withReason(item, one);
    }),
  };
}
