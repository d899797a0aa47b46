// The text of a robots.txt → the rules that bind us, and the answer for one path. Pure; follows RFC 9309.

type Rule = { isAllow: boolean; length: number; parts: string[]; isAnchored: boolean };
type Group = { rules: Rule[]; crawlDelaySeconds: number | null };

/** What a robots.txt says to one robot. */
export type RobotsRules = {
  /** The groups that name us, merged; null when none does. */
  named: Group | null;
  /** The groups for everybody (`*`), merged. */
  everybody: Group;
  /** Absolute http(s) addresses, at most 100. */
  sitemaps: string[];
};

const maxRules = 5_000;
const maxPattern = 2_048;
const maxSitemaps = 100;

// Both sides of a comparison in one spelling: percent-encoded as URLs are, hexadecimal digits in capitals (RFC 9309 §2.2.2).
function normalise(path: string): string {
  const encoded = path.replace(/[^\x21-\x7e]+/g, (run) => encodeURIComponent(run.toWellFormed()));
  return encoded.replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
}

function toRule(isAllow: boolean, pattern: string): Rule | null {
  if (pattern === '' || pattern.length > maxPattern) return null;
  const text = normalise(pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`);
  const isAnchored = text.endsWith('$');
  return { isAllow, length: text.length, parts: (isAnchored ? text.slice(0, -1) : text).split(/\*+/), isAnchored };
}

// Greedy from left to right is right for patterns of `*`, and linear for each part.
function matches(rule: Rule, path: string): boolean {
  const [first = '', ...rest] = rule.parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = rule.isAnchored ? rest.pop() : undefined;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (!rule.isAnchored) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}

/**
 * Reads a robots.txt for the robot whose product token is `token` (lower case). Unknown lines are skipped; rules of other robots are not
 * kept, so a file of many names and many rules costs no more than its length. At most 5,000 rules a group are kept.
 */
export function readRobots(text: string, token: string): RobotsRules {
  const named: Group = { rules: [], crawlDelaySeconds: null };
  const everybody: Group = { rules: [], crawlDelaySeconds: null };
  const sitemaps: string[] = [];
  let isNamed = false;
  // A set: a file may name us a thousand times over.
  let current = new Set<Group>();
  let isNaming = false;
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const field = line.slice(0, colon).trim().toLowerCase();
    // "#" begins a comment (RFC 9309 §2.2.4); an address of a sitemap has none either.
    const value = (line.slice(colon + 1).split('#', 1)[0] ?? '').trim();
    if (field === 'user-agent') {
      if (!isNaming) current = new Set();
      isNaming = true;
      const product = /^[a-z_-]+/i.exec(value)?.[0].toLowerCase();
      if (value.startsWith('*')) current.add(everybody);
      else if (product === token) {
        isNamed = true;
        current.add(named);
      }
    } else if (field === 'allow' || field === 'disallow') {
      isNaming = false;
      if (current.size === 0) continue;
      const rule = toRule(field === 'allow', value);
      if (rule !== null) for (const group of current) if (group.rules.length < maxRules) group.rules.push(rule);
    } else if (field === 'crawl-delay') {
      isNaming = false;
      const seconds = /^\d{1,6}(?:\.\d{1,6})?$/.test(value) ? Number(value) : null;
      if (seconds !== null) for (const group of current) group.crawlDelaySeconds = seconds;
    } else if (
      field === 'sitemap' &&
      sitemaps.length < maxSitemaps &&
      /^https?:\/\//i.test(value) &&
      URL.canParse(value)
    )
      sitemaps.push(new URL(value).href);
  }
  return { named: isNamed ? named : null, everybody, sitemaps };
}

/** Whether `path` (path and query of a URL) may be read: the longest matching rule decides, and of two as long the allowing one. */
export function isPathAllowed(rules: RobotsRules, path: string): boolean {
  const wanted = normalise(path.slice(0, maxPattern * 2));
  let best: Rule | null = null;
  for (const rule of (rules.named ?? rules.everybody).rules) {
    if (best !== null && (rule.length < best.length || (rule.length === best.length && best.isAllow))) continue;
    if (matches(rule, wanted)) best = rule;
  }
  return best?.isAllow ?? true;
}

/** Seconds between requests that the site asks of us; null when it asks nothing. */
export function crawlDelayOf(rules: RobotsRules): number | null {
  return (rules.named ?? rules.everybody).crawlDelaySeconds;
}
