// A published article → HTML fragments and safe text for XML and HTML.
import { photoUrl } from './address.ts';
import type { Published } from './article.ts';
import { pictureHeight, pictureWidth } from './picture.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for attributes in XML and HTML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** Closing words of every article: nobody may take a sample for news. */
export const sampleNote = 'Bài mẫu của toà soạn thử: nhân vật, số liệu đều là hư cấu.';

function figure(article: Published, index: number, origin: string): string {
  const caption = escapeText(article.photos[index]?.caption ?? '');
  const image = `<img src="${photoUrl(origin, article, index)}" alt="${caption}" width="${pictureWidth}" height="${pictureHeight}">`;
  return `<figure>${image}<figcaption>${caption} Ảnh mẫu.</figcaption></figure>`;
}

/** The sapo as feeds carry it: it says by itself that it is a sample. */
export function markedSapo(article: Published): string {
  return `${article.sapo} (Bài mẫu.)`;
}

/** Body with subheadings, captioned photos, byline and sample note; without headline and sapo. */
export function bodyHtml(article: Published, origin: string): string {
  const figuresAfter = (at: number): string[] =>
    article.photos.flatMap((photo, index) => (photo.after === at ? [figure(article, index, origin)] : []));
  const paragraphs = article.body.flatMap((text, index) => [
    text.startsWith('## ') ? `<h2>${escapeText(text.slice(3))}</h2>` : `<p>${escapeText(text)}</p>`,
    ...figuresAfter(index),
  ]);
  return [
    ...figuresAfter(-1),
    ...paragraphs,
    `<p><strong>${escapeText(article.byline)}</strong></p>`,
    `<p><em>${sampleNote}</em></p>`,
  ].join('\n');
}

/** What provincial papers put into a description: a small linked picture, then the sapo. */
export function teaserHtml(article: Published, url: string, origin: string): string {
  const picture =
    article.photos.length > 0
      ? `<a href="${escapeText(url)}"><img src="${photoUrl(origin, article, 0)}" width="180" alt=""></a> `
      : '';
  return picture + escapeText(markedSapo(article));
}
