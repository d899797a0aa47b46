// What happens in this process, and how the river stands → Prometheus' text format. The one door to prom-client.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Where an answer came from: `memory` = the shelf, `routes` = all else. */
export type From = 'memory' | 'routes';

/** Gauges of the river, by their names below; a labelled one has a value for each label. */
export type RiverGauges = { [name in RiverGauge]?: number | Readonly<Record<string, number>> };

const riverGauges = {
  queue_waiting: ['Work that waits and is due, counted up to 100,000', 'queue'],
  queue_oldest_seconds: ['For how long the longest waiting work is overdue', 'queue'],
  sources: ['Sources by their state', 'state'],
  polls_last_hour: ['Polls of the last hour by outcome, of the newest 2,000', 'outcome'],
  freshness_p50_seconds: ['From publication at a paper to our store, median of the newest 500 entries', null],
  freshness_p95_seconds: ['The same, 95th percentile', null],
  last_successful_poll_seconds: ['Since the last good poll of any source', null],
  held_polls: ['Polls in doubt that wait for a person', null],
  gaps_open: ['Gaps of the last two days that were not filled', null],
  documents: ['Documents of all editions and formats', null],
  documents_broken: ['Documents whose last version failed its proof', null],
  alerts_open: ['Open alerts by severity', 'severity'],
  database_bytes: ['Size of the database', null],
  table_bytes: ['Size of the largest tables, with indexes and partitions', 'table'],
  partition_months_ahead: ['Months after this one that have partitions', null],
  database_connections: ['Connections of all clients to PostgreSQL', null],
  database_connections_most: ['How many PostgreSQL allows', null],
} as const satisfies Record<string, readonly [help: string, label: string | null]>;
type RiverGauge = keyof typeof riverGauges;

/** One process's metrics. Label sets are bounded by the program: routes, statuses, jobs, queues, states; never an address or a name. */
export type Metrics = {
  /** Counts an answer; `route` is one of a short list. Those from memory are not timed. */
  answered: (route: string, status: number, from: From, seconds: number) => void;
  /** Counts a run of a job with the numbers it answered. */
  ran: (job: string, isGood: boolean, seconds: number, counts: Readonly<Record<string, unknown>>) => void;
  /** Everything as text. `river` is asked at most every ten seconds; where it fails, its gauges are left out and `tin_database_up` is 0. */
  text: () => Promise<{ contentType: string; body: string }>;
};

/** What metrics ask about: the river, and the pool of connections, as they stand. */
export type MetricSources = {
  river: () => Promise<RiverGauges>;
  pool: () => Readonly<Record<'total' | 'idle' | 'waiting', number>>;
  /** Milliseconds of a clock that never goes back. */
  elapsedMs: () => number;
};

const patienceMs = 10_000;

/** Opens the metrics of this process in a registry of their own. Touches nothing until `text` is called. */
export function openMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const answers = new Counter({
    name: 'tin_http_requests_total',
    help: 'Answers by route, status and where they came from',
    labelNames: ['route', 'status', 'from'],
    registers,
  });
  const answerSeconds = new Histogram({
    name: 'tin_http_request_seconds',
    help: 'Time until an answer of the routes was handed to the socket; memory answers in microseconds and is not timed',
    labelNames: ['route'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const runs = new Counter({
    name: 'tin_job_runs_total',
    help: 'Runs of jobs by outcome',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const runSeconds = new Histogram({
    name: 'tin_job_seconds',
    help: 'Time a run of a job took',
    labelNames: ['job'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
    registers,
  });
  const counts = new Counter({
    name: 'tin_job_items_total',
    help: 'What jobs did, by the names of their own summaries (ingest polls, created, changed, failed; publish rendered; …)',
    labelNames: ['job', 'what'],
    registers,
  });
  const pool = new Gauge({
    name: 'tin_pool_connections',
    help: "This process's pool of connections: total, idle, and callers that wait for one",
    labelNames: ['state'],
    registers,
  });
  const isUp = new Gauge({ name: 'tin_database_up', help: 'Whether the river could be asked', registers });
  const gauges = new Map(
    Object.entries(riverGauges).map(([name, [help, label]]) => [
      name,
      new Gauge({ name: `tin_${name}`, help, labelNames: label === null ? [] : [label], registers }),
    ]),
  );

  let askedAt = Number.NEGATIVE_INFINITY;
  async function askRiver(): Promise<void> {
    if (sources.elapsedMs() - askedAt < patienceMs) return;
    askedAt = sources.elapsedMs();
    const found = await sources.river().catch(() => null);
    isUp.set(found === null ? 0 : 1);
    for (const [name, [, label]] of Object.entries(riverGauges)) {
      const gauge = gauges.get(name);
      const value = found?.[name as RiverGauge];
      gauge?.reset();
      if (typeof value === 'number') gauge?.set(value);
      else if (value !== undefined && label !== null)
        for (const [key, one] of Object.entries(value)) gauge?.set({ [label]: key }, one);
      // What is not known shall not look like a zero.
      else if (label === null) gauge?.remove();
    }
  }

  // Nearly every answer comes from memory in microseconds: they are added up in a plain number and told when somebody asks, as a counter
  // of the library costs a microsecond and a histogram another.
  const counted = new Map<string, { route: string; status: number; from: From; count: number }>();
  function countAnswer(route: string, status: number, from: From): void {
    const key = `${from} ${status} ${route}`;
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { route, status, from, count: 1 });
    else known.count += 1;
  }
  function tellAnswers(): void {
    for (const one of counted.values()) {
      if (one.count > 0) answers.inc({ route: one.route, status: String(one.status), from: one.from }, one.count);
      one.count = 0;
    }
  }

  return {
    answered: (route, status, from, seconds) => {
      countAnswer(route, status, from);
      if (from === 'routes') answerSeconds.observe({ route }, seconds);
    },
    ran: (job, isGood, seconds, summary) => {
      runs.inc({ job, outcome: isGood ? 'done' : 'failed' });
      runSeconds.observe({ job }, seconds);
      for (const [what, value] of Object.entries(summary))
        if (typeof value === 'number' && Number.isFinite(value) && value > 0) counts.inc({ job, what }, value);
    },
    text: async () => {
      await askRiver();
      tellAnswers();
      for (const [state, value] of Object.entries(sources.pool())) pool.set({ state }, value);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
