// The environment → one checked Config; every bad variable is reported at once, with its remedy.
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { missingOidc, type OidcConfig, oidcRemedies, oidcVariables, toOidc } from './config-oidc.ts';
import { ConfigError } from './errors.ts';

/** Everything an operator can set. Made by `loadConfig`; see `.env.example` for the variables. */
export type Config = {
  /** TCP port of the site; 0 = any free one. */
  port: number;
  /** Address the site listens on. */
  host: string;
  /** Absolute path of the folder that holds the embedded database. */
  dataDir: string;
  /** A PostgreSQL of the operator's own; null = the embedded one in `dataDir`. */
  databaseUrl: string | null;
  /** A replica of `databaseUrl` that answers public reads; null = none. */
  readDatabaseUrl: string | null;
  /** Address under which readers reach the site, without a slash at the end. */
  publicUrl: string;
  /** What this process does: the site, the timetable, or both. */
  role: 'all' | 'web' | 'jobs';
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** CIDR blocks of private networks that sources may lie in; normally none. */
  allowPrivateNetworks: string[];
  /** Least pause between two requests to one host, in milliseconds. */
  hostSpacingMs: number;
  /** `auto`: the trial newsroom is offered when there is nothing else to read; `off`: never. */
  trial: 'auto' | 'off';
  /** `proxy`: papers' pictures are shown, from our own site; `off`: pages show none. */
  images: 'proxy' | 'off';
  /** How we name ourselves to publishers. */
  userAgent: string;
  /** Who is told when something is wrong, and from when on. */
  alerts: {
    /** Mail server as smtp:// or smtps://, with its password; null = no e-mail. */
    smtpUrl: string | null;
    /** Addresses that get them; none = no e-mail. */
    to: string[];
    from: string;
    /** Endpoint that gets them, signed with `webhookSecret`; null = none. */
    webhookUrl: string | null;
    webhookSecret: string | null;
    /** Minutes without any good poll that count as trouble. */
    silenceMinutes: number;
  };
  metrics: {
    /** Who shows it as a bearer gets /metrics of the site; null = the site has none. */
    token: string | null;
    /** A listener of its own for /metrics and /healthz, in every role; null = none. */
    listen: { host: string; port: number } | null;
  };
  /** Time between "not ready" and the end of the listener, for whoever balances load before us. */
  drainMs: number;
  /** Months of entries and polls that stay beside the present one; null = all. */
  keepMonths: number | null;
  /** Sign-in to the console by another service; null = by name and password alone. */
  oidc: OidcConfig | null;
};

type Environment = Record<string, string | undefined>;

const root = fileURLToPath(new URL('..', import.meta.url));
/** The program's own version. */
export const version = '0.1.0';

const remedies: Record<string, string> = {
  PORT: 'give a whole number from 1 to 65535, for example PORT=8080; 0 takes any free one and needs PUBLIC_URL beside it',
  HOST: 'give an IP address or a host name, for example HOST=127.0.0.1, or HOST=0.0.0.0 for every interface',
  DATA_DIR: 'give the path of a folder, for example DATA_DIR=./data',
  DATABASE_URL:
    'give postgres://user:password@host:5432/database (percent-encode special characters of the password), ' +
    'or leave it empty for the embedded database',
  READ_DATABASE_URL:
    'give postgres://… of a replica that streams from DATABASE_URL, or leave it empty: everything is read from DATABASE_URL',
  PUBLIC_URL: 'give an http(s) address without query or fragment, for example PUBLIC_URL=https://tin.example.vn',
  ROLE: 'give all, web or jobs',
  LOG_LEVEL: 'give fatal, error, warn, info, debug, trace or silent',
  ALLOW_PRIVATE_NETWORKS: 'give CIDR blocks parted by commas, for example ALLOW_PRIVATE_NETWORKS=10.0.0.0/8,fd00::/8',
  HOST_SPACING: 'give seconds from 0 to 600, for example HOST_SPACING=5',
  TRIAL: 'give auto or off',
  IMAGES: 'give proxy or off',
  USER_AGENT: 'give one line of printable ASCII, for example USER_AGENT=TinTinh/0.1 (+https://tin.example.vn)',
  SMTP_URL: 'give smtp://user:password@host:587 or smtps://user:password@host:465 (percent-encode special characters)',
  ALERT_TO: 'give e-mail addresses parted by commas, for example ALERT_TO=truc@tin.example.vn',
  ALERT_FROM: 'give one e-mail address, for example ALERT_FROM=tin-tinh@tin.example.vn',
  ALERT_WEBHOOK_URL: 'give an http(s) address',
  ALERT_WEBHOOK_SECRET: 'give whsec_ and the base64 of 24 to 64 bytes, as "openssl rand -base64 32" makes them',
  ALERT_SILENCE: 'give minutes from 5 to 1440, for example ALERT_SILENCE=30',
  METRICS_TOKEN: 'give at least 16 letters, digits or any of ._~-, and keep them secret',
  METRICS_LISTEN: 'give a port, or an address with one, for example METRICS_LISTEN=127.0.0.1:9464',
  DRAIN: 'give seconds from 0 to 60, for example DRAIN=5',
  ...oidcRemedies,
  KEEP_MONTHS: 'give keep, or a whole number of months from 1 to 1200',
};

