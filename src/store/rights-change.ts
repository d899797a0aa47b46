// New rights of a paper, or a new policy → everything that is held of stories made anew, in the same transaction as the change.
import type { Agreement, Rights } from '../domain.ts';
import type { Db } from './db.ts';
import { readPolicy } from './policy.ts';
import { setAgreement, setRights } from './publisher.ts';
import { notePurge } from './purge.ts';
import { redoRights } from './rights-due.ts';

/** All that is held of stories anywhere may show more than new rights or a new policy allow: documents and pages are made anew. */
export async function applyRights(db: Db): Promise<void> {
  await redoRights(db, await readPolicy(db));
  await notePurge(db, null);
}

/** Records the rights of a paper and, unless null, the terms of its agreement, and applies them; false when no publisher has this slug. */
export async function recordRights(
  db: Db,
  slug: string,
  rights: Rights | null,
  agreement: Agreement | null,
): Promise<boolean> {
  const isKnown =
    (rights === null || (await setRights(db, slug, rights))) &&
    (agreement === null || (await setAgreement(db, slug, agreement)));
  if (isKnown) await applyRights(db);
  return isKnown;
}
