// Alerts that live and what is wrong now → which to write, open, close or forget: slowly on, more slowly off. Pure.
import type { Condition, ConditionKind, Verdict } from './judge.ts';

/** An alert that is not closed. `openedAt` null: noticed, nobody was told yet. */
export type LivingAlert = {
  id: number;
  kind: string;
  subject: string;
  severity: Condition['severity'];
  openedAt: Date | null;
  firstSeenAt: Date;
  missingSince: Date | null;
};

/** What to write. Each living alert is in at most one list. */
export type Step = {
  /** New matters; `isOpen`: told at once. */
  begin: (Condition & { isOpen: boolean })[];
  /** Still there: facts are renewed; `isOpen`: now for long enough to be told. */
  keep: { id: number; condition: Condition; isOpen: boolean }[];
  /** Gone since now: the wait for the end begins. */
  missing: number[];
  /** Gone for long enough: closed, and that is told. */
  close: number[];
  /** Gone before anybody was told. */
  forget: number[];
};

const minuteMs = 60_000;

// A matter must last before it is told: a host that answers again within minutes, a queue that drains, are nobody's business.
const opensAfter: Record<ConditionKind, number> = {
  no_fetch: 0,
  queue_late: 2,
  host_down: 15,
  many_hosts: 3,
  paper_quiet: 60,
  many_quiet: 60,
  polls_held: 0,
  documents_broken: 5,
  stale: 30,
  partitions: 0,
  connections: 3,
  disk: 0,
  clock: 3,
};
const closesAfter = 10;
/** Most alerts that live at once: what is beyond waits its turn, the critical come first. */
export const mostAlerts = 200;

/** The next step at the moment `now`. `verdict.conditions` come heaviest first. */
export function stepAlerts(
  living: readonly LivingAlert[],
  verdict: Pick<Verdict, 'conditions' | 'covered'>,
  now: Date,
): Step {
  const step: Step = { begin: [], keep: [], missing: [], close: [], forget: [] };
  const known = new Map(living.map((alert) => [nameOf(alert), alert]));
  const seen = new Set<string>();
  let room = mostAlerts - living.length;
  for (const condition of verdict.conditions) {
    const name = nameOf(condition);
    const wait = opensAfter[condition.kind] * minuteMs;
    const alert = known.get(name);
    seen.add(name);
    if (alert !== undefined) {
      const isLong = now.getTime() - alert.firstSeenAt.getTime() >= wait;
      step.keep.push({ id: alert.id, condition, isOpen: alert.openedAt === null && isLong });
    } else if (room-- > 0) step.begin.push({ ...condition, isOpen: wait === 0 });
  }
  for (const alert of living) {
    if (seen.has(nameOf(alert))) continue;
    if (alert.openedAt === null) step.forget.push(alert.id);
    else if (verdict.covered.some((kind) => kind === alert.kind)) continue;
    else if (alert.missingSince === null) step.missing.push(alert.id);
    else if (now.getTime() - alert.missingSince.getTime() >= closesAfter * minuteMs) step.close.push(alert.id);
  }
  return step;
}

const nameOf = (one: { kind: string; subject: string }) => `${one.kind} ${one.subject}`;
