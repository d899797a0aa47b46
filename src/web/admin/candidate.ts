// What a look at a site found → plain JSON that a row of work keeps, and back; and the looks themselves, which store nothing else.
import { TinError } from '../../errors.ts';
import { type Candidate, discover, type Discovery } from '../../source/discover.ts';
import { readSourceAt } from '../../source/read.ts';
import type { SourceRules } from '../../source/rules.ts';
import type { Way } from '../../source/turn.ts';
import type { Beat } from './work.ts';

/** What robots.txt says of a candidate's address. */
export type KeptRobots = { isAllowed: boolean; isExplicit: boolean; reason: string; crawlDelaySeconds: number | null };

/** A preview without its keys; dates as ISO text, as everything here went through JSON. */
export type KeptPreview = {
  rules: SourceRules;
  format: string;
  version: string;
  title: string | null;
  homeUrl: string | null;
  heading: string | null;
  count: number;
  rows: { title: string | null; url: string | null; publishedAt: string | null; summary: string | null }[];
  newestAt: string | null;
  fill: { field: string; rate: number }[];
  warnings: { code: string; message: string; item?: number }[];
};

/** A source that could be added. `movedTo`: the address that it answers from for good. */
export type KeptCandidate = {
  kind: string;
  url: string;
  title: string | null;
  by: Candidate['by'];
  movedTo: string | null;
  twin: Candidate['twin'];
  robots: KeptRobots | null;
  preview: KeptPreview | null;
};

/** The result of a look. */
export type Look = {
  siteUrl: string;
  title: string | null;
  candidates: KeptCandidate[];
  notes: Discovery['notes'];
  requests: number;
};

/** An address as a person types it → what to try, in order: `https` before `http` where none is said. Empty for what is no address. */
export function addressesOf(typed: string): string[] {
  const text = typed.trim();
  const tries = /^https?:\/\//i.test(text)
    ? [text]
    : /^[a-z][\w+.-]*:\/\//i.test(text)
      ? []
      : [`https://${text}`, `http://${text}`];
  return tries.flatMap((one) => {
    const url = text === '' || /\s/.test(text) || text.length > 2_000 ? null : URL.parse(one);
    return url === null || url.username !== '' || url.password !== '' ? [] : [url.href];
  });
}

/** What robots.txt says of an address, asked at most once a day for its site; null where the address is refused anyway. */
export async function robotsOf(way: Way, url: string): Promise<KeptRobots | null> {
  try {
    const { isAllowed, isExplicit, reason, crawlDelaySeconds } = await way.http.robots.check(url, way.signal);
    return { isAllowed, isExplicit, reason, crawlDelaySeconds };
  } catch (error) {
    if (!(error instanceof TinError)) throw error;
    return null;
  }
}

async function keep(way: Way, one: Omit<Candidate, 'preview'> & { preview: object | null; movedTo: string | null }) {
  // Kept once an origin, so this asks nothing anew.
  return { ...one, robots: one.preview === null ? null : await robotsOf(way, one.url) };
}

/** The first address whose site answers at all, by its robots.txt, which is asked for anyway; the last one where none does. */
export async function answering(way: Way, addresses: readonly string[]): Promise<string> {
  for (const address of addresses) {
    const robots = await robotsOf(way, address);
    if (robots !== null && robots.reason !== 'unreachable') return address;
  }
  return addresses.at(-1) ?? '';
}

/** Looks for sources at the first address that answers; at most 14 requests, told to `beat`. */
export async function lookForSources(way: Way, addresses: readonly string[], beat: Beat): Promise<{ result: unknown }> {
  const found = await discover(way, await answering(way, addresses), {
    onStep: (url, count) => beat({ step: url, done: count, total: Math.max(14, count) }),
  });
  const candidates = [];
  for (const one of found.candidates) candidates.push(await keep(way, { ...one, movedTo: null }));
  return { result: { ...found, candidates } };
}

/** Reads the first address that answers as a source of the kind asked for (null: whatever it is). Throws what reading throws. */
export async function lookAtOne(
  way: Way,
  wanted: { addresses: readonly string[]; kind: string | null },
  beat: Beat,
): Promise<{ result: unknown }> {
  const address = await answering(way, wanted.addresses);
  beat({ step: address, done: 1, total: 1 });
  const read = await readSourceAt(way, { url: address, kind: wanted.kind });
  const { url, finalUrl, isMoved, twin, ...preview } = read;
  const candidate = await keep(way, {
    kind: read.kind,
    url,
    title: read.title,
    by: 'given',
    twin,
    preview,
    movedTo: isMoved ? finalUrl : null,
  });
  return { result: { siteUrl: url, title: read.title, candidates: [candidate], notes: [], requests: 1 } };
}
