// The tables of migrations 0011 and 0017 as types: accounts, their codes, sessions, links to enter, tries to sign in, the audit log.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;

/** What an account may do: a viewer looks, a moderator keeps comments, an editor stories and sources at work, an admin everything. */
export type Role = 'admin' | 'editor' | 'moderator' | 'viewer';

export type AccountTable = {
  id: Generated<number>;
  name: string;
  role: Role;
  password: string;
  totp_secret: Buffer | null;
  totp_step: Defaulted<number>;
  is_active: Defaulted<boolean>;
  created_at: Defaulted<Date>;
  signed_in_at: Date | null;
  external_key: Defaulted<string | null>;
};

export type RecoveryCodeTable = { account_id: number; hash: Buffer };

export type SessionTable = {
  hash: Buffer;
  account_id: number;
  created_at: Defaulted<Date>;
  seen_at: Defaulted<Date>;
  expires_at: Date;
  agent: Defaulted<string>;
  address: Buffer;
};

export type InviteTable = {
  hash: Buffer;
  role: Role;
  account_id: number | null;
  made_by: string;
  is_first: Defaulted<boolean>;
  expires_at: Date;
};

export type SignInTryTable = { key: Buffer; tries: number; last_at: Defaulted<Date>; closed_until: Date | null };

export type AuditTable = {
  id: Generated<number>;
  at: Defaulted<Date>;
  actor: string;
  action: string;
  target: string;
  detail: ColumnType<unknown, string, string>;
  words: string;
};

/** What migrations 0011 and 0017 add to the schema. */
export type ConsoleSchema = {
  account: AccountTable;
  session: SessionTable;
  invite: InviteTable;
  sign_in_try: SignInTryTable;
  audit: AuditTable;
  recovery_code: RecoveryCodeTable;
};
