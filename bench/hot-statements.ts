// The store's busiest questions and writes → each with a way to ask it of a big store, for the check of their plans.
import type { Db } from '../src/store/db.ts';
import { arrivedEntries, changedMarks } from '../src/store/api.ts';
import { foundStories, takeWaitingEntries } from '../src/store/cluster.ts';
import { claimDueDocuments, readDocument } from '../src/store/document.ts';
import { touchEditions } from '../src/store/edition.ts';
import { findKnownEntries, findWords } from '../src/store/entry.ts';
import { feedState } from '../src/store/front.ts';
import { findMembers, loadTexts } from '../src/store/identity.ts';
import { holdPolls } from '../src/store/poll-batch.ts';
import { claimDueSources } from '../src/store/poll.ts';
import { findAsked, findStanding, listChangedStories } from '../src/store/related.ts';
import { addNamed, readDue, saveLists, takeDue } from '../src/store/related-due.ts';
import { findStandingList } from '../src/store/related-standing.ts';
import { changedStories, indexStories, searchStories } from '../src/store/search.ts';
import { findTexts, listSketches } from '../src/store/sketch.ts';
import { refitStories } from '../src/store/story-fit.ts';
import { countRecentStories, findStory, listStories, listStoriesByIds } from '../src/store/story.ts';
import { addPostings, findPostings, findVectors, saveVectors } from '../src/store/term.ts';
import { findTwins, mayHaveTwins } from '../src/store/twin.ts';
import { exactQuery, type Search } from '../src/text/search.ts';

/** What of the store a question is asked about: an entry that is there, its story, ids of its paper and its source, keys and labels. */
export type Sample = {
  id: number;
  seenAt: Date;
  publisherId: number;
  sourceId: number;
  slug: string;
  province: string;
  section: string;
  keys: string[];
  changeId: number;
  batch: number;
  search: Search;
};

/** `how often`: what makes it hot. `ask` may write: it runs in a transaction that is rolled back. */
export type HotStatement = { name: string; often: string; ask: (db: Db, sample: Sample) => Promise<unknown> };

const some = (from: number, count: number) => Array.from({ length: count }, (_, i) => from - i);

