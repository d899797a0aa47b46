// The tables of migrations 0008 and 0018 as types: what waits for its hour, partners and what they took.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type RightsDueTable = { story_id: number; kind: 'release' | 'expire'; due_at: Date };

export type PartnerTable = {
  id: Generated<number>;
  slug: string;
  name: string;
  contact: Defaulted<string>;
  per_minute: Defaulted<number>;
  per_day: Defaulted<number>;
  is_active: Defaulted<boolean>;
  agreement_number: Defaulted<string>;
  agreement_until: ColumnType<Date | null, string | null | undefined, string | null>;
  created_at: Defaulted<Date>;
};

export type PartnerKeyTable = {
  id: Generated<number>;
  partner_id: number;
  kind: 'key' | 'path';
  hash: Buffer;
  hint: string;
  note: Defaulted<string>;
  created_at: Defaulted<Date>;
  expires_at: Date | null;
  revoked_at: Date | null;
  used_on: ColumnType<Date | null, string | null | undefined, string | null>;
};

export type PartnerProductTable = {
  partner_id: number;
  name: string;
  editions: string[];
  formats: string[];
  show: Defaulted<'headline' | 'excerpt' | 'full'>;
  images: Defaulted<boolean>;
};

export type PartnerRequestTable = {
  partner_id: number;
  used_on: ColumnType<Date, string, string>;
  channel: string;
  requests: number;
  not_modified: number;
  refused: number;
  bytes: number;
  asked_at: Date | null;
};

export type PartnerTakenTable = {
  partner_id: number;
  used_on: ColumnType<Date, string, string>;
  channel: string;
  publisher_id: number;
  stories: number;
};

/** What migrations 0008 and 0018 add to the schema. */
export type PartnerSchema = {
  rights_due: RightsDueTable;
  partner: PartnerTable;
  partner_key: PartnerKeyTable;
  partner_product: PartnerProductTable;
  partner_request: PartnerRequestTable;
  partner_taken: PartnerTakenTable;
};
