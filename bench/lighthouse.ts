// The site with the trial newsroom's stories, or a running one → Lighthouse's scores of its pages at phone settings, in an installed
// Chromium. The first run installs Lighthouse; nothing is sent anywhere. `npm run lighthouse -- [--url http://127.0.0.1:8080] [--only story] [--json]`
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { findFreePort } from '../src/store/embedded-server.ts';
import { migrate } from '../src/store/migrate.ts';
import { startTrialNewsroom } from '../src/trial/newsroom.ts';
import { startWeb } from '../src/web/server.ts';
import { seedTrial } from '../test/support/trial.ts';
import { judge } from './lighthouse/judge.mjs';

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
type Category = (typeof categories)[number];
const goals: Record<Category, number> = { performance: 95, accessibility: 100, 'best-practices': 95, seo: 95 };

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const results = fileURLToPath(new URL('../test-results/', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** A site to judge: where it is, one of its stories, and what ends it. */
type Subject = { url: string; storyPath: string; stop: () => Promise<void> };

async function startSite(): Promise<Subject> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tin-tinh-lighthouse-'));
  // As root the database runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  const log = createLog({ level: 'warn', isTerminal: false, fd: 2 });
  const now = () => new Date();
  const newsroom = await startTrialNewsroom({ now, startedAt: now(), port: 0, log });
  const server = await startEmbedded({ dataDir, log });
  const db = openDb(server.url, { max: 4 });
  await migrate(db, migrations, { log });
  const storyPath = await seedTrial(db, newsroom, now());
  const guard = createGuard({ allowAuthorities: new Set([new URL(newsroom.origin).host]) });
  const http = createHttp({ userAgent: 'TinTinh-lighthouse', guard });
  // Canonical addresses are judged too, so the site must know the one it is asked under.
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const config = { host: '127.0.0.1', port, publicUrl, dataDir };
  const web = await startWeb({ config, db, http, now, log, signal: new AbortController().signal });
  const stop = async () => {
    await web.close();
    await http.close();
    await db.destroy();
    await server.stop();
    await newsroom.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: web.url, storyPath, stop };
}

// Any story of the front page will do.
async function visitSite(url: string): Promise<Subject> {
  const page = await (await fetch(url)).text();
  const storyPath = /href="(\/tin\/[^"?]+)"/.exec(page)?.[1];
  if (storyPath === undefined) throw new Error(`no story on ${url}`);
  return { url: url.replace(/\/$/, ''), storyPath, stop: async () => undefined };
}

type Row = { name: string; scores: Partial<Record<Category, number>>; failed: string[] };

async function look(name: string, address: string, port: number, skipAudits: string[]): Promise<Row> {
  const flags = { port, output: 'html', logLevel: 'error', onlyCategories: [...categories], skipAudits };
  const verdict = await judge(address, flags);
  const { report } = verdict;
  writeFileSync(`${results}lighthouse-${name}.html`, Array.isArray(report) ? report.join('') : report);
  const scores: Row['scores'] = {};
  const failed: string[] = [];
  for (const category of categories) {
    const found = verdict.categories[category];
    scores[category] = Math.round((found?.score ?? 0) * 100);
    for (const { id, weight } of found?.auditRefs ?? []) {
      const audit = verdict.audits[id];
      if (weight > 0 && audit && audit.score !== null && audit.score < 0.9)
        failed.push(`${category}: ${id} (${audit.displayValue ?? audit.title})`);
    }
  }
  return { name, scores, failed };
}

function print(rows: Row[]): void {
  const width = Math.max(...rows.map((row) => row.name.length)) + 2;
  console.log(
    `${''.padEnd(width)}${categories.map((category) => `${category} (${goals[category]})`.padStart(22)).join('')}`,
  );
  for (const { name, scores, failed } of rows) {
    const cells = categories.map((category) => {
      const score = scores[category] ?? 0;
      return `${score} ${score >= goals[category] ? '✓' : '✗'}`.padStart(22);
    });
    console.log(`${name.padEnd(width)}${cells.join('')}`);
    for (const line of failed) console.log(`${''.padEnd(width)}${line}`);
  }
  console.log(
    '\nWhole reports: test-results/lighthouse-*.html. Searches ask not to be indexed; that audit is left out for them.',
  );
}

async function main(): Promise<void> {
  if (executablePath === undefined) {
    console.log('No Chromium is installed here (/usr/bin/chromium): nothing was judged.');
    return;
  }
  mkdirSync(results, { recursive: true });
  const subject = values.url === undefined ? await startSite() : await visitSite(values.url);
  try {
    const port = await findFreePort();
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', `--remote-debugging-port=${port}`, '--no-first-run', '--disable-background-networking'],
    });
    const pages: [string, string, string[]][] = [
      ['front', '/', []],
      ['province', '/tinh/son-la', []],
      ['story', subject.storyPath, []],
      ['search', '/tim-kiem?q=ca+phe', ['is-crawlable']],
      ['feeds', '/feeds', []],
    ];
    const rows: Row[] = [];
    try {
      for (const [name, path, skipAudits] of pages.filter(([name]) => name.includes(values.only)))
        rows.push(await look(name, `${subject.url}${path}`, port, skipAudits));
    } finally {
      await browser.close();
    }
    if (values.json) console.log(JSON.stringify(rows, null, 2));
    else print(rows);
    const isShort = rows.some(({ scores }) => categories.some((category) => (scores[category] ?? 0) < goals[category]));
    if (isShort) process.exitCode = 1;
  } finally {
    await subject.stop();
  }
}

await main();
