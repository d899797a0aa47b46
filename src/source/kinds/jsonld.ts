// A page's JSON-LD (https://json-ld.org, https://schema.org/NewsArticle) → the articles it speaks of.
import { all, type Document } from './dom.ts';

/** One article as JSON-LD tells of it; texts plain and trimmed, dates and addresses as written. */
export type LinkedArticle = {
  url: string | null;
  headline: string | null;
  description: string | null;
  publishedAt: string | null;
  updatedAt: string | null;
  images: string[];
  authors: string[];
  section: string | null;
  body: string | null;
  keywords: string[];
};

type Node = Record<string, unknown>;

const maxScripts = 40;
const maxChars = 2_000_000;
const maxNodes = 5_000;
const maxDepth = 12;
const articleTypes =
  /^(?:\w*NewsArticle|Article|ReportageNewsArticle|BlogPosting|LiveBlogPosting|Report|OpinionNewsArticle|AnalysisNewsArticle|VideoObject)$/;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

// What home-made systems print into a script: raw line breaks inside strings, a comma too many, a comment around it all.
function parseLoosely(text: string): unknown {
  const bare = text
    .trim()
    .replace(/^<!--|-->$|^\/\*<!\[CDATA\[\*\/|\/\*\]\]>\*\/$|^<!\[CDATA\[|\]\]>$/g, '')
    .replace(/;$/, '')
    .trim();
  for (const attempt of [bare, bare.replace(/[\u0000-\u001f]+/g, ' ').replace(/,\s?([}\]])/g, '$1')]) {
    try {
      return JSON.parse(attempt);
    } catch {
      // the next attempt, or nothing
    }
  }
  return undefined;
}

/** All objects in all JSON-LD scripts, in document order, also those nested in `@graph` and in lists; at most 5,000, 12 deep. */
export function nodesOf(root: Document): Node[] {
  const found: Node[] = [];
  let chars = 0;
  for (const script of all(root, 'script').slice(0, 500)) {
    if (!/^application\/ld\+json/i.test(script.attribs['type'] ?? '') || found.length > maxNodes) continue;
    const text = script.children.map((child) => ('data' in child ? child.data : '')).join('');
    chars += text.length;
    if (chars > maxChars || found.length / maxScripts > maxNodes) break;
    collect(parseLoosely(text), found);
  }
  return found;
}

function collect(top: unknown, found: Node[]): void {
  const queue: { value: unknown; depth: number }[] = [{ value: top, depth: 0 }];
  for (let at = 0; at < queue.length && found.length < maxNodes; at++) {
    const { value, depth } = queue[at] ?? { value: null, depth: 0 };
    if (depth > maxDepth) continue;
    if (Array.isArray(value)) for (const one of value.slice(0, maxNodes)) queue.push({ value: one, depth: depth + 1 });
    else if (isNode(value)) {
      found.push(value);
      // A person, a picture or a publisher is no article, and is read where it stands.
      for (const [name, inner] of Object.entries(value).slice(0, 200))
        if (typeof inner === 'object' && !/^(?:author|image|publisher|thumbnail|creator|editor)$/.test(name))
          queue.push({ value: inner, depth: depth + 1 });
    }
  }
}

const line = (value: unknown): string | null => {
  const text =
    typeof value === 'string' ? value : isNode(value) && typeof value['@value'] === 'string' ? value['@value'] : '';
  return text.replace(/\s+/g, ' ').trim().normalize('NFC') || null;
};

function urlOf(value: unknown): string | null {
  if (isNode(value)) return line(value['@id']) ?? line(value['url']) ?? line(value['contentUrl']);
  return line(Array.isArray(value) ? value[0] : value);
}

function namesOf(value: unknown): string[] {
  return listOf(value)
    .slice(0, 20)
    .map((one) => (isNode(one) ? line(Array.isArray(one['name']) ? one['name'][0] : one['name']) : line(one)))
    .filter((name): name is string => name !== null && !/^https?:/i.test(name));
}

const typesOf = (node: Node): string[] =>
  listOf(node['@type']).flatMap((type) => (typeof type === 'string' ? [type.replace(/^.*[/#]/, '')] : []));

/** A node as an article; null when it is none by its type, or says neither headline nor date. */
export function articleOf(node: Node): LinkedArticle | null {
  if (!typesOf(node).some((type) => articleTypes.test(type))) return null;
  const headline = line(node['headline']) ?? line(node['name']);
  const publishedAt = line(node['datePublished']) ?? line(node['dateCreated']) ?? line(node['uploadDate']);
  if (headline === null && publishedAt === null) return null;
  const section =
    listOf(node['articleSection'])
      .map(line)
      .find((text) => text !== null) ?? null;
  return {
    url:
      urlOf(node['url']) ??
      urlOf(node['mainEntityOfPage']) ??
      (/^https?:/i.test(line(node['@id']) ?? '') ? line(node['@id']) : null),
    headline,
    description: line(node['description']) ?? line(node['abstract']),
    publishedAt,
    updatedAt: line(node['dateModified']),
    images: [...listOf(node['image']), ...listOf(node['thumbnailUrl'])]
      .slice(0, 20)
      .map((image) => (isNode(image) ? (line(image['url']) ?? line(image['contentUrl'])) : line(image)))
      .filter((url): url is string => url !== null),
    authors: namesOf(node['author'] ?? node['creator']),
    section,
    body: typeof node['articleBody'] === 'string' && node['articleBody'].trim() !== '' ? node['articleBody'] : null,
    keywords: listOf(node['keywords'])
      .flatMap((value) => (typeof value === 'string' ? value.split(',', 30) : []))
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  };
}

/** The articles that a page lists (ItemList, blog, collection, or one node each), unique by address, in order; at most 1,000. */
export function listedArticles(nodes: Node[]): LinkedArticle[] {
  const found = new Map<string, LinkedArticle>();
  const add = (article: LinkedArticle | null) => {
    if (article?.url && found.size < 1_000 && (found.get(article.url)?.publishedAt ?? null) === null) {
      const known = found.get(article.url);
      found.set(
        article.url,
        known === undefined ? article : { ...known, ...article, headline: article.headline ?? known.headline },
      );
    }
  };
  for (const node of nodes) {
    if (typesOf(node).includes('ListItem')) {
      const url = urlOf(node['url']) ?? urlOf(node['item']);
      const inner = isNode(node['item']) ? articleOf(node['item']) : null;
      const headline = line(node['name']);
      if (inner !== null) add({ ...inner, url: inner.url ?? url });
      // Breadcrumbs are lists of items, too: of them only those with a headline's length are articles.
      else if (url !== null && headline !== null && headline.split(' ').length >= 4)
        add({
          url,
          headline,
          description: null,
          publishedAt: null,
          updatedAt: null,
          images: [],
          authors: [],
          section: null,
          body: null,
          keywords: [],
        });
    } else add(articleOf(node));
  }
  return [...found.values()];
}
