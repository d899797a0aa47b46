// Jobs under way → the moment to look for new ones: when one ends, or after a second. EFFECT.
import type { Pool } from './pool.ts';

const mostMs = 1_000;

/** Waits until a job of the pool ends, but no longer than a second: what falls due meanwhile must not wait for one who never answers. */
export async function stepOrSecond(pool: Pick<Pool<never>, 'step'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const second = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs);
  });
  await Promise.race([pool.step(), second]);
  clearTimeout(timer);
}
