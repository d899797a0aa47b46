// The static, ordered list of migrations: forward only, never reordered, never edited after release.
import * as river from './0001-river.ts';

export const migrations = [river];
