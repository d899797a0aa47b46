// Lines of the usage reports → CSV, for the command line and the console alike. Pure.
import type { RequestLine, UsageLine } from '../../store/usage.ts';
import { toCsv } from '../../text/csv.ts';

/** What was taken of each paper, a line a day, partner and way. */
export const usageCsv = (rows: readonly UsageLine[]): string =>
  toCsv(
    ['day', 'publisher', 'publisher_name', 'partner', 'channel', 'stories'],
    rows.map((row) => [row.day, row.publisher, row.publisherName, row.partner, row.channel, row.stories]),
  );

/** What was asked, a line a day, partner and way. */
export const requestsCsv = (rows: readonly RequestLine[]): string =>
  toCsv(
    ['day', 'partner', 'channel', 'requests', 'not_modified', 'refused', 'bytes'],
    rows.map((row) => [row.day, row.partner, row.channel, row.requests, row.notModified, row.refused, row.bytes]),
  );
