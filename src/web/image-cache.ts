// Names and bytes of pictures ⇄ files in one folder that never grows beyond its bound.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Kept pictures. Neither rejects: a disk that is full or gone only makes pictures slower. */
export type ImageCache = {
  read(name: string): Promise<Buffer | null>;
  write(name: string, body: Buffer): Promise<void>;
};

const boundBytes = 1024 ** 3;
// Every process that serves pictures looks through the folder after having written this much.
const sweepEvery = 32 * 1024 * 1024;

async function sweep(folder: string, bound: number): Promise<void> {
  const files: { path: string; bytes: number; usedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => null);
    if (facts !== null) files.push({ path, bytes: facts.size, usedAt: facts.mtimeMs });
  }
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= bound) return;
  for (const file of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    // A little below, so that the next picture is no reason to look again.
    if (bytes <= bound * 0.9) break;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
  }
}

/** A cache in a folder, made when first written; null = nothing is kept. The least recently used go first beyond `bound` bytes. */
export function openImageCache(folder: string | null, clock: () => Date, bound = boundBytes): ImageCache {
  let written = 0;
  let sweeping: Promise<void> | null = null;
  if (folder === null) return { read: async () => null, write: async () => undefined };
  return {
    read: async (name) => {
      try {
        const path = join(folder, name);
        const body = await readFile(path);
        const now = clock();
        await utimes(path, now, now);
        return body;
      } catch {
        return null;
      }
    },
    write: async (name, body) => {
      try {
        await mkdir(folder, { recursive: true });
        // Whole or not at all, for other processes and after a crash.
        const draft = join(folder, `.${name}.${process.pid}`);
        await writeFile(draft, body);
        await rename(draft, join(folder, name));
        written += body.length;
        if (written < Math.min(sweepEvery, bound / 4) || sweeping !== null) return;
        written = 0;
        sweeping = sweep(folder, bound);
        await sweeping;
      } catch {
        // The picture is served from memory.
      } finally {
        sweeping = null;
      }
    },
  };
}
