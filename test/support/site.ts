// A database → the site listening on a free port, and raw requests to it: nothing decoded, nothing followed.
import { request as httpRequest } from 'node:http';
import type { Config } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createGuard } from '../../src/net/guard.ts';
import { createHttp } from '../../src/net/http.ts';
import { inlineReader } from '../../src/source/reader.ts';
import type { Db } from '../../src/store/db.ts';
import { startWeb } from '../../src/web/server.ts';
import { afterFile } from './cleanup.ts';

/** The address that test sites believe to be reached under. */
export const publicUrl = 'https://tin.example';

/** What came back, byte for byte. Header names are lower-case. */
export type Answer = { status: number; headers: Record<string, string>; body: Buffer; text: string };

/** A running site. */
export type TestSite = {
  url: string;
  close: () => Promise<void>;
  get: (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>;
};

function ask(base: string, path: string, headers: Record<string, string>, method: string): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, path, method, headers, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(parts);
        const flat = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(flat),
          body,
          text: body.toString('utf8'),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/**
 * Starts the site on a database, ended with the file at the latest. `now` is its clock; `pictures` are hosts with ports that pictures may
 * be fetched from though they are local (without it the site has no way out and shows none); `publicUrl` other than the usual one for browsers,
 * which send no secure cookie to a plain address.
 */
export async function startTestSite(
  db: Db,
  options: {
    now?: () => Date;
    pictures?: readonly string[];
    dataDir?: string;
    publicUrl?: string;
    oidc?: NonNullable<Config['oidc']>;
    isAway?: () => boolean;
    readDb?: Db;
  } = {},
): Promise<TestSite> {
  const { pictures, dataDir } = options;
  const config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: options.publicUrl ?? publicUrl,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(options.oidc === undefined ? {} : { oidc: options.oidc }),
  };
  const http =
    pictures === undefined
      ? null
      : createHttp({ userAgent: 'TinTinh/test', guard: createGuard({ allowAuthorities: new Set(pictures) }) });
  if (http !== null) afterFile(() => http.close());
  const web = await startWeb({
    config: { ...config, hostSpacingMs: 0 },
    // What the console tries out is read here as well.
    ...(http === null ? {} : { http, reader: inlineReader() }),
    db,
    ...(options.readDb === undefined ? {} : { readDb: options.readDb }),
    now: options.now ?? (() => new Date()),
    log: createLog({ level: 'error', isTerminal: false }),
    signal: new AbortController().signal,
    ...(options.isAway ? { isAway: options.isAway } : {}),
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await web.close();
    isOpen = false;
  };
  afterFile(close);
  return { url: web.url, close, get: (path, headers = {}, method = 'GET') => ask(web.url, path, headers, method) };
}
