// How the river stands → the numbers that metrics show of it. Pure.
import type { Alert } from '../store/alert.ts';
import type { Standing } from './look.ts';

/** Values by the names of metrics (without `tin_`); what is not known is absent. */
export function toGauges(
  { figures, verdict }: Standing,
  open: readonly Alert[],
): Record<string, number | Record<string, number>> {
  const { queues, freshness, sources, size, connections } = figures;
  const over = <T>(values: Record<string, T>, take: (value: T) => number) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, take(value)]));
  const told = open.filter((alert) => alert.openedAt !== null);
  const ofSeverity = (severity: Alert['severity']) => told.filter((alert) => alert.severity === severity).length;
  const known: [string, number | null][] = [
    ['freshness_p50_seconds', freshness.p50],
    ['freshness_p95_seconds', freshness.p95],
    [
      'last_successful_poll_seconds',
      sources.lastSuccessAt === null ? null : (figures.at.getTime() - sources.lastSuccessAt.getTime()) / 1_000,
    ],
  ];
  return {
    queue_waiting: over(queues, (queue) => queue.waiting),
    queue_oldest_seconds: over(queues, (queue) => queue.oldestSeconds),
    sources: verdict.states,
    polls_last_hour: figures.polls,
    ...Object.fromEntries(known.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    held_polls: figures.held.polls,
    gaps_open: figures.gaps,
    documents: figures.documents.all,
    documents_broken: figures.documents.broken,
    alerts_open: { critical: ofSeverity('critical'), warning: ofSeverity('warning') },
    database_bytes: size.databaseBytes,
    table_bytes: Object.fromEntries(size.tables.map((table) => [table.name, table.bytes])),
    partition_months_ahead: figures.monthsAhead,
    database_connections: connections.used,
    database_connections_most: connections.most,
  };
}
