// All benches, one after the other → their printed lines and figures in test-results/bench. `npm run bench [-- --only related,search]`
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resultsFolder } from './bench-figures.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const benches = ['parse', 'match', 'identity', 'ingest', 'related', 'document', 'search', 'serve', 'hub', 'growth'];
const chosen = values.only === undefined ? benches : values.only.split(',');
for (const name of chosen)
  if (!benches.includes(name)) throw new Error(`there is no bench ${name}: ${benches.join(', ')}`);

function run(name: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/run.mjs', `bench:${name}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (part: Buffer) => (text += part.toString('utf8')));
    child.once('exit', (code) => resolve({ code: code ?? 1, text }));
  });
}

mkdirSync(resultsFolder, { recursive: true });
const barLength = 24;

function tell(done: number, note: string): void {
  const filled = Math.round((barLength * done) / chosen.length);
  process.stderr.write(`${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} ${done}/${chosen.length} ${note}\n`);
}

const page: string[] = ['# Benchmarks', '', `${new Date().toISOString()}, Node ${process.version}`, ''];
let failed = 0;
for (const [i, name] of chosen.entries()) {
  tell(i, `bench:${name} …`);
  const startedAt = performance.now();
  const { code, text } = await run(name);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  if (code !== 0) failed += 1;
  page.push(
    `## bench:${name}`,
    '',
    `${seconds} s${code === 0 ? '' : `, failed with ${code}`}`,
    '',
    '```',
    text.trim(),
    '```',
    '',
  );
  const file = `${resultsFolder}/${name}.json`;
  // A bench that saves no figures of its own is kept as it printed them.
  const saved: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(
    file,
    `${JSON.stringify({ ...(saved as object), bench: name, seconds, code, printed: text.split('\n') }, null, 2)}\n`,
  );
  writeFileSync(`${resultsFolder}/summary.md`, page.join('\n'));
}
tell(chosen.length, 'done');
console.log(`${resultsFolder}/summary.md, and a JSON file for each; \`npm run bench:charts\` draws them`);
process.exitCode = failed > 0 ? 1 : 0;
