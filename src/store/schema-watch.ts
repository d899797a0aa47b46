// The tables of migration 0019 as types: alerts, who was told of them, samples of figures.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type AlertTable = {
  id: Generated<number>;
  kind: string;
  subject: Defaulted<string>;
  severity: 'warning' | 'critical';
  facts: ColumnType<unknown, string, string>;
  first_seen_at: Date;
  last_seen_at: Date;
  opened_at: Date | null;
  missing_since: Date | null;
  closed_at: Date | null;
  changed_at: Date;
};

export type AlertNoticeTable = {
  alert_id: number;
  event: 'opened' | 'closed';
  channel: 'mail' | 'webhook';
  uid: Defaulted<string>;
  created_at: Defaulted<Date>;
  due_at: Defaulted<Date | null>;
  claimed_until: Date | null;
  attempts: Defaulted<number>;
  told_at: Date | null;
  last_error: string | null;
};

export type HealthSampleTable = { at: Date; figures: ColumnType<unknown, string, string> };

/** What migration 0019 adds to the schema. */
export type WatchSchema = {
  alert: AlertTable;
  alert_notice: AlertNoticeTable;
  health_sample: HealthSampleTable;
};
