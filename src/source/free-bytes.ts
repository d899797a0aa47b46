// Bytes that nobody needs any more → their memory given back at once. EFFECT.

/**
 * Gives back the memory of bytes that have a buffer to themselves; of others, nothing. Whoever still holds them finds them empty. V8 counts memory outside
 * its heap and collects the more often the more there is: with what polls read left to it, two new items a feed cost a tenth more.
 */
export function freeBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength === 0 || bytes.byteOffset !== 0) return;
  const { buffer } = bytes;
  // Small ones lie in a buffer that Node shares out, of which none gets half.
  if (buffer instanceof ArrayBuffer && bytes.byteLength * 2 >= buffer.byteLength) buffer.transfer(0);
}
