// config: the environment → a checked object.
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';

function failure(env: Record<string, string>): ConfigError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('an empty environment gives a site on loopback with the embedded database', () => {
  const { dataDir, ...rest } = loadConfig({ DATABASE_URL: '', PORT: '  ' });

  expect(isAbsolute(dataDir) && dataDir.endsWith('data')).toBe(true);
  expect(rest).toEqual({
    port: 8080,
    host: '127.0.0.1',
    databaseUrl: null,
    readDatabaseUrl: null,
    publicUrl: 'http://127.0.0.1:8080',
    role: 'all',
    logLevel: 'info',
    allowPrivateNetworks: [],
    hostSpacingMs: 5_000,
    trial: 'auto',
    images: 'proxy',
    userAgent: 'TinTinh/0.1.0',
    alerts: {
      smtpUrl: null,
      to: [],
      from: 'tin-tinh@[127.0.0.1]',
      webhookUrl: null,
      webhookSecret: null,
      silenceMinutes: 30,
    },
    metrics: { token: null, listen: null },
    drainMs: 1_000,
    keepMonths: null,
    oidc: null,
  });
});

test('every variable is taken', () => {
  const config = loadConfig({
    PORT: '80',
    HOST: '::',
    DATA_DIR: '/srv/tin',
    DATABASE_URL: 'postgres://a:b%40c@db/tin',
    READ_DATABASE_URL: 'postgres://a@near/tin',
    PUBLIC_URL: 'https://tin.example.vn/goc/',
    ROLE: 'jobs',
    LOG_LEVEL: 'debug',
    ALLOW_PRIVATE_NETWORKS: '10.0.0.0/8, 192.168.1.5 fd00::/8',
    HOST_SPACING: '2.5',
    TRIAL: 'off',
    IMAGES: 'off',
    USER_AGENT: 'Toa soan/1',
    SMTP_URL: 'smtp://a:b@mail.example.vn:587',
    ALERT_TO: 'a@example.vn, b@example.vn',
    ALERT_FROM: 'tin@example.vn',
    ALERT_WEBHOOK_URL: 'https://hooks.example.vn/tin?a=1',
    ALERT_WEBHOOK_SECRET: `whsec_${'A'.repeat(43)}=`,
    ALERT_SILENCE: '90',
    METRICS_TOKEN: 'mat-khau-rat-dai-1',
    METRICS_LISTEN: '[::1]:9464',
    DRAIN: '5',
    KEEP_MONTHS: '24',
    OIDC_ISSUER: 'https://id.example.vn/realms/a',
    OIDC_CLIENT_ID: 'tin',
    OIDC_CLIENT_SECRET: 'bí mật',
    OIDC_NAME: 'Toà soạn',
    OIDC_CLAIM: 'realm_access.roles',
    OIDC_ROLES: 'admin=a=b, viewer=*',
  });

  expect(config).toEqual({
    port: 80,
    host: '::',
    dataDir: '/srv/tin',
    databaseUrl: 'postgres://a:b%40c@db/tin',
    readDatabaseUrl: 'postgres://a@near/tin',
    publicUrl: 'https://tin.example.vn/goc',
    role: 'jobs',
    logLevel: 'debug',
    allowPrivateNetworks: ['10.0.0.0/8', '192.168.1.5/32', 'fd00::/8'],
    hostSpacingMs: 2_500,
    trial: 'off',
    images: 'off',
    userAgent: 'Toa soan/1',
    alerts: {
      smtpUrl: 'smtp://a:b@mail.example.vn:587',
      to: ['a@example.vn', 'b@example.vn'],
      from: 'tin@example.vn',
      webhookUrl: 'https://hooks.example.vn/tin?a=1',
      webhookSecret: `whsec_${'A'.repeat(43)}=`,
      silenceMinutes: 90,
    },
    metrics: { token: 'mat-khau-rat-dai-1', listen: { host: '::1', port: 9464 } },
    drainMs: 5_000,
    keepMonths: 24,
    oidc: {
      issuer: 'https://id.example.vn/realms/a',
      clientId: 'tin',
      clientSecret: 'bí mật',
      name: 'Toà soạn',
      claim: 'realm_access.roles',
      roles: [
        { word: 'a=b', role: 'admin' },
        { word: '*', role: 'viewer' },
      ],
    },
  });
});

