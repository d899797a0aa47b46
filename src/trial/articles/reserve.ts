// Articles that appear one after the other while the newsroom runs, in the order of their release.
import type { Article } from '../article.ts';
import { reserveOne } from './reserve-1.ts';

export const reserve: readonly Article[] = [...reserveOne];
