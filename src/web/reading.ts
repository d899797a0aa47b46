// Loaders over one database → loaders over a primary and a replica: each load is answered by the side in charge.
import type { Db } from '../store/db.ts';
import { askDatabase } from '../store/front.ts';
import { openReadSide, type ReadSide } from '../store/replica.ts';
import type { WebContext } from './feeds.ts';
import type { Load } from './shelf.ts';

/** How public reads find their server. Without a replica everything is read where it is written. */
export type Reading = {
  /** Opens loaders for both sides and gives those that choose at each load. What loads write goes to the primary (`writeDb`). */
  loaders<Asked extends unknown[]>(open: (ctx: WebContext) => (...asked: Asked) => Load): (...asked: Asked) => Load;
  /** The server in charge. */
  current(): Db;
  /** Whether there is no server to read from: the one in charge is the primary, and it is away. */
  isAway(): boolean;
  /** Rejects when no server answers a read. */
  ask: () => Promise<void>;
  stop(): void;
};

function overBoth(ctx: WebContext, replica: Db, sides: ReadSide): Reading['loaders'] {
  const far: WebContext = { ...ctx, db: replica, writeDb: ctx.db };
  return (open) => {
    const own = open(ctx);
    const other = open(far);
    return (...asked) => {
      const loads = { own: own(...asked), other: other(...asked) };
      return (known) => sides.read((db) => (db === replica ? loads.other(known) : loads.own(known)), known !== null);
    };
  };
}

/** Opens the reads of a web process. Watches both servers until `stop` when `ctx.readDb` is there. */
export function openReading(ctx: WebContext): Reading {
  const { readDb } = ctx;
  const isAway = ctx.isAway ?? (() => false);
  if (readDb === undefined)
    return {
      loaders: (open) => open(ctx),
      current: () => ctx.db,
      isAway,
      ask: () => askDatabase(ctx.db),
      stop: () => undefined,
    };
  const sides = openReadSide(ctx.db, readDb, {
    onChange: (side, reason) => ctx.log.info({ side, reason }, 'web.reads_moved'),
  });
  return {
    loaders: overBoth(ctx, readDb, sides),
    current: () => sides.current(),
    isAway: () => sides.side() === 'primary' && isAway(),
    ask: () => sides.read(askDatabase, false),
    stop: () => sides.stop(),
  };
}
