// The public conformance corpus, where it is at hand → the share of its cases that are read right.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const corpus = new URL('../../shared/corpus/feeds/score.mjs', import.meta.url);

describe.skipIf(!existsSync(corpus))('the public conformance corpus', () => {
  it('is read right in at least 98 % of its cases', () => {
    const out = join(mkdtempSync(join(tmpdir(), 'conformance-')), 'report.json');
    const { status } = spawnSync(
      process.execPath,
      [new URL('../bench/conformance.ts', import.meta.url).pathname, '--out', out],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    const report = JSON.parse(readFileSync(out, 'utf8')) as { total: { passPct: number; macroPct: number } };
    expect(report.total.passPct).toBeGreaterThanOrEqual(98);
    expect(report.total.macroPct).toBeGreaterThanOrEqual(96);
  }, 120_000);
});
