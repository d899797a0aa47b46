// The deployment's setting and the papers' agreements → the policy that rights are decided under.
import { sql } from 'kysely';
import type { Policy } from '../domain.ts';
import type { Db } from './db.ts';

/** Under which name the setting is kept. */
export const policyKey = 'rights.policy';

/** What a profile adds to the agreements. Each rule can be set apart from the others: see docs/rights.md. */
export const profiles: Record<Policy['profile'], Omit<Policy, 'profile' | 'agencies'>> = {
  own: {
    needsAgreement: false,
    embargoMinutes: 0,
    leastAgencies: 0,
    isExact: false,
    removalMinutes: null,
    hasComments: true,
  },
  // Decree 147/2024 as press reports state it; not legal advice.
  aggregator: {
    needsAgreement: true,
    embargoMinutes: 60,
    leastAgencies: 3,
    isExact: true,
    removalMinutes: 180,
    hasComments: false,
  },
};

/** What an operator set: a profile and the rules that differ from it. */
export type PolicySetting = { profile: Policy['profile'] } & Partial<Omit<Policy, 'profile' | 'agencies'>>;

function toSetting(value: unknown): PolicySetting {
  if (typeof value !== 'object' || value === null || !('profile' in value)) return { profile: 'own' };
  const profile = value.profile === 'aggregator' ? 'aggregator' : 'own';
  return { ...value, profile };
}

/** The policy in force; one query over setting and publisher. Papers of the trial newsroom are no agencies. */
export async function readPolicy(db: Db): Promise<Policy> {
  const found = await sql<{ value: unknown; agencies: number }>`
    select (select value from setting where key = ${policyKey}) as value,
      (select count(*)::int from publisher where not is_sample and agreement ->> 'number' is not null
        and coalesce(agreement ->> 'from', '') <= day and coalesce(agreement ->> 'until', '9999') >= day) as agencies
    from (select to_char(now() at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') as day) today`.execute(db);
  const setting = toSetting(found.rows[0]?.value);
  return { ...profiles[setting.profile], ...setting, agencies: found.rows[0]?.agencies ?? 0 };
}

const keptMs = 5_000;

/** A reader of the policy that asks at most every 5 s and keeps its answer while the database is away; rejects when it never had one. */
export function openPolicy(db: Db, now: () => Date): () => Promise<Policy> {
  let kept: Promise<Policy> | null = null;
  let keptAt = 0;
  return async () => {
    const at = now().getTime();
    if (kept !== null && Math.abs(at - keptAt) < keptMs) return kept;
    const before = kept;
    keptAt = at;
    kept = readPolicy(db).catch((error: unknown) => {
      kept = before;
      if (before !== null) return before;
      throw error;
    });
    return kept;
  };
}
