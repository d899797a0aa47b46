// The shapes of the API as zod schemas: requests are read by them, answers are checked by them in tests, OpenAPI is made of them.
import { z } from 'zod';
import { provinceBySlug } from '../../text/place.ts';
import { sections } from '../../text/section.ts';

const time = z.string().describe('RFC 3339, UTC').meta({ format: 'date-time' });
const maybeUrl = z.string().nullable();
const cursor = z.string().max(40);
const id = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** `{id}` in an address. */
export const idParams = z.object({ id: id.describe('Number of a story or an entry') });

const limit = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((value) => value >= 1 && value <= 100, 'from 1 to 100')
  .describe('At most that many, 1 to 100')
  .optional();

const filters = {
  province: z
    .string()
    .refine((slug) => provinceBySlug(slug) !== null, 'no such province; see /api/v1/provinces')
    .describe('Slug of a province: also by any paper that carries the story')
    .optional(),
  section: z
    .string()
    .refine((slug) => sections.some((section) => section.slug === slug), 'no such section; see /api/v1/sections')
    .describe('Slug of a section')
    .optional(),
  publisher: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .describe('Slug of a publisher')
    .optional(),
};

const format = z.enum(['simple', 'ninjs']).describe('simple = our own JSON; ninjs = IPTC ninjs 3.1').optional();

/** Query of /stories. */
export const storiesQuery = z.object({
  ...filters,
  since: id.describe('The `since` of an earlier answer: what changed after it, oldest change first').optional(),
  before: cursor.describe('The `next` of an earlier answer: older stories').optional(),
  limit,
  format,
});

/** Query of /entries. */
export const entriesQuery = z.object({
  ...filters,
  since: id.describe('The `since` of an earlier answer; absent = from the first').optional(),
  limit,
});

/** Query of one story, and of its related stories. */
export const storyQuery = z.object({ format });

/** Query of /search. */
export const searchQuery = z.object({
  q: z.string().min(1).max(200).describe('Words; "side by side"; -without. Marks may be left out'),
  after: cursor.describe('The `next` of an earlier answer').optional(),
  limit,
});

/** Body of POST /related. */
export const relatedBody = z
  .object({
    url: z.string().max(4000).describe('Address of the article, looked up first').optional(),
    title: z.string().max(1000).optional(),
    text: z.string().max(100_000).describe('Plain text of the article').optional(),
    html: z.string().max(150_000).describe('Its HTML, instead of text').optional(),
    publishedAt: z.iso.datetime({ offset: true }).optional(),
    province: filters.province,
  })
  .refine((body) => Boolean(body.url ?? body.title), {
    path: ['title'],
    message: 'a title, or the url of an article we know',
  });

const media = z.object({
  url: z.string(),
  type: z.string().nullable(),
  medium: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  caption: z.string().nullable(),
  credit: z.string().nullable(),
});
const source = z.object({ name: z.string(), slug: z.string().nullable(), url: maybeUrl, publishedAt: time });
const named = z.object({ slug: z.string(), name: z.string() });

/** A story. */
export const story = z
  .object({
    id: z.number(),
    uri: z.string().describe('urn:uuid: never changes'),
    status: z.literal('usable'),
    title: z.string(),
    summary: z.string().describe('Plain text; empty where the agreement is for headlines'),
    html: z.string().describe('Safe HTML; empty unless the agreement is for the whole article'),
    url: z.string().describe('Our page of the story'),
    source: source.describe('Must stand visibly beside the story, with its time and link'),
    alsoIn: z.array(source),
    authors: z.array(z.string()),
    tags: z.array(z.string()),
    section: named.nullable(),
    province: named.nullable(),
    image: media.nullable(),
    media: z.array(media),
    firstAt: time,
    changedAt: time,
    expiresAt: time.nullable().describe('When it must be taken off again'),
    isSample: z.boolean().describe('True for stories of invented papers'),
  })
  .meta({ id: 'Story' });

/** A story that was taken back. */
export const tombstone = z
  .object({ id: z.number(), uri: z.string(), status: z.literal('canceled') })
  .describe('Remove the story wherever it stands')
  .meta({ id: 'Tombstone' });

/** Any object of ninjs 3.1. */
export const ninjs = z
  .looseObject({ uri: z.string(), pubStatus: z.enum(['usable', 'canceled']) })
  .describe('IPTC ninjs 3.1, http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json')
  .meta({ id: 'Ninjs' });

const anyStory = z.union([story, tombstone, ninjs]);

/** Answer of /stories. */
export const storiesAnswer = z.object({
  stories: z.array(anyStory),
  since: z.string().describe('Ask with it from now on: nothing is skipped, nothing comes twice unless it changed'),
  hasMore: z.boolean().describe('True: ask on at once'),
  next: z.string().nullable().describe('With `before`: the older stories; null at the end'),
});

/** An article of one paper. */
export const entry = z
  .object({
    id: z.number(),
    storyId: z.number(),
    storyUri: z.string(),
    status: z.literal('usable'),
    isLead: z.boolean().describe('True: the story shows its words'),
    title: z.string(),
    summary: z.string(),
    html: z.string(),
    source,
    authors: z.array(z.string()),
    tags: z.array(z.string()),
    image: media.nullable(),
    media: z.array(media),
    changedAt: time,
    isSample: z.boolean(),
  })
  .meta({ id: 'Entry' });

/** An article whose hour has not come, or that may not go out. */
export const withheldEntry = z
  .object({
    id: z.number(),
    storyId: z.number(),
    status: z.enum(['withheld', 'canceled']),
    availableAt: time.nullable().describe('When it may be asked for; null = not to be expected'),
  })
  .meta({ id: 'WithheldEntry' });

const anyEntry = z.union([entry, withheldEntry]);

/** Answer of /entries. */
export const entriesAnswer = z.object({ entries: z.array(anyEntry), since: z.string(), hasMore: z.boolean() });

/** Answer of /entries/{id}. */
export const entryAnswer = z.object({ entry: anyEntry });

/** Answer of /stories/{id}. */
export const storyAnswer = z.object({
  story: z.union([story, ninjs]),
  copies: z
    .array(anyEntry)
    .describe('The articles that are this story, earliest first, each within its own paper’s rights'),
  events: z.array(z.object({ kind: z.string(), at: time, otherStoryId: z.number().nullable() })),
  revisions: z.array(z.object({ revision: z.number(), title: z.string(), changedAt: time, replacedAt: time })),
});

/** Answer of both kinds of /related. */
export const relatedAnswer = z.object({
  storyId: z.number().nullable().describe('The story of the article; null when we do not know it'),
  related: z.array(
    z.object({
      score: z.number(),
      reason: z.object({ kind: z.string(), subject: z.string().nullable(), text: z.string() }),
      story: z.union([story, ninjs]),
    }),
  ),
});

/** Answer of /search. */
export const searchAnswer = z.object({ stories: z.array(story), next: z.string().nullable() });

/** Answers of the lists. */
export const publishersAnswer = z.object({
  publishers: z.array(
    z.object({
      slug: z.string(),
      name: z.string(),
      siteUrl: z.string(),
      province: z.string().nullable(),
      isSample: z.boolean(),
    }),
  ),
});
export const provincesAnswer = z.object({
  provinces: z.array(z.object({ code: z.string(), slug: z.string(), name: z.string(), nameEn: z.string() })),
});
export const sectionsAnswer = z.object({
  sections: z.array(z.object({ slug: z.string(), name: z.string(), nameEn: z.string() })),
});

/** A problem. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string().optional(),
    fields: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
