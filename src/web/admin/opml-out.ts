// All sources → OPML 2.0 in folders of provinces, or JSON with everything an admin set. Pure.
import { escapeXml } from '../../edition/xml.ts';
import type { ExportedSource } from '../../store/source-export.ts';
import { provinceByCode } from '../../text/place.ts';

/** What of a source stands in OPML. */
export type OutlineSource = Pick<ExportedSource, 'url' | 'title' | 'kind'> & {
  publisher: Pick<ExportedSource['publisher'], 'name' | 'siteUrl' | 'province'>;
};

const nationwide = 'Toàn quốc';

const outline = ({ url, title, kind, publisher }: OutlineSource): string => {
  const name = escapeXml(title === null ? publisher.name : `${publisher.name} – ${title}`);
  // Readers take a row without type for a feed; ours tells which it is.
  const type = kind === 'syndication' ? 'rss' : kind;
  return `<outline type="${type}" text="${name}" title="${name}" xmlUrl="${escapeXml(url)}" htmlUrl="${escapeXml(publisher.siteUrl)}"/>`;
};

/** The sources as OPML (http://opml.org/spec2.opml), a folder for each province in the order of codes, feeds and other kinds alike. */
export function sourcesToOpml(sources: readonly OutlineSource[], now: Date): string {
  const folders = new Map<string, OutlineSource[]>();
  for (const source of sources) {
    const key = source.publisher.province ?? '';
    folders.set(key, [...(folders.get(key) ?? []), source]);
  }
  const body = [...folders.keys()].sort().map((code) => {
    const name = escapeXml(provinceByCode(code)?.name ?? nationwide);
    const rows = (folders.get(code) ?? []).map(outline).join('\n');
    return `<outline text="${name}" title="${name}">\n${rows}\n</outline>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Tin Tỉnh: nguồn tin</title><dateCreated>${now.toUTCString()}</dateCreated></head><body>
${body.join('\n')}
</body></opml>
`;
}

/** The sources as JSON: one object a source, papers inside, in the order of ids. */
export const sourcesToJson = (sources: readonly ExportedSource[], now: Date): string =>
  `${JSON.stringify({ version: 1, exportedAt: now.toISOString(), sources }, null, 2)}\n`;
