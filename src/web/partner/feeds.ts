// /k/<secret>/<edition>.<format> → a partner's feed for systems that cannot send headers. The secret is logged and written nowhere.
import type { Context as Call, Hono } from 'hono';
import type { DocumentFormat, Edition } from '../../domain.ts';
import { forMsn } from '../../edition/dialect.ts';
import { buildDocument, maxItems } from '../../edition/document.ts';
import { toCanceledNinjs, toNinjs } from '../../edition/ninjs.ts';
import { renderDocument } from '../../edition/render.ts';
import { showable } from '../../edition/rights.ts';
import type { Terms } from '../../edition/rights-terms.ts';
import { toSimpleStory } from '../../edition/simple-json.ts';
import { verifyDocument } from '../../edition/verify.ts';
import { correctionsOf, tombstonesOf } from '../../store/desk-withdraw.ts';
import { findEditionByPath } from '../../store/edition.ts';
import { isDatabaseAway } from '../../store/trouble.ts';
import type { Access, OpenProduct, ProductFormat } from '../../store/partner.ts';
import { listEdition } from '../../store/search.ts';
import type { ListedStory } from '../../store/story.ts';
import { filterQuery } from '../../text/search.ts';
import { feedType } from '../feed-headers.ts';
import { dataSecurity } from '../headers.ts';
import type { Rendition } from '../rendition.ts';
import { hashTag, toRendition } from '../rendition.ts';
import { toResponse } from '../respond.ts';
import type { Found, Patience } from '../shelf.ts';
import { openShelf } from '../shelf.ts';
import type { PartnerParts } from './api.ts';
import { termsFor } from './product.ts';
import type { QuotaState } from './quota.ts';
import { quotaHeaders } from './quota.ts';

/** A format that lies at an address of its own. */
export type FeedFormat = Exclude<ProductFormat, 'api'>;

// What is withdrawn is out of every feed within seconds, so none is kept for longer.
const patience: Patience = { freshMs: 2_000, usableMs: 2_000 };
const shelfBytes = 32 * 1024 * 1024;

// An address with a secret in it is given to nobody: not by a link's Referer, not by a search engine, not by a shared cache.
const secretHeaders: readonly (readonly [string, string])[] = [
  ...dataSecurity.filter(([name]) => name !== 'Referrer-Policy'),
  ['Referrer-Policy', 'no-referrer'],
  ['X-Robots-Tag', 'noindex, nofollow, noarchive'],
];

const dialects: Record<string, FeedFormat> = { 'doi-tac/atom': 'partner', 'google/rss': 'google', 'msn/rss': 'msn' };
const plain: Record<string, FeedFormat> = { rss: 'rss', atom: 'atom', json: 'json', ninjs: 'ninjs', simple: 'simple' };

/** The edition and format that a path below a secret names; dialects stand first, as in `/feeds/`. Null when it names none. */
export function readSecretPath(path: string): { path: string; format: FeedFormat } | null {
  const match = /^([a-z0-9-]+(?:\/[a-z0-9-]+)*)\.([a-z]+)$/.exec(path.slice(0, 200));
  const [, stem = '', ending = ''] = match ?? [];
  const slash = stem.indexOf('/');
  const dialect = slash < 0 ? undefined : dialects[`${stem.slice(0, slash)}/${ending}`];
  if (dialect !== undefined) return { path: stem.slice(slash + 1), format: dialect };
  const format = plain[ending];
  return stem === '' || format === undefined ? null : { path: stem, format };
}

/** Where a product's edition lies below a secret: `tinh/son-la/tin-moi.rss`, `google/tin-moi.rss`. What `readSecretPath` reads. */
export function writeSecretPath(path: string, format: FeedFormat): string {
  const dialect = Object.entries(dialects).find(([, name]) => name === format)?.[0];
  if (dialect === undefined) return `${path}.${format}`;
  const [folder = '', ending = ''] = dialect.split('/');
  return `${folder}/${path}.${ending}`;
}

function findProduct(access: Access, path: string, format: FeedFormat): OpenProduct[] {
  return access.products.filter((product) => product.editions.includes(path) && product.formats.includes(format));
}

/** A document made for a partner; `publisherIds`: one for each story in it. */
export type Made = { text: string; type: string; updated: Date; publisherIds: number[] };

type Material = { edition: Edition; stories: ListedStory[]; tombstones: Awaited<ReturnType<typeof tombstonesOf>> };

function makeJson(
  parts: Pick<PartnerParts, 'ctx'>,
  format: 'ninjs' | 'simple',
  terms: Terms,
  material: Material,
): Made {
  const { publicUrl } = parts.ctx.config;
  const shown = material.stories.map((story) => showable(story, terms)).filter((story) => story !== null);
  const items = shown.map((story) =>
    format === 'ninjs' ? toNinjs(story, publicUrl) : toSimpleStory(story, publicUrl),
  );
  const canceled = material.tombstones.map((tombstone) =>
    format === 'ninjs'
      ? toCanceledNinjs({ uid: tombstone.uid, changedAt: tombstone.withdrawnAt })
      : { uri: `urn:uuid:${tombstone.uid.toLowerCase()}`, status: 'canceled' },
  );
  const updated = new Date(
    Math.max(material.edition.changedAt.getTime(), ...shown.map((story) => story.changedAt.getTime() || 0)),
  );
  const text = JSON.stringify({ title: material.edition.title, items: [...items, ...canceled] });
  return {
    text,
    type: 'application/json; charset=utf-8',
    updated,
    publisherIds: shown.map((story) => story.publisher.id),
  };
}

