// The house's choice of settings → the files PostgreSQL reads at its start.
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// For a small machine that reads much and loses nothing; each line is explained in docs/embedded-postgres.md.
const houseSettings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '192MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_buffers: '16MB',
  fsync: 'on',
  synchronous_commit: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
};

/**
 * Writes the settings of one start into the cluster below `home`; `settings` come on top of the house's own, and the operator's
 * lines in `postgresql.conf` win over both.
 */
export function writeSettings(home: string, settings: Record<string, string>): void {
  const lines = Object.entries({ ...houseSettings, ...settings }).map(([name, value]) => `${name} = '${value}'`);
  place(
    home,
    'tin-tinh.conf',
    `# Written anew at each start; put your own lines into postgresql.conf.\n${lines.join('\n')}\n`,
  );
}

/** Replaces the `postgresql.conf` of a new cluster, whose many lines would win over ours, by one that leads to ours. */
export function writeMainFile(home: string): void {
  place(home, 'postgresql.conf', "include 'tin-tinh.conf'\n\n# Lines below win over those of Tin Tinh.\n");
}

// Made beside and renamed into place: the cluster belongs to another user when we are root, who must not be able to lead our
// writing somewhere else by a link.
function place(home: string, name: string, text: string): void {
  const draft = join(home, `${name}.${process.pid}`);
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o644, flag: 'wx' });
  chmodSync(draft, 0o644);
  renameSync(draft, join(home, 'cluster', name));
}
