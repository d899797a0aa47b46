// A source and an instant → a number that spreads what would else happen together. Pure and repeatable.

/** A number in [0, 1) that depends on nothing but its arguments: tests are exact, and a source never wakes with its neighbours. */
export function jitterOf(sourceId: number, at: Date): number {
  const seconds = Math.floor(at.getTime() / 1_000);
  let mixed = (sourceId | 0) ^ 0x9e37_79b9;
  for (const part of [seconds | 0, Math.floor(sourceId / 2 ** 32) | 0]) {
    mixed = Math.imul(mixed ^ part, 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 2 ** 32;
}
