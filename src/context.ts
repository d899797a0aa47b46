// The tray that effects carry: what the process was given, and nothing that is made on the way. Types only.
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Http } from './net/http.ts';
import type { Reader } from './source/reader.ts';
import type { Db } from './store/db.ts';

/** Handed to every verb and to the web server; opened once per process by `open.ts`. */
export type Context = {
  config: Config;
  db: Db;
  /** A replica of `db` for public reads; absent = there is none. */
  readDb?: Db;
  /** The only way out of the process. */
  http: Http;
  /** Where foreign documents are read: a thread that may be ended. */
  reader: Reader;
  /** The clock; tests give another one. */
  now: () => Date;
  log: Log;
  /** Aborted when the process shall end: finish the row at hand, claim no more. */
  signal: AbortSignal;
  /** True while PostgreSQL is known not to answer; absent = nobody watches. */
  isAway?: () => boolean;
};
