// The papers' lists and the wire's prints → every article that is there from the start.
import type { PastArticle } from '../article.ts';
import { benGio } from './ben-gio.ts';
import { bienSang } from './bien-sang.ts';
import { daiNgan } from './dai-ngan.ts';
import { dongChieu } from './dong-chieu.ts';
import { gioLam } from './gio-lam.ts';
import { mienDua } from './mien-dua.ts';
import { nuiNgan } from './nui-ngan.ts';
import { reprintsOf } from './reprint.ts';
import { songMay } from './song-may.ts';
import { wireOne } from './wire-1.ts';
import { wireTwo } from './wire-2.ts';

/** Stories of the wire agency, each printed by several papers. */
export const wire = [...wireOne, ...wireTwo] as const;

/** In the order of the papers, then the wire's prints; times differ, so this order means nothing. */
export const past: readonly PastArticle[] = [
  ...nuiNgan,
  ...songMay,
  ...dongChieu,
  ...bienSang,
  ...gioLam,
  ...daiNgan,
  ...mienDua,
  ...benGio,
  ...wire.flatMap(reprintsOf),
];
