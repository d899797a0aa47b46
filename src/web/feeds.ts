// An edition's path and a format → the rendition of its document, asked for when it is missing or old.
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { NotYetError } from '../errors.ts';
import { feedUrl } from '../edition/document.ts';
import type { StoredDocument } from '../store/document.ts';
import { noteRead, readDocument, requestDocument } from '../store/document.ts';
import { feedState } from '../store/front.ts';
import type { FeedAddress } from './address.ts';
import { feedHeaders, feedType } from './feed-headers.ts';
import type { Rendition } from './rendition.ts';
import { toRendition } from './rendition.ts';
import type { Load, Patience } from './shelf.ts';

/** What the web process needs of the tray; any Context will do. */
export type WebContext = Pick<Context, 'db' | 'readDb' | 'now' | 'log' | 'signal' | 'isAway'> & {
  /** Where loads write what they must, when `db` is a replica. */
  writeDb?: Context['db'];
  config: Pick<Config, 'host' | 'port' | 'publicUrl'> & Partial<Config>;
  /** The way out, for pictures and for what the console reads; without it pages show none, and nothing can be tried. */
  http?: Context['http'];
  /** Where the console has foreign documents read; without it none is. */
  reader?: Context['reader'];
};

/** A feed is checked once a second while it is read; after 3 s without a reader the next one waits for the check. */
export const feedPatience: Patience = { freshMs: 1_000, usableMs: 3_000 };

const longestWaitMs = 5_000;
const pollMs = 150;
// A reader's interest is written down once an hour; documents that nobody read for days are no longer kept fresh.
const noteEveryMs = 60 * 60_000;

const cacheControl = 'public, max-age=60, stale-while-revalidate=300, stale-if-error=86400';

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

function toFeedRendition(publicUrl: string, address: FeedAddress, body: Buffer, document: StoredDocument): Rendition {
  const etag = document.etag ?? '';
  return toRendition(
    {
      body,
      contentType: feedType(address.format),
      cacheControl,
      ...(etag === '' ? {} : { tag: etag.replace(/^(?:W\/)?"|"$/g, '') }),
      lastModified: document.lastModified,
      unchangedSince: document.renderedAt,
      headers: feedHeaders(publicUrl, feedUrl(publicUrl, address.path, address.format), address.format, true),
    },
    etag,
  );
}

/**
 * A loader for one feed. Reads only the state of the document while its ETag stays; asks for a rendering when the document is
 * missing or due, and waits for the first one up to 5 s (then NotYetError) while a stale one is served as it is. A document whose
 * bytes were taken back is waited for, too. `otherwise` answers for a path that no edition has.
 */
export function feedLoader(
  ctx: WebContext,
  address: FeedAddress,
  otherwise: Load = async () => ({ kind: 'missing' }),
): Load {
  const { db } = ctx;
  const writeDb = ctx.writeDb ?? db;
  let isAsked = false;

  async function ask(editionId: number, isNeeded: boolean): Promise<void> {
    // Once per staleness: the request is on record and the publisher's next tick takes it.
    if (isNeeded && !isAsked) await requestDocument(writeDb, editionId, address.format);
    isAsked = isNeeded;
  }

  async function load(): Promise<Rendition | null> {
    const document = await readDocument(db, address.path, address.format);
    return document?.body ? toFeedRendition(ctx.config.publicUrl, address, document.body, document) : null;
  }

  return async (known) => {
    const state = await feedState(db, address.path, address.format);
    if (state === null) return otherwise(known);
    if (state.isRetired) return { kind: 'gone' };
    await ask(state.editionId, state.isStale);
    if (state.readAt !== null && ctx.now().getTime() - state.readAt.getTime() > noteEveryMs)
      await noteRead(writeDb, state.editionId, address.format);
    if (known !== null && known.source === state.etag) return { kind: 'here', rendition: known };
    const until = performance.now() + longestWaitMs;
    for (;;) {
      const rendition = await load();
      if (rendition !== null) return { kind: 'here', rendition };
      if (ctx.signal.aborted || performance.now() >= until)
        throw new NotYetError('web.not_yet', 'the document has not been rendered yet');
      await pause(pollMs, ctx.signal);
    }
  };
}
