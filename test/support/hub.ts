// A database → the site, its hub and its jobs as they run together, with the world on loopback.
import { request } from 'node:http';
import type { Context } from '../../src/context.ts';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createGuard } from '../../src/net/guard.ts';
import { createHttp } from '../../src/net/http.ts';
import { inlineReader } from '../../src/source/reader.ts';
import type { Db } from '../../src/store/db.ts';
import { findFreePort } from '../../src/store/embedded-server.ts';
import { startWeb } from '../../src/web/server.ts';
import { afterFile } from './cleanup.ts';

/** What a request to the site gave. */
export type HubAnswer = { status: number; headers: Record<string, string>; body: string };

/** A running site with all that its jobs need; `ctx` has the site's own address as public address. */
export type HubWorld = {
  ctx: Context;
  siteUrl: string;
  send: (
    method: string,
    path: string,
    options?: { body?: string; headers?: Record<string, string> },
  ) => Promise<HubAnswer>;
  /** POSTs a form to the hub. */
  ask: (form: Record<string, string>) => Promise<HubAnswer>;
};

function ask(
  url: string,
  method: string,
  options: { body?: string; headers?: Record<string, string> },
): Promise<HubAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: options.headers ?? {}, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]),
        );
        resolve({ status: incoming.statusCode ?? 0, headers, body: Buffer.concat(parts).toString('utf8') });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** Starts the site on loopback with loopback allowed; ended with the file. `publicUrl` replaces the site's own address as public one. */
export async function openHubWorld(
  db: Db,
  options: { publicUrl?: string; now?: () => Date; networks?: string } = {},
): Promise<HubWorld> {
  const port = await findFreePort();
  const siteUrl = `http://127.0.0.1:${port}`;
  const config = {
    ...loadConfig({ TRIAL: 'off', ALLOW_PRIVATE_NETWORKS: options.networks ?? '127.0.0.0/8' }),
    port,
    publicUrl: options.publicUrl ?? siteUrl,
  };
  const http = createHttp({
    userAgent: 'TinTinh-test',
    guard: createGuard({ allowNetworks: config.allowPrivateNetworks }),
  });
  const ctx: Context = {
    config,
    db,
    http,
    reader: inlineReader(),
    now: options.now ?? (() => new Date()),
    log: createLog({ level: 'silent', isTerminal: false }),
    signal: new AbortController().signal,
  };
  const web = await startWeb(ctx);
  afterFile(async () => {
    await web.close();
    await http.close();
  });
  return {
    ctx,
    siteUrl,
    send: (method, path, sent = {}) => ask(`${siteUrl}${path}`, method, sent),
    ask: (form) =>
      ask(`${siteUrl}/hub`, 'POST', {
        body: new URLSearchParams(form).toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      }),
  };
}