test('the address shown to people can be opened, also when the site listens everywhere or on IPv6', () => {
  const shown = (env: Record<string, string>) => loadConfig(env).publicUrl;

  expect([shown({ HOST: '0.0.0.0' }), shown({ HOST: '::1', PORT: '81' }), shown({ HOST: 'may1', PORT: '80' })]).toEqual(
    ['http://localhost:8080', 'http://[::1]:81', 'http://may1'],
  );
});

test('publishers learn where to write once there is a public address', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://tin.example.vn' }).userAgent).toBe(
    'TinTinh/0.1.0 (+https://tin.example.vn)',
  );
});

test('all bad variables are reported at once, each with what to do', () => {
  const error = failure({
    PORT: '99999',
    HOST: 'a b',
    DATABASE_URL: 'mysql://u:s3cret@h/d',
    PUBLIC_URL: 'tin.example.vn',
    ROLE: 'Web',
    LOG_LEVEL: 'loud',
    ALLOW_PRIVATE_NETWORKS: '10.0.0.0/8,10.0.0.0/33',
    HOST_SPACING: '601',
    TRIAL: 'on',
    USER_AGENT: 'Tin Tỉnh',
    SMTP_URL: 'https://u:s3cret@h/',
    ALERT_TO: 'a@example.vn\tb',
    METRICS_LISTEN: '99999',
    KEEP_MONTHS: '0',
  });

  expect(error.code).toBe('config.invalid');
  expect(error.message.split('\n').map((line) => line.trim().split(/[= ]/)[0])).toEqual([
    '14',
    'PORT',
    'HOST',
    'DATABASE_URL',
    'PUBLIC_URL',
    'ROLE',
    'LOG_LEVEL',
    'ALLOW_PRIVATE_NETWORKS',
    'HOST_SPACING',
    'TRIAL',
    'USER_AGENT',
    'SMTP_URL',
    'ALERT_TO',
    'METRICS_LISTEN',
    'KEEP_MONTHS',
  ]);
  expect(error.message).toContain('PORT=99999 is above 65535: give a whole number');
  expect(error.message).toContain('"10.0.0.0/33"');
  expect(error.message).not.toContain('s3cret');
  expect(error.remedy).toContain('.env.example');
});

test('a public address with a query, a fragment or a password is refused', () => {
  for (const url of [
    'https://a.vn/?x=1',
    'https://a.vn/#x',
    'https://u:p@a.vn/',
    'ftp://a.vn/',
    'javascript:alert(1)',
  ]) {
    expect(failure({ PUBLIC_URL: url }).message).toContain('PUBLIC_URL');
  }
});

test('.env.example names every variable and no other', () => {
  const named = [...readFileSync(new URL('../.env.example', import.meta.url), 'utf8').matchAll(/^#([A-Z_]+)=/gm)].map(
    (match) => match[1],
  );
  const known = ['../src/config.ts', '../src/config-oidc.ts'].flatMap((file) =>
    [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/^  ([A-Z_]+): /gm)].map((match) => match[1]),
  );

  expect(named.sort()).toEqual([...new Set(known)].sort());
});

test('any free port needs the address that readers are told', () => {
  const error = failure({ PORT: '0' });
  expect(error.message).toContain('PORT=0 is an address that nobody could be told');
  expect(error.message).toContain('PUBLIC_URL');
  expect(loadConfig({ PORT: '0', PUBLIC_URL: 'https://tin.example' })).toMatchObject({
    port: 0,
    publicUrl: 'https://tin.example',
  });
});