// Never repeated to a screen or a log.
const secrets = new Set([
  'DATABASE_URL',
  'READ_DATABASE_URL',
  'SMTP_URL',
  'ALERT_WEBHOOK_URL',
  'ALERT_WEBHOOK_SECRET',
  'METRICS_TOKEN',
  'OIDC_CLIENT_SECRET',
]);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is not a whole number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'is above 65535');

const host = z.string().regex(/^(?:[A-Za-z0-9._-]+|[0-9A-Fa-f:.%]+)$/, 'is not an address');

const publicUrl = z
  .string()
  .refine((text) => isPlainAddress(text), 'is not a plain http(s) address')
  .transform((text) => text.replace(/\/+$/, ''));

const databaseUrl = z
  .string()
  .refine((text) => /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text), 'is not a postgres:// address');

const networks = z.string().transform((text, ctx) => {
  const blocks: string[] = [];
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const block = toCidr(part);
    if (block === null) ctx.addIssue({ code: 'custom', message: `holds "${part}", which is not a CIDR block` });
    else blocks.push(block);
  }
  return blocks;
});

const mailAddress = z.string().regex(/^[^\s@<>",;:]+@[^\s@<>",;:]+$/, 'is not an e-mail address');

const listener = z
  .string()
  .regex(/^(?:(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):)?\d{1,5}$/, 'is not an address with a port')
  .transform((text) => {
    const at = text.lastIndexOf(':');
    return { host: at < 0 ? '127.0.0.1' : text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
  })
  .refine((value) => value.port <= 65_535, 'has a port above 65535');

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`);

const variables = z.object({
  PORT: port.default(8080),
  HOST: host.default('127.0.0.1'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: databaseUrl.nullable().default(null),
  READ_DATABASE_URL: databaseUrl.nullable().default(null),
  PUBLIC_URL: publicUrl.nullable().default(null),
  ROLE: z.enum(['all', 'web', 'jobs'], 'is not a role').default('all'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'is not a log level')
    .default('info'),
  ALLOW_PRIVATE_NETWORKS: networks.default([]),
  HOST_SPACING: z
    .string()
    .regex(/^\d{1,3}(?:\.\d{1,3})?$/, 'is not a number of seconds')
    .transform((text) => Number(text) * 1_000)
    .refine((value) => value <= 600_000, 'is above 600')
    .default(5_000),
  TRIAL: z.enum(['auto', 'off'], 'is neither auto nor off').default('auto'),
  IMAGES: z.enum(['proxy', 'off'], 'is neither proxy nor off').default('proxy'),
  USER_AGENT: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, 'is not a line of printable ASCII')
    .nullable()
    .default(null),
  SMTP_URL: z
    .string()
    .refine((text) => /^smtps?:\/\/[^/]/.test(text) && URL.canParse(text), 'is not an smtp:// address')
    .nullable()
    .default(null),
  ALERT_TO: z
    .string()
    .transform((text) => text.split(/[\s,;]+/).filter((word) => word !== ''))
    .pipe(z.array(mailAddress).max(20, 'names more than 20'))
    .default([]),
  ALERT_FROM: mailAddress.nullable().default(null),
  ALERT_WEBHOOK_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:\/\//.test(text), 'is not an http(s) address')
    .nullable()
    .default(null),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(/^(?:whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, 'is not such a secret')
    .nullable()
    .default(null),
  ALERT_SILENCE: whole(5, 1_440).default(30),
  METRICS_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{16,200}$/, 'is too short or holds other characters')
    .nullable()
    .default(null),
  METRICS_LISTEN: listener.nullable().default(null),
  DRAIN: whole(0, 60).default(1),
  ...oidcVariables,
  KEEP_MONTHS: z
    .union([z.literal('keep').transform(() => null), whole(1, 1_200)], 'is neither keep nor a number of months')
    .default(null),
});

/**
 * Checks the environment and fills in defaults. An empty variable counts as absent, surrounding blanks are dropped.
 * A relative `DATA_DIR` is taken from the project's folder, so every command finds the same data from anywhere.
 * Throws one ConfigError `config.invalid` that lists every bad variable; touches nothing.
 */
export function loadConfig(env: Environment): Config {
  const given: Environment = {};
  for (const name of Object.keys(remedies)) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const checked = variables.safeParse(given);
  if (!checked.success) throw toConfigError(checked.error.issues, given);
  const set = checked.data;
  const lonely = missingPartners(set);
  if (lonely.length > 0) throw toConfigError(lonely, given);
  const url = set.PUBLIC_URL ?? defaultPublicUrl(set.HOST, set.PORT);
  return {
    port: set.PORT,
    host: set.HOST,
    dataDir: resolve(root, set.DATA_DIR),
    databaseUrl: set.DATABASE_URL,
    readDatabaseUrl: set.READ_DATABASE_URL,
    publicUrl: url,
    role: set.ROLE,
    logLevel: set.LOG_LEVEL,
    allowPrivateNetworks: set.ALLOW_PRIVATE_NETWORKS,
    hostSpacingMs: set.HOST_SPACING,
    trial: set.TRIAL,
    images: set.IMAGES,
    // Publishers want to know whom to write to; an address on loopback would tell them nothing.
    userAgent: set.USER_AGENT ?? (set.PUBLIC_URL === null ? `TinTinh/${version}` : `TinTinh/${version} (+${url})`),
    alerts: {
      smtpUrl: set.SMTP_URL,
      to: set.ALERT_TO,
      from: set.ALERT_FROM ?? `tin-tinh@${mailDomain(url)}`,
      webhookUrl: set.ALERT_WEBHOOK_URL,
      webhookSecret: set.ALERT_WEBHOOK_SECRET,
      silenceMinutes: set.ALERT_SILENCE,
    },
    metrics: { token: set.METRICS_TOKEN, listen: set.METRICS_LISTEN },
    drainMs: set.DRAIN * 1_000,
    keepMonths: set.KEEP_MONTHS,
    oidc: toOidc(set),
  };
}

/**
 * The process's environment, completed from the project's `.env` when there is one (the environment wins).
 * For entry points only; everything else takes a Config. Throws ConfigError when `.env` cannot be read.
 */
export function readEnvironment(): Environment {
  const file = resolve(root, '.env');
  if (existsSync(file)) {
    try {
      process.loadEnvFile(file);
    } catch (cause) {
      throw new ConfigError('config.env_file', `${file} cannot be read`, {
        remedy: 'make it readable to this user, or remove it',
        cause,
      });
    }
  }
  return process.env;
}

// Half of a pair would be a promise that nobody keeps.
function missingPartners(set: z.infer<typeof variables>): { path: string[]; message: string }[] {
  const lonely: { path: string[]; message: string }[] = [];
  // Feeds name the address they are found at.
  if (set.PORT === 0 && set.PUBLIC_URL === null)
    lonely.push({ path: ['PORT'], message: 'is an address that nobody could be told' });
  if ((set.SMTP_URL === null) !== (set.ALERT_TO.length === 0))
    lonely.push({ path: [set.SMTP_URL === null ? 'SMTP_URL' : 'ALERT_TO'], message: 'is needed beside the other' });
  if ((set.ALERT_WEBHOOK_URL === null) !== (set.ALERT_WEBHOOK_SECRET === null))
    lonely.push({
      path: [set.ALERT_WEBHOOK_URL === null ? 'ALERT_WEBHOOK_URL' : 'ALERT_WEBHOOK_SECRET'],
      message: 'is needed beside the other',
    });
  lonely.push(...missingOidc(set));
  return lonely;
}

function toConfigError(issues: readonly { path: PropertyKey[]; message: string }[], given: Environment): ConfigError {
  const lines = issues.map((issue) => {
    const name = String(issue.path[0]);
    const shown = secrets.has(name) ? name : `${name}=${given[name] ?? ''}`;
    return `  ${shown} ${issue.message}: ${remedies[name] ?? 'see .env.example'}`;
  });
  const count = new Set(issues.map((issue) => issue.path[0])).size;
  const head =
    count === 1 ? 'one variable of the environment is wrong:' : `${count} variables of the environment are wrong:`;
  return new ConfigError('config.invalid', [head, ...lines].join('\n'), {
    remedy: 'mend them in the environment or in .env; .env.example explains each',
  });
}

// An address in numbers is a domain literal in mail (RFC 5321 §4.1.3).
function mailDomain(url: string): string {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 4 ? `[${host}]` : family === 6 ? `[IPv6:${host}]` : host;
}

function isPlainAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}

function toCidr(text: string): string | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return null;
  const widest = family === 4 ? 32 : 128;
  if (prefix === undefined) return `${address}/${widest}`;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= widest ? `${address}/${Number(prefix)}` : null;
}

function defaultPublicUrl(hostName: string, portNumber: number): string {
  const everywhere = hostName === '0.0.0.0' || hostName === '::';
  const shown = everywhere ? 'localhost' : isIP(hostName) === 6 ? `[${hostName}]` : hostName;
  return portNumber === 80 ? `http://${shown}` : `http://${shown}:${portNumber}`;
}
