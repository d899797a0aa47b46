// How the writers of a growing store have their statements planned.
import { sql } from 'kysely';

/**
 * Settings, until the transaction ends, for statements that reach growing tables by their keys. Planned while a new store is still empty they would settle
 * on scanning it, and keep that plan until statistics are next gathered: 250 ms a batch at 40,000 entries instead of 4. By keys every plan is as good as
 * the first, and planning a join with a year's partitions of entry takes longer than a batch's work.
 */
export const byKeys = sql`set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;
