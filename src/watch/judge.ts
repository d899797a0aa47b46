// The river's figures and its sources → what is wrong at this moment, one condition for each matter. Pure.
import { type HealthState, sourceHealth } from '../source/health.ts';
import type { Figures, QueueName, WatchedSource } from '../store/health.ts';

/** One thing that is wrong. `subject`: the host, paper or queue it concerns, '' = the whole. `facts`: what words need, JSON only. */
export type Condition = {
  kind: ConditionKind;
  subject: string;
  severity: 'warning' | 'critical';
  facts: Record<string, string | number>;
};

export const conditionKinds = [
  'no_fetch',
  'queue_late',
  'host_down',
  'many_hosts',
  'paper_quiet',
  'many_quiet',
  'polls_held',
  'documents_broken',
  'stale',
  'partitions',
  'connections',
  'disk',
  'clock',
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

/** All that is judged. `skewMs`: our clock less the database's. `disk`: where the embedded database lies; null = somewhere else. */
export type Sight = {
  figures: Figures;
  sources: readonly WatchedSource[];
  silenceMinutes: number;
  skewMs: number;
  disk: { freeBytes: number; totalBytes: number } | null;
};

/**
 * `covered`: kinds that stand behind a condition of the many, so that single ones of them are neither opened nor closed meanwhile.
 * `states`: sources by their state. `hosts`, `papers`: how many there are to be judged.
 */
export type Verdict = {
  conditions: Condition[];
  covered: ConditionKind[];
  states: Record<HealthState, number>;
  hosts: number;
  papers: number;
};

const minute = 60;
const hour = 3_600;

// How long the longest waiting row of a queue may be overdue. Sources and pages wait for their hosts' turns, gaps and endpoints for their rest;
// clustering and publishing never wait for anybody.
const patience: Record<QueueName, { seconds: number; severity: Condition['severity'] }> = {
  sources: { seconds: 30 * minute, severity: 'critical' },
  articles: { seconds: 12 * hour, severity: 'warning' },
  cluster: { seconds: 5 * minute, severity: 'critical' },
  documents: { seconds: 5 * minute, severity: 'critical' },
  hub: { seconds: 15 * minute, severity: 'warning' },
  webhooks: { seconds: 2 * hour, severity: 'warning' },
  pushed: { seconds: 10 * minute, severity: 'warning' },
  gaps: { seconds: 24 * hour, severity: 'warning' },
};

// One cause behind many hosts is likelier than many causes: our network, our address on a list, a storm of one content system.
const many = { hosts: 5, hostShare: 0.3, papers: 8, paperShare: 0.25 };
const heldSeconds = 2 * hour;
const staleSeconds = 3 * hour;
const leastEntries = 20;
const leastFree = { bytes: 1_000_000_000, share: 0.05 };
const skewMs = 30_000;

/** Judges; conditions by severity, then kind and subject. */
export function judge(sight: Sight): Verdict {
  const { figures, sources } = sight;
  const { at } = figures;
  const states: Record<HealthState, number> = { ok: 0, quiet: 0, slow: 0, blocked: 0, broken: 0, paused: 0 };
  const judged = sources.map((source) => ({ ...source, state: sourceHealth(source, at).state }));
  for (const { state } of judged) states[state] += 1;
  // The trial newsroom's papers open and close by themselves.
  const real = judged.filter((source) => !source.isSample && source.state !== 'paused');
  const hosts = groupBy(real, (source) => source.host);
  const papers = groupBy(real, (source) => source.publisherSlug);
  const down = [...hosts].filter(([, all]) => all.every(({ state }) => state === 'broken' || state === 'blocked'));
  const quiet = [...papers].filter(([, all]) => all.every(({ state }) => state === 'quiet'));
  const areManyDown = down.length >= Math.max(many.hosts, hosts.size * many.hostShare);
  const areManyQuiet = quiet.length >= Math.max(many.papers, papers.size * many.paperShare);

  const conditions: Condition[] = [
    ...riverConditions(sight),
    ...(areManyDown
      ? [condition('many_hosts', '', 'critical', { hosts: down.length, of: hosts.size, names: someNames(down) })]
      : down.map(([host, all]) =>
          condition('host_down', host, 'warning', {
            sources: all.length,
            paper: all[0]?.publisherName ?? '',
            error: all.find((source) => source.lastError !== null)?.lastError?.split(':', 1)[0] ?? '',
            wall: all.find((source) => source.blockedBy !== null)?.blockedBy ?? '',
          }),
        )),
    ...(areManyQuiet
      ? [condition('many_quiet', '', 'warning', { papers: quiet.length, of: papers.size, names: someNames(quiet) })]
      : quiet.map(([slug, all]) =>
          condition('paper_quiet', slug, 'warning', {
            paper: all[0]?.publisherName ?? slug,
            newestAt: newest(all)?.toISOString() ?? '',
          }),
        )),
  ];
  const covered: ConditionKind[] = [
    ...(areManyDown ? ['host_down' as const] : []),
    ...(areManyQuiet ? ['paper_quiet' as const] : []),
  ];
  return { conditions: conditions.sort(byWeight), covered, states, hosts: hosts.size, papers: papers.size };
}

function riverConditions({ figures, silenceMinutes, skewMs: skew, disk }: Sight): Condition[] {
  const { at, sources, queues, held, documents, freshness, monthsAhead, connections } = figures;
  const found: Condition[] = [];
  const say = (...parts: Parameters<typeof condition>) => found.push(condition(...parts));
  const since = (date: Date | null) => (date === null ? 0 : (at.getTime() - date.getTime()) / 1_000);

  // With few sources on slow rhythms, silence alone is no trouble: something must be due for as long, or half of them failing.
  const silence = since(sources.lastSuccessAt ?? sources.firstAddedAt);
  const areFailing = sources.failing > 0 && sources.failing * 2 >= sources.all - sources.paused;
  const isOwed = queues.sources.oldestSeconds > silenceMinutes * minute || areFailing;
  if (sources.all > sources.paused && silence > silenceMinutes * minute && isOwed)
    say('no_fetch', '', 'critical', { minutes: Math.floor(silence / minute), failing: sources.failing });
  for (const [name, { waiting, oldestSeconds }] of Object.entries(queues)) {
    const { seconds, severity } = patience[name as QueueName];
    if (waiting > 0 && oldestSeconds > seconds)
      say('queue_late', name, severity, { waiting, minutes: Math.floor(oldestSeconds / minute) });
  }
  if (held.polls > 0 && since(held.since) > heldSeconds)
    say('polls_held', '', 'warning', { polls: held.polls, hours: Math.floor(since(held.since) / hour) });
  if (documents.broken > 0)
    say('documents_broken', '', 'critical', { documents: documents.broken, paths: documents.brokenPaths.join(', ') });
  if (freshness.entries >= leastEntries && freshness.p95 !== null && freshness.p95 > staleSeconds)
    say('stale', '', 'warning', { p95Minutes: Math.round(freshness.p95 / minute), entries: freshness.entries });
  if (monthsAhead < 1) say('partitions', '', 'critical', { months: monthsAhead });
  if (connections.used > connections.most * 0.9)
    say('connections', '', 'warning', { used: connections.used, most: connections.most });
  if (disk !== null && (disk.freeBytes < leastFree.bytes || disk.freeBytes < disk.totalBytes * leastFree.share))
    say('disk', '', 'critical', {
      freeMB: Math.round(disk.freeBytes / 1e6),
      percent: Math.round((disk.freeBytes / Math.max(1, disk.totalBytes)) * 100),
    });
  if (Math.abs(skew) > skewMs) say('clock', '', 'warning', { seconds: Math.round(skew / 1_000) });
  return found;
}

function condition(
  kind: ConditionKind,
  subject: string,
  severity: Condition['severity'],
  facts: Condition['facts'],
): Condition {
  return { kind, subject, severity, facts };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function newest(sources: readonly { newestAt: Date | null }[]): Date | null {
  const times = sources.flatMap(({ newestAt }) => (newestAt === null ? [] : [newestAt.getTime()]));
  return times.length === 0 ? null : new Date(Math.max(...times));
}

const someNames = (groups: readonly (readonly [string, unknown])[]) =>
  `${groups
    .slice(0, 8)
    .map(([name]) => name)
    .join(', ')}${groups.length > 8 ? ', …' : ''}`;

function byWeight(a: Condition, b: Condition): number {
  const weight = (one: Condition) => (one.severity === 'critical' ? 0 : 1);
  const place = (one: Condition) => conditionKinds.indexOf(one.kind);
  return weight(a) - weight(b) || place(a) - place(b) || (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0);
}
