// watch: figures and sources → conditions, and conditions over time → alerts.
import { expect, test } from 'vitest';
import { type Figures, type QueueName, queueNames, type WatchedSource } from '../src/store/health.ts';
import { type LivingAlert, stepAlerts } from '../src/watch/alert.ts';
import { type Condition, type ConditionKind, conditionKinds, judge } from '../src/watch/judge.ts';
import { alertWords } from '../src/watch/words.ts';

const at = new Date('2026-11-28T10:00:00Z');
const ago = (minutes: number) => new Date(at.getTime() - minutes * 60_000);

function figures(fields: Partial<Figures> = {}): Figures {
  const queues = Object.fromEntries(
    queueNames.map((name) => [name, { waiting: 0, oldestSeconds: 0 }]),
  ) as Figures['queues'];
  return {
    at,
    sources: { all: 10, paused: 0, failing: 0, lastSuccessAt: ago(1), firstAddedAt: ago(9_999) },
    queues,
    polls: {},
    freshness: { p50: 60, p95: 600, entries: 500 },
    held: { polls: 0, since: null },
    gaps: 0,
    documents: { all: 30, broken: 0, brokenPaths: [] },
    newestStoryAt: ago(1),
    size: { databaseBytes: 1e9, oldestEntryAt: ago(9_999), tables: [] },
    monthsAhead: 3,
    connections: { used: 5, most: 50 },
    ...fields,
  };
}

const source = (fields: Partial<WatchedSource> = {}): WatchedSource => ({
  host: 'bao.example',
  publisherSlug: 'bao',
  publisherName: 'Báo Thử',
  isSample: false,
  isPaused: false,
  failures: 0,
  failingSince: null,
  lastError: null,
  lastStatus: 200,
  lastSuccessAt: ago(5),
  newestAt: ago(60),
  turnoverSeconds: 86_400,
  tookMs: 200,
  goneSince: null,
  blockedBy: null,
  isHeld: false,
  gaps: 0,
  ...fields,
});
const broken = { failures: 5, failingSince: ago(300), lastError: 'http.timeout: too slow', lastSuccessAt: ago(300) };
const quiet = { newestAt: ago(5 * 24 * 60) };

const look = (fields: Partial<Parameters<typeof judge>[0]> = {}) =>
  judge({ figures: figures(), sources: [source()], silenceMinutes: 30, skewMs: 5, disk: null, ...fields });
const kinds = (fields: Partial<Parameters<typeof judge>[0]>) =>
  look(fields).conditions.map((one) => `${one.kind}${one.subject === '' ? '' : ` ${one.subject}`}`);
const late = (name: QueueName, seconds: number) => ({
  ...figures().queues,
  [name]: { waiting: 3, oldestSeconds: seconds },
});

test('a healthy river gives no condition, and its sources by state', () => {
  expect(look()).toEqual({
    conditions: [],
    covered: [],
    states: { ok: 1, quiet: 0, slow: 0, blocked: 0, broken: 0, paused: 0 },
    hosts: 1,
    papers: 1,
  });
});

test.each([
  [
    'no good poll while sources fail',
    { sources: { ...figures().sources, lastSuccessAt: ago(31), failing: 5 } },
    'no_fetch',
  ],
  ['no good poll ever', { sources: { ...figures().sources, lastSuccessAt: null, failing: 5 } }, 'no_fetch'],
  ['clustering is late', { queues: late('cluster', 301) }, 'queue_late cluster'],
  ['documents are late', { queues: late('documents', 301) }, 'queue_late documents'],
  ['a poll is held', { held: { polls: 1, since: ago(121) } }, 'polls_held'],
  [
    'a document failed its proof',
    { documents: { all: 1, broken: 1, brokenPaths: ['tin-moi.rss'] } },
    'documents_broken',
  ],
  ['news comes late', { freshness: { p50: 60, p95: 11_000, entries: 20 } }, 'stale'],
  ['no month is ready', { monthsAhead: 0 }, 'partitions'],
  ['connections run out', { connections: { used: 46, most: 50 } }, 'connections'],
] satisfies [string, Partial<Figures>, string][])('%s: a condition', (_name, fields, expected) => {
  expect(kinds({ figures: figures(fields) })).toEqual([expected]);
});

test.each([
  ['silence while nothing is due', { sources: { ...figures().sources, lastSuccessAt: ago(100) } }],
  ['silence while a few fail', { sources: { ...figures().sources, failing: 4, lastSuccessAt: ago(100) } }],
  ['silence of paused sources', { sources: { ...figures().sources, paused: 10, failing: 2, lastSuccessAt: ago(100) } }],
  ['a queue that is worked on', { queues: late('cluster', 299) }],
  ['few late entries', { freshness: { p50: 60, p95: 11_000, entries: 19 } }],
] satisfies [string, Partial<Figures>][])('%s is no condition', (_name, fields) => {
  expect(kinds({ figures: figures(fields) })).toEqual([]);
});

test('disk and clock of this machine count', () => {
  expect(kinds({ disk: { freeBytes: 5e8, totalBytes: 1e12 } })).toEqual(['disk']);
  expect(kinds({ disk: { freeBytes: 2e10, totalBytes: 1e12 } })).toEqual(['disk']);
  expect(kinds({ disk: { freeBytes: 2e11, totalBytes: 1e12 } })).toEqual([]);
  expect(kinds({ skewMs: -31_000 })).toEqual(['clock']);
});

