// An OPML list of feeds (1.0-2.0, http://opml.org/spec2.opml) → its subscriptions, flat, each with its folders.
import { Tokenizer } from 'htmlparser2';
import { decodeBytes } from './decode.ts';
import { decodeEntities } from './kinds/entities.ts';

export type Subscription = {
  title: string | null;
  /** As written, trimmed; never empty, not checked to be an address. */
  xmlUrl: string;
  htmlUrl: string | null;
  /** Outermost first. */
  folders: string[];
};

/** `isCut`: there were more subscriptions than are read. */
/** A site that the list names without a feed. */
export type ListedSite = { title: string | null; htmlUrl: string };

export type Opml = { title: string | null; subscriptions: Subscription[]; sites: ListedSite[]; isCut: boolean };

// Rows and depth read: beyond lies no list a person keeps.
const MAX_SUBSCRIPTIONS = 20_000;
const MAX_DEPTH = 64;

/**
 * Reads OPML from text or bytes, in document order. Any outline with an `xmlUrl` is a subscription whatever its `type`; damage is
 * stepped over; never throws: what is no OPML has no subscriptions. Linear.
 */
export function parseOpml(input: string | Uint8Array): Opml {
  const source = typeof input === 'string' ? input : decodeBytes(input, {}).text;
  const subscriptions: Subscription[] = [];
  const sites: ListedSite[] = [];
  const folders: (string | null)[] = [];
  let depth = 0;
  let title: string | null = null;
  let tag = '';
  let name = '';
  let attributes = new Map<string, string>();
  let titleStart = -1;
  let isHead = false;
  let isCut = false;

  const outline = (isEmpty: boolean): void => {
    const said = (key: string): string | null => attributes.get(key)?.replace(/\s+/g, ' ').trim() || null;
    const label = said('text') ?? said('title');
    const xmlUrl = said('xmlurl');
    const site = said('htmlurl');
    if (xmlUrl === null && site !== null && sites.length < MAX_SUBSCRIPTIONS)
      sites.push({ title: said('title') ?? label, htmlUrl: site });
    if (xmlUrl !== null && subscriptions.length >= MAX_SUBSCRIPTIONS) isCut = true;
    else if (xmlUrl !== null) {
      subscriptions.push({
        title: said('title') ?? label,
        xmlUrl,
        htmlUrl: said('htmlurl'),
        folders: folders.filter((folder) => folder !== null),
      });
    }
    if (isEmpty) return;
    depth++;
    // a feed may hold outlines of its own; it is no folder
    if (depth <= MAX_DEPTH) folders.push(xmlUrl === null ? label : null);
  };
  const nothing = (): void => {};
  const tokenizer = new Tokenizer(
    { xmlMode: true, decodeEntities: false },
    {
      onopentagname(start, end) {
        const raw = source.slice(start, Math.min(end, start + 60)).toLowerCase();
        tag = raw.slice(raw.indexOf(':') + 1);
        if (attributes.size > 0) attributes = new Map();
      },
      onattribname(start, end) {
        name = tag === 'outline' ? source.slice(start, Math.min(end, start + 60)).toLowerCase() : '';
      },
      onattribdata(start, end) {
        if ((name === 'text' || name === 'title' || name === 'xmlurl' || name === 'htmlurl') && !attributes.has(name))
          attributes.set(name, decodeEntities(source.slice(start, Math.min(end, start + 4_000))));
      },
      onopentagend(end) {
        if (tag === 'outline') outline(false);
        else if (tag === 'head') isHead = true;
        else if (tag === 'body') isHead = false;
        else if (tag === 'title' && isHead && title === null) titleStart = end + 1;
      },
      onselfclosingtag() {
        if (tag === 'outline') outline(true);
      },
      onclosetag(start, end) {
        const raw = source.slice(start, Math.min(end, start + 60)).toLowerCase();
        if (raw === 'outline') {
          if (depth > 0) depth--;
          if (folders.length > depth) folders.length = depth;
        } else if (titleStart >= 0) {
          title = titleText(source.slice(titleStart, start - 2));
          titleStart = -1;
        }
      },
      onattribend: nothing,
      onattribentity: nothing,
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onprocessinginstruction: nothing,
      ontext: nothing,
      ontextentity: nothing,
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  return { title, subscriptions, sites, isCut };
}

function titleText(raw: string): string | null {
  const text = raw.startsWith('<![CDATA[') ? raw.slice(9, raw.endsWith(']]>') ? -3 : undefined) : decodeEntities(raw);
  return text.replace(/\s+/g, ' ').trim() || null;
}
