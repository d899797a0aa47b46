// A story as it may be shown → ninjs 3.1, the International Press Telecommunications Council's news in JSON (iptc.org/standards/ninjs).
import type { Media } from '../domain.ts';
import { provinceByCode } from '../text/place.ts';
import { sectionBySlug } from '../text/section.ts';
import { storyUrl } from './document.ts';
import type { ShownStory } from './rights.ts';
import { storyUri } from './simple-json.ts';

/** An object of ninjs; its properties are those of the schema, which allows no others. */
export type Ninjs = Record<string, unknown> & { uri: string; pubStatus: 'usable' | 'canceled' };

const standard = {
  name: 'ninjs',
  version: '3.1',
  schema: 'http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#',
};

// Our sections as the top level of IPTC's Media Topics; none says "current affairs of a province" or "the world".
const mediaTopics: Record<string, string> = {
  'thoi-su': '11000000',
  'kinh-te': '04000000',
  'xa-hoi': '14000000',
  'phap-luat': '02000000',
  'quoc-phong-an-ninh': '16000000',
  'giao-duc': '05000000',
  'suc-khoe': '07000000',
  'van-hoa': '01000000',
  'the-thao': '15000000',
  'du-lich': '10000000',
  'moi-truong': '06000000',
  'khoa-hoc-cong-nghe': '13000000',
  'doi-song': '10000000',
};

const typeOf: Record<string, string> = { image: 'picture', audio: 'audio', video: 'video' };

// Each medium is a news object of its own: its address is its id, its file the one rendition.
function toAssociation(media: Media): Record<string, unknown> {
  return {
    uri: media.url,
    name: media.title ?? media.credit ?? media.url,
    rel: media.medium === 'image' ? 'illustration' : 'attachment',
    type: typeOf[media.medium ?? ''] ?? 'component',
    ...(media.title === null
      ? {}
      : { descriptions: [{ role: 'caption', contentType: 'text/plain', value: media.title }] }),
    ...(media.credit === null ? {} : { by: media.credit }),
    renditions: [
      {
        name: 'main',
        href: media.url,
        ...(media.type === null ? {} : { contentType: media.type }),
        ...(media.width === null ? {} : { width: media.width }),
        ...(media.height === null ? {} : { height: media.height }),
        ...(media.length === null ? {} : { sizeInBytes: media.length }),
      },
    ],
  };
}

function iso(date: Date): string {
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function subjectsOf(story: ShownStory): Record<string, unknown>[] {
  const section = story.section === null ? null : sectionBySlug(story.section);
  if (!section) return [];
  const topic = mediaTopics[section.slug];
  return [
    { name: section.name, ...(topic === undefined ? {} : { uri: `http://cv.iptc.org/newscodes/mediatopic/${topic}` }) },
  ];
}

/** The ninjs of a story. `version` rises with each material change, so that a receiver can order what it got; nothing that rights exclude. */
export function toNinjs(story: ShownStory, publicUrl: string): Ninjs {
  const { attribution } = story;
  const province = story.province === null ? null : provinceByCode(story.province);
  const bodies = [
    ...(story.summary === '' ? [] : [{ role: 'summary', contentType: 'text/plain', value: story.summary }]),
    ...(story.bodyHtml === '' ? [] : [{ role: 'main', contentType: 'text/html', value: story.bodyHtml }]),
  ];
  const subjects = subjectsOf(story);
  const links = [
    { role: 'page', value: storyUrl(publicUrl, story) },
    ...(attribution.url === null ? [] : [{ role: 'original', value: attribution.url }]),
    { role: 'id', value: String(story.id) },
  ];
  return {
    uri: storyUri(story.uid),
    standard,
    type: 'text',
    representationType: story.bodyHtml === '' ? 'partial' : 'full',
    pubStatus: 'usable',
    version: String(story.changedAt.getTime() || 0),
    firstCreated: iso(story.firstAt),
    versionCreated: iso(story.changedAt),
    contentCreated: iso(attribution.publishedAt),
    ...(story.expiresAt === null ? {} : { expires: iso(story.expiresAt) }),
    language: 'vi',
    title: story.title,
    headlines: [{ role: 'main', contentType: 'text/plain', value: story.title }],
    ...(bodies.length === 0 ? {} : { bodies }),
    ...(story.authors.length === 0 ? {} : { by: story.authors.join(', ') }),
    copyrightHolder: attribution.publisherName,
    copyrightNotice: `© ${attribution.publisherName}`,
    usageTerms: `Ghi rõ nguồn ${attribution.publisherName}, giờ đăng và liên kết tới bài gốc.`,
    ...(story.isSample ? { edNote: 'Toà soạn thử (mẫu): không phải tin thật.' } : {}),
    infoSources: [
      {
        name: attribution.publisherName,
        role: 'originator',
        ...(attribution.url === null ? {} : { uri: attribution.url }),
      },
      ...story.others.map((other) => ({
        name: other.publisherName,
        role: 'alsoPublishedBy',
        ...(other.url === null ? {} : { uri: other.url }),
      })),
    ],
    ...(province ? { places: [{ name: province.name, rel: 'about', literal: province.code }] } : {}),
    ...(subjects.length === 0 ? {} : { subjects }),
    altIds: links,
    ...(story.media.length === 0 ? {} : { associations: story.media.map(toAssociation) }),
  };
}

/** The ninjs of a story that was taken back: receivers remove it. `at` is when it changed last. */
export function toCanceledNinjs(story: { uid: string; changedAt: Date }): Ninjs {
  return {
    uri: storyUri(story.uid),
    standard,
    type: 'text',
    pubStatus: 'canceled',
    version: String(story.changedAt.getTime()),
    versionCreated: iso(story.changedAt),
  };
}
