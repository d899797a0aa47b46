// The papers' lists and the wire's prints → every article that is there from the start.
import type { PastArticle } from '../article.ts';
import { nuiNgan } from './nui-ngan.ts';
import { reprintsOf } from './reprint.ts';
import { wireOne } from './wire-1.ts';

export const past: readonly PastArticle[] = [...nuiNgan, ...wireOne.flatMap(reprintsOf)];
