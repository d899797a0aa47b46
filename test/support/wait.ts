// A state that will come → the moment it is there.

/** Asks again and again until `ask` gives something; rejects after `maxMs` with the last error. */
export async function until<T>(
  ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
  maxMs = 15_000,
): Promise<T> {
  const endAt = performance.now() + maxMs;
  let last: unknown = new Error(`nothing came within ${maxMs} ms`);
  while (performance.now() < endAt) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw last;
}
