// A partner with keys and products for tests, and requests with bodies.
import { request as httpRequest } from 'node:http';
import type { Db } from '../../src/store/db.ts';
import type { Product } from '../../src/store/partner.ts';
import { insertPartner, makeKey, setProduct } from '../../src/store/partner.ts';
import { ensureEditions } from '../../src/store/edition.ts';
import { wantedEditions } from '../../src/edition/editions.ts';

let count = 0;

/** A partner with one product (everything, all formats, whole articles unless said otherwise), a header key and a path key. */
export async function seedPartner(
  db: Db,
  wanted: { product?: Partial<Product>; perMinute?: number; perDay?: number; expiresAt?: Date } = {},
): Promise<{ id: number; slug: string; key: string; keyId: number; path: string }> {
  count += 1;
  const slug = `doi-tac-${count}`;
  const publishers = await db.selectFrom('publisher').select(['slug', 'name']).execute();
  await ensureEditions(db, wantedEditions(publishers));
  const id = await insertPartner(db, {
    slug,
    name: `Đối tác ${count}`,
    contact: '',
    perMinute: wanted.perMinute ?? 100_000,
    perDay: wanted.perDay ?? 1_000_000,
  });
  if (id === null) throw new Error(`${slug} is taken`);
  await setProduct(db, id, {
    name: 'chung',
    editions: ['tin-moi'],
    formats: ['api', 'rss', 'atom', 'json', 'partner', 'google', 'msn', 'ninjs', 'simple'],
    show: 'full',
    images: true,
    ...wanted.product,
  });
  const expiresAt = wanted.expiresAt ?? null;
  const key = await makeKey(db, id, { kind: 'key', note: '', expiresAt });
  const path = await makeKey(db, id, { kind: 'path', note: '', expiresAt });
  return { id, slug, key: key.secret, keyId: key.id, path: path.secret };
}

/** Posts a body; answers status, headers and text. */
export function post(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'POST', headers, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(parts).toString() }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
