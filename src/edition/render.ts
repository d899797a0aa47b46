// A neutral document and a format → its bytes as text.
import type { DocumentFormat } from '../domain.ts';
import { toAtom, toPartnerAtom } from './atom.ts';
import type { FeedDocument } from './document.ts';
import { toJsonFeed } from './jsonfeed.ts';
import { toGoogleRss, toMsnRss, toRss } from './rss.ts';

const writers: Record<DocumentFormat, (document: FeedDocument) => string> = {
  rss: toRss,
  atom: toAtom,
  json: toJsonFeed,
  partner: toPartnerAtom,
  google: toGoogleRss,
  msn: toMsnRss,
};

/** Writes a document in one of its formats, to be stored as UTF-8. The same document always gives the same text. */
export function renderDocument(format: DocumentFormat, document: FeedDocument): string {
  return writers[format](document);
}

/** The family a format belongs to: how it is read back, and under which type it is sent. */
export function familyOf(format: DocumentFormat): 'rss' | 'atom' | 'json' {
  if (format === 'partner') return 'atom';
  return format === 'google' || format === 'msn' ? 'rss' : format;
}