/** In the order of the river, then those of readers. */
export const hotStatements: readonly HotStatement[] = [
  {
    name: 'claimDueSources',
    often: 'every 5 s a process',
    ask: (db) => claimDueSources(db, { claimant: 'plans', limit: 50, leaseSeconds: 60 }),
  },
  {
    name: 'findKnownEntries',
    often: 'each document pushed or read alone',
    ask: (db, s) => findKnownEntries(db, s.publisherId, s.keys),
  },
  {
    name: 'holdPolls',
    often: 'each batch of polls',
    ask: (db, s) => holdPolls(db, [{ sourceId: s.sourceId, publisherId: s.publisherId, keys: s.keys }]),
  },
  {
    name: 'findWords',
    often: 'each document with rewritten items',
    ask: (db, s) => findWords(db, [{ entryId: s.id, seenAt: s.seenAt }]),
  },
  {
    name: 'mayHaveTwins',
    often: 'each document with many new items',
    ask: (db, s) => mayHaveTwins(db, { id: s.publisherId, publisherId: s.publisherId }),
  },
  {
    name: 'findTwins',
    often: 'each document with many new items',
    ask: (db, s) =>
      findTwins(
        db,
        { id: s.publisherId, publisherId: s.publisherId },
        { titles: ['x'], summaries: ['y'], paths: ['/z'] },
      ),
  },
  { name: 'takeWaitingEntries', often: 'each batch of clustering', ask: (db) => takeWaitingEntries(db, 2_000) },
  {
    name: 'listSketches',
    often: 'each batch of clustering',
    ask: (db, s) => listSketches(db, { batch: s.batch, entryId: 0 }, new Date(s.seenAt.getTime() - 14 * 86_400_000)),
  },
  { name: 'findTexts', often: 'each batch of clustering', ask: (db) => findTexts(db, some(9e14, 500)) },
  { name: 'findMembers', often: 'each batch with copies', ask: (db, s) => findMembers(db, some(s.id, 50)) },
  {
    name: 'loadTexts',
    often: 'each batch with near copies',
    ask: (db, s) => loadTexts(db, [{ entryId: s.id, seenAt: s.seenAt }]),
  },
  {
    name: 'foundStories',
    often: 'each batch of clustering',
    ask: (db, s) =>
      foundStories(db, [{ storyId: s.id + 900_000_000, entryId: s.id, seenAt: s.seenAt, isMember: true }]),
  },
  { name: 'refitStories', often: 'each batch with changes', ask: (db, s) => refitStories(db, some(s.id, 50)) },
  {
    name: 'touchEditions',
    often: 'each batch of clustering',
    ask: (db, s) => touchEditions(db, { publisherSlugs: [s.slug], provinces: [s.province], sections: [s.section] }),
  },
  {
    name: 'changedStories (search)',
    often: 'every 5 s, and each 500 changes',
    ask: (db, s) => changedStories(db, s.changeId, 500),
  },
  {
    name: 'indexStories (search)',
    often: 'each 500 changes',
    ask: (db, s) =>
      indexStories(db, [{ id: s.id, listedAt: s.seenAt, said: ' tin / / ', plain: ' tin / / ', keys: [-1] }], []),
  },
  {
    name: 'listChangedStories (related)',
    often: 'every 10 s, and each 100 changes',
    ask: (db, s) => listChangedStories(db, s.changeId, 100),
  },
  {
    name: 'saveVectors, addPostings',
    often: 'each 1,000 stories filed',
    ask: async (db, s) => {
      const vector = Buffer.alloc(768);
      await saveVectors(db, [{ storyId: s.id, basis: 1, vector, publishedAt: s.seenAt }]);
      await addPostings(db, [{ term: 5, stories: Buffer.alloc(6) }]);
    },
  },
  {
    name: 'takeDue, readDue, saveLists, addNamed',
    often: 'each 32 lists made ahead',
    ask: async (db, s) => {
      await takeDue(db, 32);
      await readDue(db, some(s.id, 32));
      await saveLists(db, [{ storyId: s.id, basis: 1, places: [] }], 1);
      const named = some(s.id - 1, 8).map((id) => ({ id, score: 0.5 }));
      await addNamed(db, [{ storyId: s.id, named }], { filed: 1, places: 8, betterBy: 1 });
    },
  },
  {
    name: 'claimDueDocuments',
    often: 'every 5 s a process',
    ask: (db) => claimDueDocuments(db, { limit: 50, leaseSeconds: 60 }),
  },
  { name: 'listStories, all', often: 'each rendering, each page', ask: (db) => listStories(db, {}, 60) },
  {
    name: 'listStories, a province',
    often: 'each rendering, each page',
    ask: (db, s) => listStories(db, { province: s.province }, 60),
  },
  {
    name: 'listStories, a section',
    often: 'each rendering, each page',
    ask: (db, s) => listStories(db, { section: s.section }, 60),
  },
  {
    name: 'listStories, a paper',
    often: 'each rendering, each page',
    ask: (db, s) => listStories(db, { publisher: s.slug }, 60),
  },
  {
    name: 'listStories, an older page',
    often: 'each page a reader turns',
    ask: (db, s) => listStories(db, { province: s.province }, 60, { listedAt: s.seenAt, id: s.id }),
  },
  { name: 'findStory', often: 'each story page that is made', ask: (db, s) => findStory(db, s.id) },
  { name: 'listStoriesByIds', often: 'each list that is shown', ask: (db, s) => listStoriesByIds(db, some(s.id, 60)) },
  { name: 'feedState', often: 'each feed once a second', ask: (db) => feedState(db, 'tin-moi', 'rss') },
  { name: 'readDocument', often: 'each new version of a feed', ask: (db) => readDocument(db, 'tin-moi', 'rss') },
  {
    name: 'findStandingList',
    often: 'each page and document with related stories',
    ask: (db, s) => findStandingList(db, s.id),
  },
  { name: 'findStanding', often: 'each list of related stories in the API', ask: (db, s) => findStanding(db, s.id) },
  { name: 'findAsked', often: 'each list that is made', ask: (db, s) => findAsked(db, s.id, 40) },
  {
    name: 'findPostings',
    often: 'each list that is made',
    ask: (db) =>
      findPostings(
        db,
        Int32Array.from({ length: 40 }, (_, i) => i * 7),
      ),
  },
  { name: 'findVectors', often: 'each list that is made', ask: (db, s) => findVectors(db, some(s.id, 64)) },
  {
    name: 'searchStories, two words',
    often: 'each search',
    ask: (db, s) => searchStories(db, { exact: exactQuery(s.search), loose: null }, 25),
  },
  {
    name: 'changedMarks (API)',
    often: 'each page of a partner',
    ask: (db, s) => changedMarks(db, { since: s.changeId - 500, limit: 100, condition: {}, within: [[{}]] }),
  },
  {
    name: 'arrivedEntries (API)',
    often: 'each page of a partner',
    ask: (db, s) => arrivedEntries(db, s.id - 500, 100),
  },
  {
    name: 'countRecentStories',
    often: 'each sitemap',
    ask: (db, s) => countRecentStories(db, new Date(s.seenAt.getTime() - 3_600_000), 1_000),
  },
];
