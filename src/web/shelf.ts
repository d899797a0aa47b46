// Renditions by address, kept in memory within a bound and checked against their source while they are read.
import { NotYetError } from '../errors.ts';
import type { Rendition } from './rendition.ts';
import { prepareLike, weigh } from './rendition.ts';

/** What an address turns out to be. */
export type Found =
  | { kind: 'here'; rendition: Rendition }
  | { kind: 'moved'; location: string }
  | { kind: 'gone' }
  | { kind: 'missing' };

/** Brings the present version; returns the very `known` when nothing changed; rejects when its source cannot be asked. */
export type Load = (known: Rendition | null) => Promise<Found>;

/** How old a version may be, in milliseconds since its last check. */
export type Patience = {
  /** Younger is served without a check. */
  freshMs: number;
  /** Younger is served at once while a check runs behind; older waits for the check, unless that is a slow one. */
  usableMs: number;
};

type Slot = {
  key: string;
  rendition: Rendition;
  load: Load;
  patience: Patience;
  checkedAt: number;
  /** Last check that failed, while none has succeeded since; 0 = the source answers. */
  failedAt: number;
  weight: number;
};

/** A version to serve now. `ageSeconds` is above 0 only while its source cannot be asked or is slow, and until a check after that has ended. */
export type Held = { rendition: Rendition; ageSeconds: number };

/** The memory of a web process. */
export type Shelf = {
  /** What may be served at once under a key; null when the caller must `fetch`. Starts a check behind when one is due. */
  peek(key: string): Held | null;
  /** The version under a key, loaded or checked first when it must be. Rejects only when there is nothing to serve. */
  fetch(
    key: string,
    load: Load,
    patience: Patience,
  ): Promise<Exclude<Found, { kind: 'here' }> | ({ kind: 'here' } & Held)>;
  /**
   * Forgets every version that `isGone` says must not be served any more, and holds loads under way to it as well: what they bring
   * is loaded again when it is such a version. Returns how many were forgotten.
   */
  purge(isGone: (rendition: Rendition) => boolean): number;
  /** Bytes held and the number of addresses. */
  size(): { bytes: number; keys: number };
};

// A source that failed is asked again once a second, by one request, while all others get what is there.
const retryMs = 1_000;
// So long after its last failure a version is still given before a check; later it is as old as any other.
const failingMs = 10_000;
// A load that began before a purge ends within this time.
const purgeHoldsMs = 30_000;
// How long somebody waits for a check of bytes that we could serve.
const longestWaitMs = 1_200;
// A check that has run for so long is one of a slow database: who comes now does not wait for it, while the bytes are no older than
// what a cache may serve in such a case (`stale-while-revalidate` of pages).
const slowMs = 150;
const slowUsableMs = 60_000;

function isSettledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    const settle = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settle, settle);
  });
}

/**
 * An empty shelf of at most `maxBytes`; the least recently checked address falls off first. `now` is the clock in milliseconds. While
 * `isAway` says that no source can be asked, nobody waits for a check and none is begun.
 */
