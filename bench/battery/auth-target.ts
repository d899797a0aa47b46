// A free port → Tin Tỉnh started there as an operator would, with an admin, a partner and the trial newsroom's stories: the target of the
// sign-in checks, as the battery wants it described.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Hono } from 'hono';
import { createLog } from '../../src/log.ts';
import { openContext } from '../../src/open.ts';
import { makeAccount } from '../../src/store/account.ts';
import { commentKeys, writeCommentSetting } from '../../src/store/comment-setting.ts';
import type { Db } from '../../src/store/db.ts';
import { findFreePort } from '../../src/store/embedded-server.ts';
import { insertPartner, makeKey, setProduct } from '../../src/store/partner.ts';
import { writeTicket } from '../../src/comment/proof.ts';
import { hashPassword } from '../../src/web/admin/password.ts';
import { openApp } from '../../src/web/app.ts';
import { openReading } from '../../src/web/reading.ts';
import { openShelf } from '../../src/web/shelf.ts';

const root = resolve(import.meta.dirname, '../..');
const person = { user: 'nguoi-thu', pass: 'chín con trâu qua sông' };

/** A started app: `target` as auth-checks.mjs reads it, `databaseUrl` to reset its limits with. */
export type AuthTarget = { target: Record<string, unknown>; databaseUrl: string; stop: () => Promise<void> };

async function untilTrue(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < seconds * 4; turn++) {
    if (await check().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`${what} did not happen within ${seconds} s`);
}

/** Addresses that people sign in for, from the router itself; a parameter becomes 1. */
export function guardedRoutes(app: Hono): string[] {
  const isOpen = /^\/quan-tri\/(?:vao|moi|ngon-ngu|\*)/;
  const paths = app.routes
    .filter((route) => route.method === 'GET' && route.path.startsWith('/quan-tri') && !isOpen.test(route.path))
    .map((route) => route.path.replace(/:\w+(?:\{[^/]*\})?/g, '1'));
  return [...new Set(paths)];
}

async function seed(db: Db): Promise<{ key: string; storyId: number; ticket: string }> {
  await makeAccount(db, { name: person.user, role: 'admin', password: await hashPassword(person.pass) }, 'battery');
  const partnerId = await insertPartner(db, {
    slug: 'doi-tac-thu',
    name: 'Đối tác thử',
    contact: '',
    perMinute: 120,
    perDay: 50_000,
  });
  if (partnerId === null) throw new Error('the partner is there already');
  await setProduct(db, partnerId, {
    name: 'chung',
    editions: ['tin-moi'],
    formats: ['api', 'rss'],
    show: 'full',
    images: true,
  });
  const { secret } = await makeKey(db, partnerId, { kind: 'key', note: '', expiresAt: null });
  await writeCommentSetting(db, { scope: 'site', id: 0 }, { isOffered: true, hold: 'all' });
  const story = await db
    .selectFrom('story')
    .select('id')
    .where('status', '=', 'live')
    .orderBy('id')
    .executeTakeFirstOrThrow();
  const [today] = await commentKeys(db);
  if (today === undefined) throw new Error('there is no key of the day');
  return { key: secret, storyId: story.id, ticket: writeTicket(today, story.id) };
}

/** Starts the app over `scratch` and describes it. Behind it stands no TLS: the checks speak plain HTTP to a site that believes in https. */
export async function startAuthTarget(scratch: string, logFile: number): Promise<AuthTarget> {
  const port = await findFreePort();
  const base = `https://127.0.0.1:${port}`;
  const settings = { PORT: String(port), PUBLIC_URL: base, DATA_DIR: join(scratch, 'data'), LOG_LEVEL: 'debug' };
  const env = { ...process.env, ...settings, DATABASE_URL: '', ROLE: 'all', TRIAL: 'auto' };
  const child: ChildProcess = spawn(process.execPath, [join(root, 'jobs/main.ts')], {
    cwd: root,
    env,
    stdio: ['ignore', logFile, logFile],
  });
  const ended = once(child, 'exit');
  const stopChild = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await untilTrue('the start', 60, async () => (await ask('/healthz/ready')).ok);
    await untilTrue('the first feed', 60, async () =>
      (await (await ask('/feeds/tin-moi.rss')).text()).includes('<item>'),
    );
    const opened = await openContext({
      env,
      signal: new AbortController().signal,
      applicationName: 'battery',
      logFd: 2,
    });
    const { db, now } = opened.context;
    const seeded = await seed(db);
    const ctx = {
      config: { host: '127.0.0.1', port, publicUrl: base },
      db,
      now,
      log: createLog({ level: 'silent', isTerminal: false }),
      signal: new AbortController().signal,
    };
    const app = openApp({
      ctx,
      reading: openReading(ctx),
      site: { publicUrl: base, stylePath: '', scriptPath: '' },
      shelf: openShelf(1, () => 0),
      files: new Map(),
    });
    const routes = guardedRoutes(app);
    const page = `/tin/${seeded.storyId}`;
    const moved = (await fetch(`http://127.0.0.1:${port}${page}`, { redirect: 'manual' })).headers.get('location');
    const story = moved === null ? page : new URL(moved, base).pathname;
    const moderation = '/quan-tri/binh-luan';
    return {
      databaseUrl: opened.databaseUrl,
      stop: async () => {
        await opened.close();
        await stopChild();
      },
      target: {
        base,
        https: true,
        home: '/',
        feed: '/feeds/tin-moi.rss',
        embed: '/nhung/tin-moi',
        static: '/static/',
        publicPages: [story, '/feeds', '/feeds/tin-moi.rss', '/feeds/tin-moi.json', `${page}/binh-luan`],
        search: '/tim-kiem?q={}',
        sort: '/?sort={}',
        intParams: ['/?truoc={}', '/tin/{}', '/tim-kiem?q=x&truoc={}'],
        login: { path: '/quan-tri/vao', userField: 'ten', passField: 'mat_khau', csrfField: '_csrf' },
        logout: { path: '/quan-tri/ra', method: 'POST' },
        session: { cookie: '__Host-tin' },
        redirect: { afterLogin: true, param: 'toi' },
        admin: {
          ...person,
          home: '/quan-tri',
          formPage: '/quan-tri/tai-khoan',
          routes,
          marker: 'class="inside"',
          mutate: { method: 'POST', path: '/quan-tri/tai-khoan', fields: { quyen: 'viewer' } },
        },
        ...(routes.includes(moderation) ? { moderation } : {}),
        partner: {
          header: 'authorization',
          value: `Bearer ${seeded.key}`,
          routes: ['/api/v1/stories', '/api/v1/entries'],
        },
        comment: {
          path: `${page}/binh-luan`,
          page: story,
          bodyField: 'noi-dung',
          fields: { ten: 'Bạn đọc', ve: seeded.ticket },
        },
      },
    };
  } catch (error) {
    await stopChild();
    throw error;
  }
}
