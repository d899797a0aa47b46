// The static, ordered list of migrations: forward only, never reordered, never edited after release.
import * as river from './0001-river.ts';
import * as identity from './0002-identity.ts';
import * as related from './0003-related.ts';
import * as fetching from './0004-fetch.ts';
import * as listing from './0005-listing.ts';
import * as hub from './0006-hub.ts';
import * as editions from './0007-editions.ts';
import * as partner from './0008-partner.ts';
import * as comment from './0009-comment.ts';
import * as consoleRoom from './0011-console.ts';
import * as marks from './0012-marks.ts';
import * as sourceDesk from './0013-source-desk.ts';
import * as ownTitle from './0014-own-title.ts';
import * as work from './0015-work.ts';
import * as desk from './0016-desk.ts';
import * as doors from './0017-doors.ts';
import * as partnerDesk from './0018-partner-desk.ts';
import * as watch from './0019-watch.ts';
import * as upkeep from './0020-upkeep.ts';
import * as groups from './0022-groups.ts';
import * as entryDraft from './0024-entry-draft.ts';
import * as storyWord from './0026-story-word.ts';
import * as relatedAhead from './0027-related-ahead.ts';

export const migrations = [
  river,
  identity,
  related,
  fetching,
  listing,
  hub,
  editions,
  partner,
  comment,
  consoleRoom,
  marks,
  sourceDesk,
  ownTitle,
  work,
  desk,
  doors,
  partnerDesk,
  watch,
  upkeep,
  groups,
  entryDraft,
  storyWord,
  relatedAhead,
];
