// A feed's format and address → the headers that every answer about it carries.
import type { DocumentFormat } from '../domain.ts';
import { familyOf } from '../edition/render.ts';
import { hubUrl, linkHeader } from '../hub/protocol.ts';
import { formats } from './address.ts';
import { dataSecurity } from './headers.ts';

/** The Content-Type of a format. */
export function feedType(format: DocumentFormat): string {
  const family = familyOf(format);
  return `${formats.find((form) => form.format === family)?.type ?? 'application/xml'}; charset=utf-8`;
}

/** Link to itself (and the hub, where `hasHub`), security, and leave for other sites' scripts to read JSON. */
export function feedHeaders(
  publicUrl: string,
  selfUrl: string,
  format: DocumentFormat,
  hasHub = false,
): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [
    ['Link', hasHub ? linkHeader(selfUrl, hubUrl(publicUrl)) : `<${selfUrl}>; rel="self"`],
    ...dataSecurity,
  ];
  if (format === 'json')
    headers.push(
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Expose-Headers', 'ETag, Last-Modified, Link, Age'],
    );
  return headers;
}
