// An OPML file → sources, row by row: one bad row never stops the others.
import type { Context } from '../context.ts';
import { ConfigError } from '../errors.ts';
import { parseOpml } from '../source/opml.ts';
import { publisherOf } from '../source/register.ts';
import { resolveUrl } from '../text/url.ts';
import { type AddOptions, checkOptions, register } from './add-source.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';

/** Adds every feed of an OPML file without calling it (the first poll will tell); prints a line per row and returns how many are new. */
export async function importOpml(ctx: Context, bytes: Uint8Array, options: AddOptions, io: Io): Promise<number> {
  const checked = checkOptions(options);
  const { subscriptions, isCut } = parseOpml(bytes);
  if (isCut)
    throw new ConfigError('opml.too_many', `the list has more than ${subscriptions.length} feeds`, {
      remedy: 'part it into several lists',
    });
  const bar = startProgress(io, 'Nhập nguồn');
  const lines: string[] = [];
  let added = 0;
  for (const [index, row] of subscriptions.entries()) {
    bar.set(index + 1, subscriptions.length);
    const url = row.xmlUrl === null ? null : resolveUrl(row.xmlUrl);
    if (url === null) {
      lines.push(`bỏ qua   ${row.title ?? row.htmlUrl ?? '?'}: không có địa chỉ nguồn tin`);
      continue;
    }
    const found = publisherOf({
      feedUrl: url,
      siteUrl: row.htmlUrl,
      name: options.name ?? row.title,
      folders: row.folders,
    });
    const { publisher, isAdded } = await register(ctx.db, found, checked, { url, title: row.title });
    if (isAdded) added++;
    lines.push(`${isAdded ? 'đã thêm' : 'đã có '}  ${publisher.slug}  ${url}`);
  }
  bar.stop();
  io.stdout.write(`${lines.join('\n')}\n${added} nguồn mới trong ${subscriptions.length} dòng.\n`);
  return added;
}
