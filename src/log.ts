// What happens → log lines: short ones for a person at a terminal, JSON for everything else.
import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';
import pretty from 'pino-pretty';

export type Log = pino.Logger;

const fieldsAround = new AsyncLocalStorage<Readonly<Record<string, string | number>>>();

/** Runs `work` so that every line logged within it, however deep, carries these fields beside those around it. */
export function withLogFields<T>(fields: Readonly<Record<string, string | number>>, work: () => T): T {
  const outer = fieldsAround.getStore();
  return fieldsAround.run(outer === undefined ? fields : { ...outer, ...fields }, work);
}

/**
 * Opens a log on a file descriptor: 1 (the default) for the long-running process, 2 for commands whose output is data.
 * Times are UTC in JSON and local on a terminal. Writes at once, so nothing is lost when the process ends.
 */
export function createLog(options: { level: string; isTerminal: boolean; fd?: 1 | 2 }): Log {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => fieldsAround.getStore() ?? {},
  };
  const fd = options.fd ?? 1;
  if (!options.isTerminal) return pino(settings, pino.destination({ dest: fd, sync: true }));
  const stream = pretty({
    destination: fd,
    sync: true,
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
  return pino(settings, stream);
}
