// A source's row → the parts that the list and its own page share: state, next check and why, last error, lag, polls in words.
import { html } from 'hono/html';
import type { HealthState } from '../../source/health.ts';
import { reasonWords, stateWords, whatFailed } from '../../source/health.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import type { Lang } from '../words.ts';
import type { Tone } from './parts.ts';
import { pill, timeTag } from './parts.ts';
import type { Html } from './shell.ts';
import type { SourceWords } from './words-source.ts';
import { sourceWords } from './words-source.ts';

/** The tone of each state. */
export const stateTones: Record<HealthState, Tone> = {
  ok: 'good',
  quiet: 'quiet',
  slow: 'slow',
  blocked: 'blocked',
  broken: 'bad',
  paused: 'paused',
};

/** The state as a pill. */
export const statePill = (state: HealthState, lang: Lang): Html => pill(stateTones[state], stateWords[state][lang]);

/** When the source is read next, and why then. */
export function nextCheck(
  row: Pick<SourceListRow, 'isPaused' | 'isReading' | 'nextFetchAt' | 'nextReason' | 'ownMinutes'>,
  now: Date,
  lang: Lang,
): Html {
  const words = sourceWords(lang);
  if (row.isPaused) return html`<span class="soft">${words.isPaused}</span>`;
  if (row.isReading) return html`${words.now}`;
  const why =
    row.nextReason === 'agreed' && row.ownMinutes !== null ? words.ownPace : reasonWords(row.nextReason)[lang];
  return html`${timeTag(row.nextFetchAt < now ? now : row.nextFetchAt, now, lang)} <small class="soft">${why}</small>`;
}

/** The last error in plain words with its code; nothing after a success. */
export function errorWords(row: Pick<SourceListRow, 'lastError' | 'lastStatus'>, lang: Lang): Html | null {
  if (row.lastError === null) return null;
  const code = row.lastError.split(':', 1)[0] ?? '';
  return html`${whatFailed(row)[lang]} <code>${code}${row.lastStatus === null ? '' : ` ${row.lastStatus}`}</code>`;
}

/** Seconds as people say them: `40 giây`, `12 phút`, `3,5 giờ`, `4 ngày`. */
export function duration(seconds: number, lang: Lang): string {
  const words = sourceWords(lang);
  if (seconds < 90) return words.seconds(Math.round(seconds));
  if (seconds < 90 * 60) return words.minutes(Math.round(seconds / 60));
  if (seconds < 48 * 3_600) {
    const hours = Math.round(seconds / 360) / 10;
    return words.hours(lang === 'vi' ? String(hours).replace('.', ',') : String(hours));
  }
  return words.days(Math.round(seconds / 86_400));
}

/** What a poll came to, of whatever the log says of it. */
export function pollWords(
  poll: { outcome: string; items: number; created: number; changed: number; skipped: number },
  words: SourceWords,
): string {
  const said = words.outcomes[poll.outcome] ?? poll.outcome;
  if (poll.items === 0) return said;
  const known = Math.max(0, poll.items - poll.created - poll.changed);
  const counts = words.counts(poll.skipped, known, poll.created);
  return `${said}: ${counts}${poll.changed === 0 ? '' : ` / ${words.mended(poll.changed)}`}`;
}

/** The name a source goes by: its paper's, and its own where that says more. */
export const sourceName = (row: Pick<SourceListRow, 'publisherName' | 'title'>): string =>
  row.title === null || row.title.startsWith(row.publisherName)
    ? (row.title ?? row.publisherName)
    : `${row.publisherName} · ${row.title}`;

/** What audit lines of a source point to. */
export const sourceTarget = (id: number): string => `source:${id}`;
