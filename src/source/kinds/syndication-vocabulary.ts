// Which canonical names mean something to the reader of RSS, RDF and Atom: the shape of the tree is decided here.

/** Elements whose children are read one by one; all others are leaves: a range of source that is looked at only when needed. */
export const CONTAINERS: ReadonlySet<string> = new Set([
  'rss',
  'rdf:rdf',
  'rdf',
  'channel',
  'item',
  'items',
  'atom:feed',
  'atom:entry',
  'image',
  'textinput',
  'author',
  'contributor',
  'skiphours',
  'skipdays',
  'atom:author',
  'atom:contributor',
  'atom:source',
  'source',
  'itunes:owner',
  'media:group',
  'media:content',
  'media:community',
  'enclosure',
  'georss:where',
  'gml:point',
  'geo:point',
  'dc:creator',
]);

/** Elements that hold one article. */
export const ITEMS: ReadonlySet<string> = new Set(['item', 'atom:entry']);

/** Elements a document may start with. */
export const ROOTS: ReadonlySet<string> = new Set(['rss', 'rdf:rdf', 'rdf', 'atom:feed', 'channel', 'atom:entry']);

/** Leaves whose text may hold markup of its own, unescaped. */
const PROSE: ReadonlySet<string> = new Set([
  'title',
  'description',
  'summary',
  'content',
  'body',
  'fullitem',
  'xhtml:body',
  'xhtml:div',
  'content:encoded',
  'content:items',
  'atom:title',
  'atom:subtitle',
  'atom:tagline',
  'atom:summary',
  'atom:content',
  'atom:rights',
  'atom:info',
  'atom:copyright',
  'dc:title',
  'dc:description',
  'copyright',
  'itunes:summary',
  'media:title',
  'media:description',
  'media:text',
]);

/** Leaves of a few words. */
const PLAIN: ReadonlySet<string> = new Set([
  'link',
  'guid',
  'pubdate',
  'lastbuilddate',
  'category',
  'comments',
  'language',
  'managingeditor',
  'webmaster',
  'generator',
  'docs',
  'ttl',
  'url',
  'hour',
  'day',
  'width',
  'height',
  'email',
  'name',
  'rating',
  'cloud',
  'expirationdate',
  'atom:link',
  'atom:id',
  'atom:updated',
  'atom:published',
  'atom:issued',
  'atom:modified',
  'atom:created',
  'atom:category',
  'atom:generator',
  'atom:icon',
  'atom:logo',
  'atom:name',
  'atom:uri',
  'atom:url',
  'atom:homepage',
  'atom:email',
  'dc:date',
  'dc:author',
  'dc:subject',
  'dc:language',
  'dc:identifier',
  'dc:publisher',
  'dc:rights',
  'dc:contributor',
  'dc:source',
  'dcterms:issued',
  'dcterms:modified',
  'dcterms:created',
  'dcterms:available',
  'dcterms:date',
  'dcterms:alternative',
  'dcterms:abstract',
  'media:thumbnail',
  'media:credit',
  'media:category',
  'media:keywords',
  'media:player',
  'media:copyright',
  'media:rating',
  'media:restriction',
  'itunes:author',
  'itunes:image',
  'itunes:subtitle',
  'itunes:category',
  'itunes:keywords',
  'itunes:duration',
  'itunes:explicit',
  'itunes:email',
  'itunes:name',
  'itunes:block',
  'itunes:title',
  'googleplay:image',
  'googleplay:author',
  'googleplay:description',
  'slash:comments',
  'slash:department',
  'slash:section',
  'wfw:commentrss',
  'wfw:comment',
  'sy:updateperiod',
  'sy:updatefrequency',
  'sy:updatebase',
  'georss:point',
  'gml:pos',
  'geo:lat',
  'geo:long',
  'feedburner:origlink',
  'webfeeds:icon',
  'webfeeds:logo',
  'webfeeds:cover',
]);

/** True for a leaf the reader knows; an unknown one that never closes is treated as empty on a second reading. */
export function isKnownLeaf(name: string): boolean {
  return PLAIN.has(name) || PROSE.has(name);
}

/** RSS names that are also HTML's: inside unescaped prose they may be markup and so end nothing. */
const ALSO_HTML: ReadonlySet<string> = new Set([
  'title',
  'link',
  'source',
  'image',
  'summary',
  'description',
  'content',
  'author',
  'body',
  'url',
  'name',
  'email',
  'width',
  'height',
  'hour',
  'day',
  'rating',
  'language',
  'cloud',
  'docs',
  'xhtml:body',
  'xhtml:div',
]);

/** True when an opening tag shows that the leaf before it was never closed. */
export function endsLeaf(leaf: string, opening: string): boolean {
  if (ITEMS.has(opening)) return true;
  if (PROSE.has(leaf)) {
    if (leaf === 'title')
      return (
        opening !== 'title' &&
        (opening === 'link' || opening === 'description' || (PLAIN.has(opening) && !ALSO_HTML.has(opening)))
      );
    return PLAIN.has(opening) && !ALSO_HTML.has(opening) && leaf.startsWith('atom:') === opening.startsWith('atom:');
  }
  return PLAIN.has(leaf) && (PLAIN.has(opening) || PROSE.has(opening) || CONTAINERS.has(opening));
}
