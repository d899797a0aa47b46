// A source that was looked at, and what a person said of it → rows: its paper, made if it is new, and the source, due at once. EFFECT.
import type { Publisher, Rights } from '../domain.ts';
import type { Db } from '../store/db.ts';
import { ensurePublisher, publisherByHost } from '../store/publisher.ts';
import { recordRights } from '../store/rights-change.ts';
import { addSource } from '../store/source.ts';
import type { FoundPublisher } from './register.ts';
import type { SourceRules } from './rules.ts';

/** What a person wants of a new source. Province as a code; what is undefined is left to what was found. */
export type Wishes = {
  province?: string | undefined;
  section: string | null;
  rights?: Rights | undefined;
  readPages: 'never' | 'needed' | 'always';
  /** A paper of its own is wanted although its domain is known as another's. */
  isNewPaper?: boolean;
};

/**
 * Makes or finds the paper (by its slug, else by a domain it is known to have had) and adds the source; rights that are wished for are recorded
 * for a known paper, too. `isAdded` is false when the address is known. Touches publisher and source.
 */
export async function enlist(
  db: Db,
  found: FoundPublisher,
  wishes: Wishes,
  source: { url: string; title: string | null; kind?: string; rules?: SourceRules | null },
): Promise<{ publisher: Publisher; isAdded: boolean }> {
  const { province, section, rights, readPages } = wishes;
  const known = wishes.isNewPaper === true ? null : await publisherByHost(db, new URL(found.siteUrl).host, found.slug);
  const publisher =
    known ??
    (await ensurePublisher(db, { ...found, province: province ?? found.province, ...(rights ? { rights } : {}) }));
  if (rights && JSON.stringify(rights) !== JSON.stringify(publisher.rights))
    await recordRights(db, publisher.slug, rights, null);
  const title = source.title === null ? null : source.title.slice(0, 300);
  const isAdded = await addSource(db, { publisherId: publisher.id, ...source, title, section, readPages });
  return { publisher: { ...publisher, rights: rights ?? publisher.rights }, isAdded };
}
