// What happens → log lines: short ones for a person at a terminal, JSON for everything else.
import pino from 'pino';
import pretty from 'pino-pretty';

export type Log = pino.Logger;

/**
 * Opens a log on a file descriptor: 1 (the default) for the long-running process, 2 for commands whose output is data.
 * Times are UTC in JSON and local on a terminal. Writes at once, so nothing is lost when the process ends.
 */
export function createLog(options: { level: string; isTerminal: boolean; fd?: 1 | 2 }): Log {
  const settings: pino.LoggerOptions = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
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
