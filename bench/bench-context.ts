// A database address → the tray that jobs carry, free to fetch from loopback and without pauses between requests to a host.
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { openReader } from '../src/source/reader.ts';
import { openDb } from '../src/store/db.ts';

/** Opens it; `close` ends its thread, sockets and pool. */
export function openBenchContext(url: string, signal: AbortSignal): { ctx: Context; close: () => Promise<void> } {
  const config = loadConfig({ ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', TRIAL: 'off', HOST_SPACING: '0' });
  const guard = createGuard({ allowNetworks: config.allowPrivateNetworks });
  const http = createHttp({ userAgent: 'TinTinh-bench', guard });
  const db = openDb(url, { max: 10, applicationName: 'bench', statementTimeoutMs: 0 });
  const reader = openReader();
  const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
  const close = async () => {
    await http.close();
    await reader.close();
    await db.destroy();
  };
  return { ctx: { config, db, http, reader, now: () => new Date(), log, signal }, close };
}
