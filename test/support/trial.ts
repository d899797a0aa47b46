// The trial newsroom's articles → rows, as if the river had brought them: what pages look like with real words and pictures.
import { sectionOf } from '../../src/text/section.ts';
import { photoUrl } from '../../src/trial/address.ts';
import { bodyHtml } from '../../src/trial/markup.ts';
import { papers } from '../../src/trial/papers.ts';
import { pictureHeight, pictureWidth } from '../../src/trial/picture.ts';
import { visibleArticles } from '../../src/trial/schedule.ts';
import { wantedEditions } from '../../src/edition/editions.ts';
import { followStories } from '../../src/edition/search-index.ts';
import type { Db } from '../../src/store/db.ts';
import { ensureEditions } from '../../src/store/edition.ts';
import { seedPicture, seedPublisher, seedStory } from './seed.ts';

/**
 * Inserts the newsroom's papers, every article it shows at `now` as a story of its own (some carried by two further papers), their
 * editions and their search index. Answers the path of the story with the most pictures.
 */
export async function seedTrial(db: Db, newsroom: { origin: string }, now: Date): Promise<string> {
  const bySlug = new Map<string, { id: number; sourceId: number; province: string }>();
  for (const paper of papers) {
    const { slug, name, province } = paper;
    const { id, sourceId } = await seedPublisher(db, { slug, name, province, isSample: true });
    bySlug.set(slug, { id, sourceId, province });
  }
  let most = 0;
  let storyPath = '';
  for (const article of visibleArticles(now, now)) {
    const paper = bySlug.get(article.paper);
    if (!paper) continue;
    const media = article.photos.map((photo, index) => ({
      ...seedPicture(photoUrl(newsroom.origin, article, index), photo.caption),
      width: pictureWidth,
      height: pictureHeight,
    }));
    const { id } = await seedStory(db, paper, {
      title: article.title,
      summary: article.sapo,
      bodyHtml: bodyHtml(article, newsroom.origin),
      province: paper.province,
      section: sectionOf([...article.categories]),
      media,
      publishedAt: article.publishedAt,
      others: [...bySlug.values()].filter((other) => other.id !== paper.id).slice(0, article.photos.length > 2 ? 2 : 0),
    });
    if (article.photos.length > most) {
      most = article.photos.length;
      storyPath = `/tin/${id}`;
    }
  }
  await ensureEditions(db, wantedEditions(papers));
  await followStories({ db, signal: new AbortController().signal });
  return storyPath;
}
