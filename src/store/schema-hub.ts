// The tables of 0006 as types for the query builder: our hub, our subscriptions elsewhere, webhooks.
import type { ColumnType, Generated } from 'kysely';

type Timestamp = Date;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type SubscriptionTable = {
  id: Generated<number>;
  edition_id: number;
  format: string;
  topic: string;
  callback: string;
  callback_key: Buffer;
  host: string;
  secret: string | null;
  expires_at: Timestamp;
  verified_at: Defaulted<Timestamp>;
  created_at: Defaulted<Timestamp>;
  failures: Defaulted<number>;
  last_error: string | null;
  failed_at: Timestamp | null;
};

export type VerificationTable = {
  id: Generated<number>;
  mode: 'subscribe' | 'unsubscribe' | 'denied';
  edition_id: number;
  format: string;
  topic: string;
  callback: string;
  callback_key: Buffer;
  host: string;
  secret: string | null;
  lease_seconds: number;
  attempts: Defaulted<number>;
  due_at: Defaulted<Timestamp>;
  claimed_until: Timestamp | null;
  created_at: Defaulted<Timestamp>;
};

export type TopicChangeTable = { edition_id: number; format: string; changed_at: Defaulted<Timestamp> };

export type DeliveryTable = {
  subscription_id: number;
  edition_id: number;
  format: string;
  host: string;
  due_at: Timestamp;
  since: Timestamp;
  attempts: Defaulted<number>;
  claimed_until: Timestamp | null;
};

export type PushTable = {
  source_id: number;
  hub_url: string;
  topic_url: string;
  token: string;
  secret: string;
  state: Defaulted<'wanted' | 'asked' | 'active' | 'renewing' | 'leaving' | 'denied' | 'off'>;
  due_at: Defaulted<Timestamp | null>;
  claimed_until: Timestamp | null;
  attempts: Defaulted<number>;
  asked_at: Timestamp | null;
  verified_at: Timestamp | null;
  expires_at: Timestamp | null;
  trusted_until: Timestamp | null;
  last_push_at: Timestamp | null;
  last_error: string | null;
  offered_at: Defaulted<Timestamp>;
  created_at: Defaulted<Timestamp>;
};

export type PushBodyTable = {
  id: Generated<number>;
  source_id: number;
  received_at: Defaulted<Timestamp>;
  content_type: string | null;
  body: Buffer;
  claimed_until: Timestamp | null;
  attempts: Defaulted<number>;
};

export type HubTallyTable = {
  hub_url: string;
  pushes: Defaulted<number>;
  brought: Defaulted<number>;
  missed: Defaulted<number>;
  forged: Defaulted<number>;
  last_push_at: Timestamp | null;
  last_missed_at: Timestamp | null;
};

export type WebhookTable = {
  id: Generated<number>;
  partner_id: number | null;
  name: string;
  url: string;
  host: string;
  secret: string;
  kinds: string[];
  edition_id: number | null;
  is_filtered: Defaulted<boolean>;
  show: Defaulted<'headline' | 'excerpt' | 'full'>;
  images: Defaulted<boolean>;
  disabled_at: Timestamp | null;
  disabled_reason: string | null;
  failing_since: Timestamp | null;
  failures: Defaulted<number>;
  retry_at: Timestamp | null;
  last_success_at: Timestamp | null;
  last_error: string | null;
  created_at: Defaulted<Timestamp>;
};

export type WebhookEventTable = {
  id: Generated<number>;
  uid: Defaulted<string>;
  webhook_id: number;
  story_id: number;
  kind: string;
  change_id: number;
  state: Defaulted<'waiting' | 'delivered' | 'overtaken' | 'given_up'>;
  created_at: Defaulted<Timestamp>;
  waiting_since: Defaulted<Timestamp>;
  due_at: Defaulted<Timestamp>;
  claimed_until: Timestamp | null;
  attempts: Defaulted<number>;
  ended_at: Timestamp | null;
  last_attempt_at: Timestamp | null;
  last_status: number | null;
  last_error: string | null;
  took_ms: number | null;
};

export type WebhookToldTable = {
  webhook_id: number;
  story_id: number;
  change_id: number;
  is_live: boolean;
  correction_id: Defaulted<number>;
};

/** Tables of the hub room. */
export type HubSchema = {
  subscription: SubscriptionTable;
  verification: VerificationTable;
  topic_change: TopicChangeTable;
  delivery: DeliveryTable;
  push: PushTable;
  push_body: PushBodyTable;
  hub_tally: HubTallyTable;
  webhook: WebhookTable;
  webhook_event: WebhookEventTable;
  webhook_told: WebhookToldTable;
};
