// Facts of a deployment → findings, each with its remedy. Pure.
import type { Config } from '../config.ts';
import type { Resolved } from '../net/resolve.ts';
import type { ServerFacts } from '../store/server-facts.ts';

/** `ok`: as it should be; `warn`: works, but look; `fail`: does not work, or will not for long. */
export type Finding = { area: string; state: 'ok' | 'warn' | 'fail'; said: string; remedy?: string };

/** All that is looked at. `monthsAhead`, `lastSampleAt`: null where there is no schema yet. */
export type Facts = {
  config: Pick<
    Config,
    'publicUrl' | 'host' | 'role' | 'allowPrivateNetworks' | 'alerts' | 'databaseUrl' | 'dataDir' | 'metrics'
  >;
  runtime: string;
  server: ServerFacts;
  answerMs: number;
  /** Our clock less the server's, in milliseconds. */
  skewMs: number;
  migrations: readonly string[];
  monthsAhead: number | null;
  disk: { path: string; freeBytes: number; totalBytes: number } | null;
  isDataWritable: boolean;
  hosts: readonly Resolved[];
  lastSampleAt: Date | null;
  sources: number;
  now: Date;
};

const oldest = 150_000;

/** Every finding, in the order of the areas. */
export function diagnose(facts: Facts): Finding[] {
  return [
    ...database(facts),
    ...schema(facts),
    ...disk(facts),
    ...clock(facts),
    ...network(facts),
    ...settings(facts),
    ...jobs(facts),
  ];
}

const ok = (area: string, said: string): Finding => ({ area, state: 'ok', said });
const warn = (area: string, said: string, remedy: string): Finding => ({ area, state: 'warn', said, remedy });
const fail = (area: string, said: string, remedy: string): Finding => ({ area, state: 'fail', said, remedy });
const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function database({ server, answerMs, config, runtime }: Facts): Finding[] {
  const area = 'database';
  const kind = config.databaseUrl === null ? `embedded, in ${config.dataDir}` : 'DATABASE_URL';
  return [
    ok('program', runtime),
    server.versionNumber < oldest
      ? fail(area, `PostgreSQL ${server.version} (${kind})`, 'use PostgreSQL 15 or later')
      : ok(
          area,
          `PostgreSQL ${server.version} (${kind}), ${gb(server.databaseBytes)}, answers in ${Math.round(answerMs)} ms`,
        ),
    ...(server.encoding === 'UTF8'
      ? []
      : [fail(area, `stores text as ${server.encoding}`, "make a database with encoding 'UTF8' template template0")]),
    ...(server.isReplica ? [fail(area, 'is a read-only replica', 'point DATABASE_URL at the primary')] : []),
    ...(server.fsync === 'on'
      ? []
      : [warn(area, 'fsync is off: a crash of the machine loses data', 'turn fsync on in postgresql.conf')]),
    ...(answerMs > 100
      ? [
          warn(
            area,
            `takes ${Math.round(answerMs)} ms to answer`,
            'bring the program nearer to PostgreSQL, or look at its load',
          ),
        ]
      : []),
    server.used > server.most * 0.8
      ? warn(
          area,
          `${server.used} of ${server.most} connections are in use`,
          'raise max_connections, or put a pooler between',
        )
      : ok(area, `${server.used} of ${server.most} connections in use`),
    ok('extensions', `none is needed; there: ${server.extensions.join(', ') || 'none'}`),
    server.mayCreate && server.mayTemporary
      ? ok('permissions', 'this user may create tables and temporary tables')
      : fail(
          'permissions',
          `this user may not create ${server.mayCreate ? 'temporary tables' : 'tables'}: migrations and new months will fail`,
          'grant create on schema public and temporary on the database to it, or make it the owner',
        ),
  ];
}

function schema({ server, migrations, monthsAhead }: Facts): Finding[] {
  const area = 'schema';
  if (server.migrations === null) return [warn(area, 'no tables yet', 'start the program once: it makes them')];
  const taken = new Set(server.migrations);
  const known = new Set(migrations);
  const newer = server.migrations.filter((name) => !known.has(name));
  const missing = migrations.filter((name) => !taken.has(name));
  const month = 'partitions';
  return [
    newer.length > 0
      ? fail(area, `was migrated by a newer program (${newer.join(', ')})`, 'start the newer program')
      : missing.length > 0
        ? warn(
            area,
            `${missing.length} migrations are to be taken (${missing.join(', ')})`,
            'restart the program: it takes them',
          )
        : ok(area, `all ${migrations.length} migrations are taken`),
    monthsAhead === null || monthsAhead >= 2
      ? ok(month, `${monthsAhead ?? 0} months ahead`)
      : (monthsAhead < 1 ? fail : warn)(
          month,
          `tables are there for only ${monthsAhead} months ahead`,
          'see that a process with ROLE=jobs or all runs, and its log for "partitions"',
        ),
  ];
}

