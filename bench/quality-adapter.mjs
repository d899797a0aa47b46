// Our pure functions behind the interface of the quality scorer.
import { assemble, readListed } from '../src/story/assemble.ts';
import { readDate } from '../src/text/date.ts';
import { plainText } from '../src/text/markup.ts';
import { canonicalUrl } from '../src/text/url.ts';

export function stories(docs) {
  const list = docs.map((doc) =>
    readListed(
      { title: plainText(doc.title), lead: plainText(doc.lead), body: plainText(doc.body) },
      { publisher: doc.publisher ?? null, at: doc.publishedAt ? new Date(doc.publishedAt) : null },
    ),
  );
  return assemble(list).map((story) => story.members.map((index) => docs[index].id));
}

export const url = canonicalUrl;

export function date(text, { timeZone, now }) {
  return readDate(text, { zone: timeZone, now: new Date(now) })?.at.toISOString() ?? null;
}

export { related } from './quality-related-adapter.ts';
