// Chosen sources → OPML 2.0 (http://opml.org/spec2.opml), one outline a source; ours tells in `type` which kind it is.
import { emptyElement, parentElement, textElement, xmlDocument } from '../../edition/xml.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import { sourceName } from './source-parts.ts';

/** The sources as OPML, in the order given. */
export function toSourcesOpml(rows: readonly SourceListRow[]): string {
  const outlines = rows.map((row) =>
    emptyElement('outline', {
      type: row.kind === 'syndication' ? 'rss' : row.kind,
      text: sourceName(row),
      title: sourceName(row),
      xmlUrl: row.url,
    }),
  );
  const head = parentElement('head', [textElement('title', 'Tin Tỉnh: nguồn tin')]);
  return xmlDocument(parentElement('opml', [head, parentElement('body', outlines)], { version: '2.0' }));
}
