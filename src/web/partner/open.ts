// A context → the partners' routes on the site: the API and the feeds under a secret, with one gate, one policy and one account.
import type { Hono } from 'hono';
import { openPolicy } from '../../store/policy.ts';
import type { WebContext } from '../feeds.ts';
import { addApi } from './api.ts';
import { addSecretFeeds } from './feeds.ts';
import { openGate } from './gate.ts';
import { openMeter } from './meter.ts';

/** Adds the partners' routes. Reads partner, partner_key, partner_product; writes usage every 5 s and when `ctx.signal` aborts. */
export function addPartners(app: Hono, ctx: WebContext): void {
  const parts = {
    ctx,
    policy: openPolicy(ctx.db, ctx.now),
    gate: openGate(ctx.db, ctx.now),
    meter: openMeter(ctx.db, ctx.log, ctx.signal),
  };
  addApi(app, parts);
  addSecretFeeds(app, parts);
}
