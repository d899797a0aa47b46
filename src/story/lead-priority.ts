// The deployment's order of reasons to lead, kept in the settings. EFFECT.
import type { Db } from '../store/db.ts';
import { readSetting, writeSetting } from '../store/setting.ts';
import { type LeadRule, usualPriority } from './choose-lead.ts';

const key = 'story.lead_priority';
const rules: readonly string[] = usualPriority;

/** Whether a word is one of the four reasons. */
export function isLeadRule(word: unknown): word is LeadRule {
  return typeof word === 'string' && rules.includes(word);
}

/** The order that holds now; the usual one until somebody set another. Reads setting. */
export async function readLeadPriority(db: Db): Promise<readonly LeadRule[]> {
  const set = await readSetting(db, key);
  return Array.isArray(set) && set.length > 0 && set.every(isLeadRule) ? set : usualPriority;
}

/** Sets the order; reasons left out decide nothing. Stories choose by it when they next gain an entry. Touches setting. */
export async function writeLeadPriority(db: Db, priority: readonly LeadRule[]): Promise<void> {
  await writeSetting(db, key, priority);
}