test('a host with ten broken sources is one condition, and one that answers somewhere is none', () => {
  const ten = Array.from({ length: 10 }, () => source(broken));
  const others = Array.from({ length: 9 }, (_, index) =>
    source({ host: `${index}.example`, publisherSlug: `p${index}` }),
  );

  expect(kinds({ sources: [...ten, ...others] })).toEqual(['host_down bao.example']);
  expect(kinds({ sources: [...ten, source(), ...others] })).toEqual([]);
  expect(kinds({ sources: [source({ ...broken, isSample: true }), source({ ...broken, isPaused: true })] })).toEqual(
    [],
  );
});

test('many hosts down together are one condition that stands for them', () => {
  const all = Array.from({ length: 12 }, (_, index) =>
    source({ host: `${index}.example`, publisherSlug: `p${index}`, ...(index < 6 ? broken : {}) }),
  );
  const { conditions, covered } = look({ sources: all });

  expect(conditions.map((one) => [one.kind, one.facts['hosts'], one.facts['of']])).toEqual([['many_hosts', 6, 12]]);
  expect(covered).toEqual(['host_down']);
});

test('a paper is quiet when all of its sources are', () => {
  expect(kinds({ sources: [source(quiet), source({ ...quiet, host: 'hai.example' })] })).toEqual(['paper_quiet bao']);
  expect(kinds({ sources: [source(quiet), source()] })).toEqual([]);
});

const down: Condition = { kind: 'host_down', subject: 'a.example', severity: 'warning', facts: {} };
const living = (fields: Partial<LivingAlert> = {}): LivingAlert => ({
  id: 7,
  kind: 'host_down',
  subject: 'a.example',
  severity: 'warning',
  openedAt: ago(60),
  firstSeenAt: ago(80),
  missingSince: null,
  ...fields,
});
const step = (alerts: LivingAlert[], conditions: Condition[], covered: ConditionKind[] = []) =>
  stepAlerts(alerts, { conditions, covered }, at);
const nothing = { begin: [], keep: [], missing: [], close: [], forget: [] };

test('a matter is noticed first, opened when it lasts, and forgotten when it does not', () => {
  expect(step([], [down])).toEqual({ ...nothing, begin: [{ ...down, isOpen: false }] });
  const young = living({ openedAt: null, firstSeenAt: ago(14) });
  expect(step([young], [down])).toEqual({ ...nothing, keep: [{ id: 7, condition: down, isOpen: false }] });
  expect(step([{ ...young, firstSeenAt: ago(15) }], [down]).keep).toEqual([{ id: 7, condition: down, isOpen: true }]);
  expect(step([young], [])).toEqual({ ...nothing, forget: [7] });
});

test('what is urgent opens at once', () => {
  const urgent: Condition = { kind: 'disk', subject: '', severity: 'critical', facts: {} };
  expect(step([], [urgent]).begin).toEqual([{ ...urgent, isOpen: true }]);
});

test('an open alert closes only after it was gone for ten minutes, and a return in between starts that wait anew', () => {
  expect(step([living()], [])).toEqual({ ...nothing, missing: [7] });
  expect(step([living({ missingSince: ago(9) })], [])).toEqual(nothing);
  expect(step([living({ missingSince: ago(10) })], [])).toEqual({ ...nothing, close: [7] });
  expect(step([living({ missingSince: ago(9) })], [down]).keep).toEqual([{ id: 7, condition: down, isOpen: false }]);
});

test('single alerts behind one of the many are neither closed nor told, and come on after it', () => {
  expect(
    step(
      [living({ missingSince: ago(20) }), living({ id: 8, subject: 'b.example', openedAt: null })],
      [],
      ['host_down'],
    ),
  ).toEqual({
    ...nothing,
    forget: [8],
  });
});

test('never more than 200 live at once', () => {
  const flood = Array.from({ length: 500 }, (_, index) => ({ ...down, subject: `${index}.example` }));
  expect(step([living()], flood).begin).toHaveLength(199);
});

test('every kind has words in both languages, without a hole', () => {
  const facts = {
    minutes: 1,
    failing: 2,
    waiting: 3,
    sources: 4,
    paper: 'Báo',
    error: 'e',
    wall: '',
    hosts: 5,
    of: 6,
    names: 'a',
  };
  const more = {
    newestAt: at.toISOString(),
    papers: 7,
    polls: 8,
    hours: 9,
    documents: 1,
    paths: 'x',
    p95Minutes: 2,
    entries: 3,
  };
  const rest = { months: 0, used: 1, most: 2, freeMB: 3, percent: 4, seconds: 5 };
  for (const kind of conditionKinds) {
    const alert = { kind, subject: 'cluster', facts: { ...facts, ...more, ...rest } };
    const [vi, en] = [alertWords(alert, 'vi'), alertWords(alert, 'en')];
    for (const text of [vi.title, vi.remedy, en.title, en.remedy]) {
      expect(text, kind).toMatch(/\S{2}/);
      expect(text, kind).not.toMatch(/undefined|NaN/);
    }
    expect(vi.title).not.toBe(en.title);
  }
});
