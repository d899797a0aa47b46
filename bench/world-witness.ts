// A document of the feed world → the links of its whole items, read in the simplest way there is and not by the program under test.

/** Name of an item: one article of one publisher, whatever its counter parameters. */
export function expectedOf(publisherId: number, url: string): string {
  return `${publisherId} ${url.split('?')[0] ?? ''}`;
}

const unescape = (text: string) => text.replaceAll('&amp;', '&');

/** Links of all items that stand completely in the document; `sub` is the world's name of the fault, an encoding or a way to be malformed. */
export function linksOf(bytes: Buffer, sub: string): string[] {
  const text = sub === 'utf-16' ? bytes.toString('utf16le') : bytes.toString('latin1');
  if (text.startsWith('{')) {
    const { items } = JSON.parse(bytes.toString('utf8')) as { items: { url: string }[] };
    return items.map((item) => item.url);
  }
  const links: string[] = [];
  for (const item of text.split(/<(?:item|entry)[ >]/).slice(1)) {
    if (!/<\/(?:item|entry)>/.test(item)) continue;
    const link = /<link>([^<]*)<\/link>|<link rel="alternate" href="([^"]*)"/.exec(item);
    const url = link?.[1] ?? link?.[2];
    if (url !== undefined) links.push(unescape(url));
  }
  return links;
}
