// A database connection → the processor time its server process has used (Linux /proc).
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';

// Fields 14 and 15 of proc(5) count ticks of 10 ms; schedstat counts nanoseconds, where the kernel has it.
function cpuMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
}

/** Milliseconds of processor that one server process has used so far. */
export type BackendCpu = () => number;

/** The clock of the server process behind `db`, a pool of one connection. */
export async function openBackendCpu(db: Db): Promise<BackendCpu> {
  const row = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const pid = row.rows[0]?.pid ?? 0;
  return () => cpuMsOf(pid);
}

/** The process id of the server behind `db`, for the processor time of all its processes (`treeCpuSeconds`). */
export async function postmasterOf(db: Db): Promise<number> {
  const row = await sql<{ text: string }>`select pg_read_file('postmaster.pid') as text`.execute(db);
  return Number.parseInt(row.rows[0]?.text ?? '', 10);
}
