// A story as it may be shown → the HTML of its feed item, with a visible line that says whose it is.
import { escapeHtml } from '../text/markup.ts';
import type { Correction } from './item.ts';
import type { Attribution, ShownStory } from './rights.ts';
import { imageHtml } from './tidy.ts';
import { readableTime } from './vietnam-time.ts';

/** Other papers that are named one by one. */
export const maxOthers = 20;

function sourceHtml(attribution: Attribution): string {
  const name = escapeHtml(attribution.publisherName);
  const linked = attribution.url === null ? name : `<a href="${escapeHtml(attribution.url)}">${name}</a>`;
  return `${linked} · ${readableTime(attribution.publishedAt)}`;
}

function othersHtml(others: Attribution[]): string {
  if (others.length === 0) return '';
  const rows = others.slice(0, maxOthers).map((other) => `<li>${sourceHtml(other)}</li>`);
  const rest = others.length - maxOthers;
  if (rest > 0) rows.push(`<li>và ${rest} bản đăng khác</li>`);
  return `<p>Báo khác cùng đưa tin:</p><ul>${rows.join('')}</ul>`;
}

/**
 * Attribution line, correction, picture (unless the body shows it already), body or summary, then the other papers that carry the story.
 * Adds nothing that `showable` left out. `mark` is written beside the source: for content that must not be taken for news.
 */
export function storyHtml(story: ShownStory, extra: { mark: string | null; correction: Correction | null }): string {
  const { mark, correction } = extra;
  const line = `<p>Theo ${sourceHtml(story.attribution)}${mark === null ? '' : ` · <strong>${escapeHtml(mark)}</strong>`}</p>`;
  const { image } = story;
  const isPictured = image === null || story.bodyHtml.includes(`src="${escapeHtml(image.url)}"`);
  const picture = isPictured
    ? ''
    : imageHtml({ url: image.url, alt: image.title ?? '', width: image.width, height: image.height });
  const words =
    story.bodyHtml !== '' ? story.bodyHtml : story.summary === '' ? '' : `<p>${escapeHtml(story.summary)}</p>`;
  const corrected =
    correction === null
      ? ''
      : `<p><strong>Đính chính (${readableTime(correction.at)}):</strong> ${escapeHtml(correction.note)}</p>`;
  return `${line}${corrected}${picture === '' ? '' : `<p>${picture}</p>`}${words}${othersHtml(story.others)}`;
}
