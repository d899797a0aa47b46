// A request → the bytes of its body, as long as they are not too many.

/** The whole body; null as soon as it is known to be longer than `maxBytes`. Rejects when the sender breaks off. */
export async function readRequestBody(request: Request, maxBytes: number): Promise<Buffer | null> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) return null;
  if (request.body === null) return Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    const bytes = part as Uint8Array;
    size += bytes.length;
    if (size > maxBytes) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts, size);
}
