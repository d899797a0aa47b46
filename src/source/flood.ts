// Articles that look new, and what the publisher is known to have published → news, known articles under other names, or doubt. Pure.

/** An article of the document that no key names. */
export type FreshItem = {
  title: string;
  summary: string;
  url: string | null;
  publishedAt: Date;
  isDateGuess: boolean;
};

/** A stored article of the same publisher that shares headline, summary or path with a fresh one. */
export type Twin = {
  entryId: number;
  seenAt: Date;
  title: string;
  summary: string;
  url: string | null;
  publishedAt: Date;
};

/**
 * `pass`: news. `remap`: the source changed its names; `pairs` says which fresh article (by index) is which stored one. `hold`: too like to
 * be news, too unlike to be sure; `pairs` are the likely ones.
 */
export type FloodVerdict = {
  verdict: 'pass' | 'remap' | 'hold';
  strong: number;
  weak: number;
  pairs: { fresh: number; twin: Twin }[];
};

/** Under so many new articles a poll is no flood, unless they are most of a short document. */
const many = 5;
const few = 3;
const enoughText = 80;
const sameInstantMs = 60_000;

/** True when so many articles are new that it is worth a question to the store. */
export function maybeFlood(fresh: number, items: number): boolean {
  return fresh >= many || (fresh >= few && fresh * 2 >= items);
}

/** Path and query of an address, which a move to another host or scheme leaves alone; null when they name no article. */
export function pathOf(url: string | null): string | null {
  const found = /^https?:\/\/[^/?#]+(\/[^#]*)/i.exec(url ?? '');
  const path = found?.[1] ?? '';
  return path.length >= 8 && /\d{3}|-.*-/.test(path) ? path : null;
}

type Strength = 'strong' | 'weak' | null;

function compare(fresh: FreshItem, twin: Twin): Strength {
  const isSameTitle = fresh.title === twin.title;
  const isSamePath = pathOf(fresh.url) !== null && pathOf(fresh.url) === pathOf(twin.url);
  const isSameInstant =
    !fresh.isDateGuess && Math.abs(fresh.publishedAt.getTime() - twin.publishedAt.getTime()) < sameInstantMs;
  const hasText = fresh.summary.length >= enoughText && twin.summary.length >= enoughText;
  const isSameText = hasText && fresh.summary === twin.summary;
  if (isSameText && (isSameTitle || isSamePath || isSameInstant)) return 'strong';
  if (isSamePath && (isSameTitle || isSameInstant)) return 'strong';
  // Columns carry one headline every day; their text, numbers and all, is another: that is news.
  if (hasText && !isSameText) return isSamePath || (isSameTitle && isSameInstant) ? 'weak' : null;
  if (isSameTitle && isSameInstant) return 'strong';
  return isSameTitle || isSamePath ? 'weak' : null;
}

/**
 * Judges a poll of `items` articles of which `fresh` are new by name. `twins` are stored articles that resemble them, without those that
 * the same document still lists under a known name. A stored article answers for one fresh one at most, and a headline that several
 * stored articles carry (a column) proves nothing by itself.
 */
export function judgeFlood(fresh: readonly FreshItem[], twins: readonly Twin[], items: number): FloodVerdict {
  const pass: FloodVerdict = { verdict: 'pass', strong: 0, weak: 0, pairs: [] };
  if (!maybeFlood(fresh.length, items) || twins.length === 0) return pass;
  const titles = new Map<string, number>();
  for (const twin of twins) titles.set(twin.title, (titles.get(twin.title) ?? 0) + 1);
  const byName = new Map<string, Twin[]>();
  const file = (name: string, twin: Twin) => byName.set(name, [...(byName.get(name) ?? []), twin].slice(-20));
  for (const twin of twins) {
    file(`t${twin.title}`, twin);
    if (twin.summary.length >= enoughText) file(`s${twin.summary}`, twin);
    const path = pathOf(twin.url);
    if (path !== null) file(`p${path}`, twin);
  }
  const pairs: { fresh: number; twin: Twin; strength: 'strong' | 'weak' }[] = [];
  const used = new Set<number>();
  for (const wanted of ['strong', 'weak'] as const)
    fresh.forEach((item, index) => {
      if (pairs.some((pair) => pair.fresh === index)) return;
      const names = [`s${item.summary}`, `p${pathOf(item.url) ?? ''}`, `t${item.title}`];
      const twin = names
        .flatMap((name) => byName.get(name) ?? [])
        .find((one) => {
          if (used.has(one.entryId) || compare(item, one) !== wanted) return false;
          return wanted === 'strong' || (titles.get(one.title) ?? 0) < 2;
        });
      if (twin === undefined) return;
      used.add(twin.entryId);
      pairs.push({ fresh: index, twin, strength: wanted });
    });
  const strong = pairs.filter((pair) => pair.strength === 'strong').length;
  const weak = pairs.length - strong;
  const found = { strong, weak, pairs: pairs.map(({ fresh: index, twin }) => ({ fresh: index, twin })) };
  if (strong * 2 >= fresh.length) return { verdict: 'remap', ...found };
  return pairs.length * 2 >= fresh.length ? { verdict: 'hold', ...found } : { ...pass, strong, weak };
}
