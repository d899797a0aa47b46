// A task's name → its steps run one after the other on the right Node, with signals passed on and the exit code kept.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { tasks } from './tasks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a task and ends the process with its exit code; problems are told in words, without a stack.
 * @param {string | undefined} name
 * @param {string[]} args
 */
export function main(name, args) {
  run(name, args).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error && error.remedy ? `tin: ${error.message}\nWhat to do: ${error.remedy}` : error);
      process.exitCode = 1;
    },
  );
}

async function run(name, args) {
  const task = name !== undefined && Object.keys(tasks).includes(name) ? tasks[name] : undefined;
  if (task === undefined) {
    console.error(`usage: node scripts/run.mjs TASK [arguments]\ntasks: ${Object.keys(tasks).join(' ')}`);
    return 2;
  }
  const node = await ensureInstalled(root, { needsDev: task.needsDev });
  const env = childEnvironment(node);
  const commands = task.steps.map((step, index) => {
    const isLast = index === task.steps.length - 1;
    return [...(task.flags ?? []), resolveProgram(step[0]), ...step.slice(1), ...(isLast ? args : [])];
  });
  if (commands.length === 1) {
    replaceProcess(node, commands[0], env);
    return await runStep(node, commands[0], env);
  }
  // Every step runs, so one look shows all that is wrong.
  let worst = 0;
  for (const [index, command] of commands.entries()) {
    console.error(`── ${task.steps[index].join(' ')}`);
    const code = await runStep(node, command, env);
    if (code !== 0) worst = code;
  }
  return worst;
}

function resolveProgram(program) {
  if (!program.startsWith('bin:')) return join(root, program);
  const bin = program.slice(4);
  // The package whose program has this name: read from the lock file, as names differ (tsc, biome).
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path !== '' && !entry.optional && entry.bin && entry.bin[bin]) return join(root, path, entry.bin[bin]);
  }
  throw Object.assign(new Error(`no package offers the program ${bin}`), { remedy: 'run "npm ci"' });
}

// What a step starts by the name "node" shall be the same Node. Compiled code is kept: with it each thread does without the stripper of
// types, which is 25 MB and half a second (measured: a process that reads feeds has 153 MB instead of 180). Two arenas of glibc's malloc for all
// threads: with one each, what a thread frees lies in its own (296 MB instead of 250 over 400 feeds); with one, they wait for each other.
function childEnvironment(node) {
  const env = {
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'tin-tinh'),
    MALLOC_ARENA_MAX: '2',
    ...process.env,
  };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[key] = [dirname(node), join(root, 'node_modules', '.bin'), env[key] ?? ''].join(delimiter);
  return env;
}

// Where the system can, we become the program: no second process, and signals need no passing on. Not from a test's or a
// debugger's Node that holds a channel open, which would stay open in the program.
function replaceProcess(node, command, env) {
  if (typeof process.execve !== 'function' || process.platform === 'win32' || process.connected) return;
  if (!existsSync(node)) return;
  process.removeAllListeners('warning');
  try {
    process.execve(node, [node, ...command], env);
  } catch {
    // Not possible here (a worker, an odd system): spawn instead.
  }
}

async function runStep(node, command, env) {
  const child = spawn(node, command, { stdio: 'inherit', env, windowsHide: true });
  const forward = (signal) => {
    // Ctrl-C at a terminal reaches the whole group; a second one from us would read as impatience.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const end = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  for (const signal of signals) process.removeListener(signal, forward);
  if (end.signal !== null) {
    process.kill(process.pid, end.signal);
    // Some signals do not end us at once, some never; the code a shell would show then stands in.
    return 128 + (await import('node:os')).constants.signals[end.signal];
  }
  return end.code ?? 1;
}
