// Articles that appear one after the other while the newsroom runs, in the order of their release.
import type { Article } from '../article.ts';
import { reprintsOf } from './reprint.ts';
import { reserveNorth } from './reserve-1.ts';
import { reserveSouth } from './reserve-2.ts';
import { wireLive } from './wire-live.ts';

/** The list in another order: each `step`-th article in turn; `step` and the length share no divisor, so none is left out. */
function stride(list: readonly Article[], step: number): (Article | undefined)[] {
  return list.map((_, i) => list[(i * step) % list.length]);
}

/** North and south in turn, so that neighbours are of different papers. */
function alternate(north: readonly (Article | undefined)[], south: readonly (Article | undefined)[]): Article[] {
  return north.flatMap((article, i) => [article, south[i]]).filter((article) => article !== undefined);
}

const own = alternate(stride(reserveNorth, 4), stride(reserveSouth, 3));

/** The wire breaks after the third article: three papers in a row print it. */
export const reserve: readonly Article[] = [...own.slice(0, 3), ...reprintsOf(wireLive), ...own.slice(3)];
