// A neutral document and a format → its bytes as text.
import type { Format } from '../domain.ts';
import { toAtom } from './atom.ts';
import type { FeedDocument } from './document.ts';
import { toJsonFeed } from './jsonfeed.ts';
import { toRss } from './rss.ts';

const writers: Record<Format, (document: FeedDocument) => string> = { rss: toRss, atom: toAtom, json: toJsonFeed };

/** Writes a document in one of its formats, to be stored as UTF-8. The same document always gives the same text. */
export function renderDocument(format: Format, document: FeedDocument): string {
  return writers[format](document);
}