export function openShelf(maxBytes: number, now: () => number, isAway: () => boolean = () => false): Shelf {
  // In the order of the last check: what is read is checked, so the front is what nobody reads.
  const slots = new Map<string, Slot>();
  const loading = new Map<string, { found: Promise<Found>; startedAt: number }>();
  let bytes = 0;
  let purges: { isGone: (rendition: Rendition) => boolean; at: number; number: number }[] = [];
  let purgeCount = 0;

  function purge(isGone: (rendition: Rendition) => boolean): number {
    const at = now();
    purges = [...purges.filter((one) => at - one.at < purgeHoldsMs), { isGone, at, number: ++purgeCount }];
    let count = 0;
    for (const slot of slots.values()) {
      if (!isGone(slot.rendition)) continue;
      drop(slot);
      count += 1;
    }
    return count;
  }

  // A load may have read its source before what it read was taken back: then it is asked again.
  async function loadUnpurged(key: string, load: Load): Promise<Found> {
    for (let tries = 0; ; tries++) {
      const began = purgeCount;
      const found = await load(slots.get(key)?.rendition ?? null);
      if (found.kind !== 'here' || purgeCount === began) return found;
      const isStale = purges.some((one) => one.number > began && one.isGone(found.rendition));
      if (!isStale) return found;
      if (tries >= 2) throw new NotYetError('web.purged', 'the source still holds what was taken back');
    }
  }

  function drop(slot: Slot): void {
    if (slots.get(slot.key) !== slot) return;
    slots.delete(slot.key);
    bytes -= slot.weight;
  }

  function put(slot: Slot): void {
    const present = slots.get(slot.key);
    if (present) drop(present);
    slot.weight = weigh(slot.rendition);
    slots.set(slot.key, slot);
    bytes += slot.weight;
    for (const oldest of slots.values()) {
      if (bytes <= maxBytes || oldest === slot) break;
      drop(oldest);
    }
  }

  async function check(key: string, load: Load, patience: Patience): Promise<Found> {
    const before = slots.get(key);
    try {
      const found = await loadUnpurged(key, load);
      if (found.kind !== 'here') {
        if (before) drop(before);
        return found;
      }
      if (before && found.rendition !== before.rendition) await prepareLike(before.rendition, found.rendition);
      put({ key, rendition: found.rendition, load, patience, checkedAt: now(), failedAt: 0, weight: 0 });
      return found;
    } catch (error) {
      if (before) before.failedAt = now();
      throw error;
    } finally {
      loading.delete(key);
    }
  }

  function startCheck(key: string, load: Load, patience: Patience): Promise<Found> {
    const running = loading.get(key);
    if (running) return running.found;
    const started = check(key, load, patience);
    loading.set(key, { found: started, startedAt: now() });
    // Whoever needs the result awaits it; a check behind an answer has nobody who does.
    started.catch(() => undefined);
    return started;
  }

  function hold(slot: Slot, at: number): Held {
    const age = at - slot.checkedAt;
    const isOld = slot.failedAt !== 0 || isAway() || age >= slot.patience.usableMs;
    return { rendition: slot.rendition, ageSeconds: isOld ? Math.floor(age / 1000) : 0 };
  }

  function isSlow(key: string, at: number): boolean {
    const running = loading.get(key);
    return running !== undefined && at - running.startedAt >= slowMs;
  }

  function peek(key: string): Held | null {
    const slot = slots.get(key);
    if (slot === undefined) return null;
    const at = now();
    const age = at - slot.checkedAt;
    if (age < slot.patience.freshMs) return hold(slot, at);
    if (isAway()) {
      // Also the first check afterwards runs behind an answer: everybody comes at once then.
      slot.failedAt = at;
      return hold(slot, at);
    }
    if (at - slot.failedAt >= failingMs) slot.failedAt = 0;
    const isFailing = slot.failedAt !== 0;
    if (!isFailing && age >= slot.patience.usableMs && !(age < slowUsableMs && isSlow(key, at))) return null;
    if (!isFailing || at - slot.failedAt >= retryMs)
      void startCheck(key, slot.load, slot.patience).catch(() => undefined);
    return hold(slot, at);
  }

  async function fetch(key: string, load: Load, patience: Patience): ReturnType<Shelf['fetch']> {
    const held = peek(key);
    if (held) return { kind: 'here', ...held };
    const checking = startCheck(key, load, patience);
    const slot = slots.get(key);
    // Bytes we have are better than a wait for a database that hangs.
    if (slot !== undefined && !(await isSettledWithin(checking, longestWaitMs))) slot.failedAt = now();
    if (slot !== undefined && slot.failedAt !== 0) return { kind: 'here', ...hold(slot, now()) };
    const found = await checking;
    return found.kind === 'here' ? { kind: 'here', rendition: found.rendition, ageSeconds: 0 } : found;
  }

  return { peek, fetch, purge, size: () => ({ bytes, keys: slots.size }) };
}
