// PostgreSQL's NOTIFY → a call: wakes a stage as soon as another one left it something to do.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** All channels, none with a payload. */
export const channels = [
  'source_due',
  'article_due',
  'cluster_due',
  'document_due',
  'hub_due',
  'push_due',
  'webhook_due',
] as const;

/** The name of a channel. */
export type Channel = (typeof channels)[number];

/**
 * Calls `onNotify` for every notification until `signal` aborts, over one connection of its own that is opened again after
 * a break (1 s, then up to 30 s between tries). A lost notification costs no more than a heartbeat's delay: nobody may
 * rely on it. `onTrouble` hears of each break.
 */
export async function listen(
  url: string,
  channels: readonly Channel[],
  onNotify: (channel: Channel) => void,
  options: { signal: AbortSignal; onTrouble?: (error: Error) => void },
): Promise<void> {
  let waitMs = 1_000;
  while (!options.signal.aborted) {
    const client = new pg.Client({ connectionString: url, application_name: 'tin-tinh listen', keepAlive: true });
    let end: (() => void) | undefined;
    try {
      const broken = new Promise<void>((resolve, reject) => {
        end = resolve;
        client.on('error', reject);
        client.on('end', resolve);
      });
      broken.catch(() => undefined);
      options.signal.addEventListener('abort', () => end?.(), { once: true });
      await client.connect();
      client.on('notification', (message) => {
        const channel = channels.find((name) => name === message.channel);
        if (channel) onNotify(channel);
      });
      for (const channel of channels) await client.query(`listen ${channel}`);
      waitMs = 1_000;
      if (!options.signal.aborted) await broken;
    } catch (error) {
      options.onTrouble?.(error instanceof Error ? error : new Error(String(error)));
    }
    await client.end().catch(() => undefined);
    if (!options.signal.aborted) await pause(waitMs, undefined, { signal: options.signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, 30_000);
  }
}
