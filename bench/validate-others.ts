// The documents beside editions (comments, OPML, sitemap, ninjs, simple JSON) → their name, bytes and the first thing that is wrong.
import Parser from 'rss-parser';
import { parseOpml as feedsmithOpml } from 'feedsmith';
import type { Edition, Format } from '../src/domain.ts';
import { commentFeedUrl, type CommentItem, renderCommentFeed } from '../src/edition/comment-feed.ts';
import { toCanceledNinjs, toNinjs } from '../src/edition/ninjs.ts';
import { showable } from '../src/edition/rights.ts';
import { ownPolicy, publicTerms } from '../src/edition/rights-terms.ts';
import { toSimpleStory, toTombstone } from '../src/edition/simple-json.ts';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { readSitemap } from '../src/source/kinds/sitemap.ts';
import { parseOpml } from '../src/source/opml.ts';
import type { ListedStory } from '../src/store/story.ts';
import { ninjs, story as storySchema, tombstone } from '../src/web/partner/schemas.ts';
import { toOpml } from '../src/web/public/catalogue.ts';
import { toSitemap } from '../src/web/sitemap.ts';

/** One document: its form as a file's ending, its bytes, and what is wrong with it; null = nothing. */
export type OtherDocument = { name: string; format: string; items: number; text: string; problem: string | null };

async function firstFault(proof: () => Promise<string | null> | string | null): Promise<string | null> {
  try {
    return await proof();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const comments = (now: Date): CommentItem[] =>
  ['Mừng cho bà con!', '<script>alert(1)</script> & ]]> \u0000', 'Dòng một\nDòng hai\n\nĐoạn hai 👨‍👩‍👧'].map(
    (body, i) => ({
      uid: `0192f1c2-7a6b-4c3d-8e9f-00000000000${i}`,
      name: i === 1 ? '<b>Lò</b> & Mai' : 'Giàng A Páo',
      body,
      inReplyTo: i === 0 ? '0192f1c2-7a6b-4c3d-8e9f-000000000001' : null,
      createdAt: new Date(now.getTime() - i * 60_000),
      editedAt: i === 2 ? now : null,
    }),
  );

async function commentFeed(format: Format, of: ListedStory, now: Date, publicUrl: string): Promise<OtherDocument> {
  const items = comments(now);
  const { text } = renderCommentFeed(format, of, items, { publicUrl, now });
  const problem = await firstFault(async () => {
    if (format !== 'json') {
      parseStrictXml(text);
      const read = await new Parser().parseString(text);
      if (read.items.length !== items.length) return `rss-parser reads ${read.items.length} comments`;
    }
    const feed = readFeed(Buffer.from(text), { url: commentFeedUrl(publicUrl, of.id, format), now });
    if (feed.warnings.length > 0) return `our reader warns: ${feed.warnings[0]?.message ?? ''}`;
    const ids = items.map((item) => `urn:uuid:${item.uid}`);
    if (feed.items.map((item) => item.id).join() !== ids.join()) return 'our reader reads other ids';
    return /<script/.test(feed.items[1]?.contentHtml ?? '') ? 'markup of a comment is markup' : null;
  });
  return { name: 'comments of a story', format, items: items.length, text, problem };
}

async function opml(format: Format, editions: Edition[], publicUrl: string): Promise<OtherDocument> {
  const text = toOpml(editions, format, publicUrl);
  const problem = await firstFault(() => {
    parseStrictXml(text);
    const { subscriptions, isCut } = parseOpml(text);
    if (isCut || subscriptions.length !== editions.length) return `our reader finds ${subscriptions.length} feeds`;
    if (subscriptions.some((one) => one.xmlUrl?.endsWith(`.${format}`) !== true)) return 'an address of another format';
    const groups = feedsmithOpml(text).body?.outlines ?? [];
    const leaves = groups.flatMap((group) => group.outlines ?? [group]);
    return leaves.length === editions.length ? null : `feedsmith finds ${leaves.length} feeds`;
  });
  return { name: 'OPML', format: `opml ${format}`, items: editions.length, text, problem };
}

async function sitemap(stories: readonly ListedStory[], now: Date, publicUrl: string): Promise<OtherDocument> {
  const text = toSitemap(publicUrl, stories, publicTerms(ownPolicy, now));
  const problem = await firstFault(() => {
    const root = parseStrictXml(text);
    if (root.name !== 'urlset') return `the root is ${root.name}`;
    const read = readSitemap(Buffer.from(text), {
      base: `${publicUrl}/sitemap-tin-1.xml`,
      headers: {},
      zone: 'Asia/Ho_Chi_Minh',
      maxItems: 1_000,
      now,
      rules: {},
    });
    if (read.items.length !== stories.length) return `our reader finds ${read.items.length} stories`;
    return read.items.every((item) => item.url?.startsWith(`${publicUrl}/tin/`))
      ? null
      : 'an address that is no story of ours';
  });
  return { name: 'news sitemap', format: 'xml', items: stories.length, text, problem };
}

async function partnerJson(stories: readonly ListedStory[], now: Date, publicUrl: string): Promise<OtherDocument[]> {
  const shown = stories.map((one) => showable(one, publicTerms(ownPolicy, now))).filter((one) => one !== null);
  const [gone] = stories;
  const taken = gone === undefined ? [] : [{ ...gone, uid: gone.uid.replace('0190', '0191') }];
  const inNinjs = [...shown.map((one) => toNinjs(one, publicUrl)), ...taken.map(toCanceledNinjs)];
  const simple = [...shown.map((one) => toSimpleStory(one, publicUrl)), ...taken.map(toTombstone)];
  const ownId = (one: { uri: string }) => /^urn:uuid:[0-9a-f-]{36}$/.test(one.uri);
  return [
    {
      name: 'stories with a withdrawn one',
      format: 'ninjs',
      items: inNinjs.length,
      text: JSON.stringify(inNinjs),
      problem: await firstFault(() => {
        for (const one of inNinjs) ninjs.parse(one);
        return inNinjs.every(ownId) ? null : 'a uri that is none of ours';
      }),
    },
    {
      name: 'stories with a withdrawn one',
      format: 'simple',
      items: simple.length,
      text: JSON.stringify(simple),
      problem: await firstFault(() => {
        for (const one of simple) (one.status === 'usable' ? storySchema : tombstone).parse(one);
        return simple.every(ownId) ? null : 'a uri that is none of ours';
      }),
    },
  ];
}

/** Every document beside editions, of sample stories, with its checks done. */
export async function otherDocuments(
  stories: readonly ListedStory[],
  editions: Edition[],
  now: Date,
  publicUrl: string,
): Promise<OtherDocument[]> {
  const [first] = stories;
  const formats = ['rss', 'atom', 'json'] as const;
  return [
    ...(first === undefined
      ? []
      : await Promise.all(formats.map((format) => commentFeed(format, first, now, publicUrl)))),
    ...(await Promise.all(formats.map((format) => opml(format, editions, publicUrl)))),
    await sitemap(stories, now, publicUrl),
    ...(await partnerJson(stories, now, publicUrl)),
  ];
}
