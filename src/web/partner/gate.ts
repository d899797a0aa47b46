// A secret from a header or an address → what it opens, within its quota. Secrets are never logged and never kept as they are.
import { createHash } from 'node:crypto';
import type { Db } from '../../store/db.ts';
import type { Access } from '../../store/partner.ts';
import { findAccess } from '../../store/partner.ts';
import type { QuotaState } from './quota.ts';
import { openQuota } from './quota.ts';

/** What came of a secret. */
export type Admission =
  | { kind: 'admitted'; access: Access; quota: QuotaState }
  | { kind: 'limited'; access: Access; quota: QuotaState }
  | { kind: 'unknown' };

/** Admits secrets; a key that was revoked is refused within 5 s. */
export type Gate = { admit: (kind: 'key' | 'path', secret: string) => Promise<Admission> };

const keptMs = 5_000;
const maxKept = 2_000;
const shapes = { key: /^tt_[\w-]{43}$/, path: /^[\w-]{43}$/ };

type Kept = { at: number; access: Promise<Access | null> };

/** A gate over a database. What is not of the shape of our secrets costs no query; a secret costs one in 5 s. */
export function openGate(db: Db, now: () => Date): Gate {
  const kept = new Map<string, Kept>();
  const quota = openQuota(now);

  function look(kind: 'key' | 'path', secret: string): Promise<Access | null> {
    const name = `${kind} ${createHash('sha256').update(secret).digest('base64url')}`;
    const at = now().getTime();
    const known = kept.get(name);
    if (known !== undefined && Math.abs(at - known.at) < keptMs) return known.access;
    const access = findAccess(db, kind, secret);
    access.catch(() => kept.delete(name));
    kept.delete(name);
    kept.set(name, { at, access });
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return access;
  }

  return {
    admit: async (kind, secret) => {
      if (!shapes[kind].test(secret)) return { kind: 'unknown' };
      const access = await look(kind, secret);
      if (access === null) return { kind: 'unknown' };
      const state = quota.take(access.id, access, access.takenToday);
      return { kind: state.isWithin ? 'admitted' : 'limited', access, quota: state };
    },
  };
}

/** The key of a request: `Authorization: Bearer tt_…` or `X-Api-Key: tt_…`; null when there is none. Never looked for in the address. */
export function keyOf(header: (name: string) => string | undefined): string | null {
  const bearer = /^Bearer +(.+)$/i.exec(header('authorization')?.slice(0, 200) ?? '');
  return bearer?.[1] ?? header('x-api-key')?.slice(0, 200).trim() ?? null;
}