function disk({ disk: room, isDataWritable, config }: Facts): Finding[] {
  if (room === null) return [ok('disk', "PostgreSQL's disk is its own machine's: watch it there")];
  const said = `${gb(room.freeBytes)} of ${gb(room.totalBytes)} free at ${room.path}`;
  const share = room.freeBytes / Math.max(1, room.totalBytes);
  const remedy = 'make room, set KEEP_MONTHS so that old months go, or move DATA_DIR to a larger disk';
  return [
    room.freeBytes < 1e9 || share < 0.05
      ? fail('disk', said, remedy)
      : room.freeBytes < 5e9 || share < 0.1
        ? warn('disk', said, remedy)
        : ok('disk', said),
    ...(isDataWritable
      ? []
      : [fail('disk', `${config.dataDir} cannot be written`, 'give it to the user the program runs as')]),
  ];
}

function clock({ skewMs }: Facts): Finding[] {
  const seconds = Math.abs(skewMs) / 1_000;
  const said = `this machine's clock is ${seconds.toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} PostgreSQL's`;
  const remedy = 'turn on time synchronisation (NTP) on both machines';
  return [seconds > 30 ? fail('clock', said, remedy) : seconds > 2 ? warn('clock', said, remedy) : ok('clock', said)];
}

function network({ hosts, config }: Facts): Finding[] {
  const area = 'network';
  const lost = hosts.filter((host) => host.addresses.length === 0);
  const closed = hosts.filter((host) => host.addresses.length > 0 && host.closed.length === host.addresses.length);
  const names = (list: readonly Resolved[]) => list.map((one) => one.host).join(', ');
  return [
    hosts.length === 0
      ? ok(area, 'no sources yet whose names could be looked up')
      : lost.length === hosts.length
        ? fail(
            area,
            `none of ${hosts.length} papers' names resolves (${lost[0]?.reason ?? ''})`,
            "mend this machine's DNS (/etc/resolv.conf) or its way out",
          )
        : lost.length > 0
          ? warn(
              area,
              `these names do not resolve: ${names(lost)}`,
              'the papers may have moved: discover their sources again',
            )
          : ok(area, `${hosts.length} papers' names resolve`),
    ...(closed.length > 0
      ? [
          warn(
            area,
            `these names lead to addresses that are not public and are not called: ${names(closed)}`,
            'if they are yours, add their network to ALLOW_PRIVATE_NETWORKS; else look at your DNS',
          ),
        ]
      : []),
    config.allowPrivateNetworks.length > 0
      ? warn(
          area,
          `private networks may be fetched: ${config.allowPrivateNetworks.join(', ')}`,
          'keep it only while sources or callbacks of yours lie there',
        )
      : ok(area, 'addresses that are not public are refused'),
  ];
}

function settings({ config }: Facts): Finding[] {
  const area = 'settings';
  const url = new URL(config.publicUrl);
  const isLocal = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  const { alerts } = config;
  return [
    isLocal
      ? warn(
          area,
          `readers are told the address ${config.publicUrl}, which is this machine's own`,
          'set PUBLIC_URL to the address they use',
        )
      : url.protocol === 'https:'
        ? ok(area, `PUBLIC_URL is ${config.publicUrl}`)
        : warn(
            area,
            `PUBLIC_URL is ${config.publicUrl}, without encryption`,
            'put a reverse proxy with https before it (deploy/nginx.conf)',
          ),
    alerts.smtpUrl === null && alerts.webhookUrl === null
      ? warn(
          area,
          'nobody is told of alerts',
          'set SMTP_URL and ALERT_TO, or ALERT_WEBHOOK_URL, or follow the feed of /quan-tri/suc-khoe',
        )
      : ok(
          area,
          `alerts go out by ${[alerts.smtpUrl === null ? '' : 'e-mail', alerts.webhookUrl === null ? '' : 'webhook'].filter((word) => word !== '').join(' and ')}`,
        ),
  ];
}

function jobs({ lastSampleAt, sources, now }: Facts): Finding[] {
  const area = 'jobs';
  if (lastSampleAt === null)
    return [warn(area, 'no process has watched the river yet', 'start one with ROLE=all or jobs')];
  const minutes = Math.round((now.getTime() - lastSampleAt.getTime()) / 60_000);
  return [
    minutes > 15
      ? fail(area, `no process has worked for ${minutes} min`, 'start one with ROLE=all or jobs, and read its log')
      : ok(area, `a process works: it looked around ${Math.max(0, minutes)} min ago`),
    sources === 0
      ? warn(area, 'there are no sources', 'add some: tin sources import sources/vietnam.opml')
      : ok(area, `${sources} sources`),
  ];
}
