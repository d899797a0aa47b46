// Long work → a bar on a terminal, or nothing where nobody looks.
import cliProgress from 'cli-progress';
import type { Io } from './io.ts';

/** A running bar: `set` moves it (and may move its end), `stop` leaves it on the screen. */
export type Progress = { set: (done: number, total: number, note?: string) => void; stop: () => void };

/** Starts a bar on standard error, so that output stays data; silent when standard error is no terminal. */
export function startProgress(io: Io, label: string): Progress {
  if (io.stderr.isTTY !== true) return { set: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total} · {duration_formatted} {note}`,
    stream: io.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 50,
  });
  bar.start(1, 0, { note: '' });
  return {
    set: (done, total, note = '') => {
      bar.setTotal(Math.max(total, 1));
      bar.update(done, { note });
    },
    stop: () => bar.stop(),
  };
}