async function makeFeed(
  parts: Pick<PartnerParts, 'ctx'>,
  format: DocumentFormat,
  terms: Terms,
  material: Material,
): Promise<Made> {
  const { ctx } = parts;
  const { edition, stories, tombstones } = material;
  const corrections = await correctionsOf(
    ctx.db,
    stories.map((story) => story.id),
  );
  // The document names its public address as its own: the one with the secret stands in no bytes that may be passed on.
  const whole = buildDocument(edition, stories, {
    publicUrl: ctx.config.publicUrl,
    now: terms.now,
    policy: terms.policy,
    audience: terms.audience,
    corrections,
    tombstones,
  });
  const document = format === 'msn' ? forMsn(whole, (id) => whole.wholeIds.has(id), terms.now) : whole;
  const text = renderDocument(format, document);
  await verifyDocument(format, text, document);
  const ids = new Set(whole.storyIds);
  return {
    text,
    type: feedType(format),
    updated: document.updated,
    publisherIds: stories.filter((story) => ids.has(story.id)).map((story) => story.publisherId),
  };
}

/**
 * The document of an edition as these products of a partner give it; null when the edition is gone or none of them takes it. Reads stories as
 * the public feeds do. Throws DocumentError when it fails its own proof.
 */
export async function makePartnerDocument(
  parts: Pick<PartnerParts, 'ctx' | 'policy'>,
  access: Access,
  products: readonly OpenProduct[],
  path: string,
  format: FeedFormat,
): Promise<Made | null> {
  const { ctx } = parts;
  const { db } = ctx;
  const edition = await findEditionByPath(db, path);
  if (edition === null || edition.isRetired) return null;
  const terms = termsFor(
    access,
    products,
    products.map(() => true),
    await parts.policy(),
    ctx.now(),
  );
  if (terms === null) return null;
  const [stories, tombstones] = await Promise.all([
    listEdition(db, edition.filter, filterQuery(edition.filter), maxItems),
    tombstonesOf(db, edition.filter),
  ]);
  const material = { edition, stories, tombstones };
  return format === 'ninjs' || format === 'simple'
    ? makeJson(parts, format, terms, material)
    : makeFeed(parts, format, terms, material);
}

/** Adds the addresses with a secret. Reads stories as the public feeds do, under the terms of the partner's product. */
export function addSecretFeeds(app: Hono, parts: PartnerParts): void {
  const { ctx, gate, meter } = parts;
  const shelf = openShelf(shelfBytes, () => ctx.now().getTime());
  const published = new WeakMap<Rendition, number[]>();

  async function load(
    access: Access,
    products: readonly OpenProduct[],
    path: string,
    format: FeedFormat,
    known: Rendition | null,
  ): Promise<Found> {
    const made = await makePartnerDocument(parts, access, products, path, format);
    if (made === null) return { kind: 'missing' };
    const body = Buffer.from(made.text);
    const tag = hashTag(body);
    if (known !== null && known.source === tag) return { kind: 'here', rendition: known };
    const rendition = toRendition(
      {
        body,
        contentType: made.type,
        cacheControl: 'private, no-cache',
        tag,
        lastModified: made.updated,
        headers: secretHeaders,
      },
      tag,
    );
    published.set(rendition, made.publisherIds);
    return { kind: 'here', rendition };
  }

  function refuse(status: number, text: string, quota?: QuotaState): Response {
    const headers = new Headers([
      ...secretHeaders.map(([name, value]): [string, string] => [name, value]),
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Cache-Control', 'no-store'],
      ...(quota ? quotaHeaders(quota) : []),
    ]);
    if (status === 503) headers.set('Retry-After', '5');
    return new Response(`${text}\n`, { status, headers });
  }

  async function serve(call: Call): Promise<Response> {
    const [, secret = '', rest = ''] = /^\/k\/([^/]+)\/(.+)$/.exec(call.req.path) ?? [];
    const address = readSecretPath(rest);
    const admission = await gate.admit('path', secret);
    if (admission.kind === 'unknown' || address === null)
      return refuse(404, 'Không có gì ở địa chỉ này. · Nothing here.');
    const { access, quota } = admission;
    const count = (response: Response, publisherIds: readonly number[]) => {
      const bytes = response.status === 304 ? 0 : Number(response.headers.get('content-length') ?? 0);
      meter.add({ partnerId: access.id, channel: address.format, status: response.status, bytes, publisherIds });
      return response;
    };
    if (admission.kind === 'limited') return count(refuse(429, 'Hết hạn mức. · The quota is used up.', quota), []);
    const products = findProduct(access, address.path, address.format);
    if (products.length === 0) return count(refuse(403, 'Không có trong gói. · Not in your products.', quota), []);
    const key = `${access.id} ${products.map((product) => `${product.name}:${product.show}:${product.images}`).join()} ${rest}`;
    const found = await shelf.fetch(
      key,
      (known) => load(access, products, address.path, address.format, known),
      patience,
    );
    if (found.kind !== 'here') return count(refuse(404, 'Không có nguồn cấp này. · No such feed.', quota), []);
    const response = await toResponse(call.req.raw, found);
    for (const [name, value] of quotaHeaders(quota)) response.headers.set(name, value);
    return count(response, response.status === 304 ? [] : (published.get(found.rendition) ?? []));
  }

  app.get('/k/*', async (call) => {
    try {
      return await serve(call);
    } catch (error) {
      // The path is left out of the log: it holds the secret.
      const isAway = isDatabaseAway(error);
      if (!isAway) ctx.log.error({ err: error }, 'partner.feed_failed');
      return refuse(isAway ? 503 : 500, 'Xin thử lại sau. · Please try again later.');
    }
  });
  app.all('/k/*', () => refuse(405, 'GET, HEAD'));
}
