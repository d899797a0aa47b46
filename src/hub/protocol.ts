// WebSub's messages ↔ their checked meaning (W3C Recommendation of 23 January 2018): what our hub may be asked, what callbacks are
// asked, what foreign hubs are told.
import { randomBytes } from 'node:crypto';

/** A request to our hub that is well-formed; whether its topic exists is not said. */
export type HubRequest = {
  mode: 'subscribe' | 'unsubscribe';
  /** As it was given: it is repeated to the callback letter for letter. */
  topic: string;
  /** Absolute http(s) URL without fragment; its query is as it was given. */
  callback: string;
  /** Less than 200 bytes; null when none was given. */
  secret: string | null;
  /** Granted, within our bounds. */
  leaseSeconds: number;
};

/** Why a request cannot be accepted, in words for the developer of the client. */
export type Refusal = { refused: string };

const day = 86_400;

/** Leases of our hub in seconds: what is granted unasked (§5.1 leaves it to us; 10 days is the usual advice), and the bounds. */
export const lease = { usual: 10 * day, shortest: 300, longest: 30 * day };

/** Leases we take from foreign hubs: asked for, and believed at most: beyond a fortnight hubs were seen to forget. */
export const ownLease = { asked: 10 * day, shortest: 300, longest: 14 * day };

const longestUrl = 2_000;
const longestSecret = 199;

function readLease(text: string | null): number | null {
  if (text === null || text.trim() === '') return lease.usual;
  if (!/^\d{1,15}$/.test(text.trim()) || Number(text) === 0) return null;
  return Math.min(Math.max(Number(text), lease.shortest), lease.longest);
}

function readCallback(text: string): URL | null {
  if (text.length > longestUrl || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  url.hash = '';
  return url;
}

/**
 * Checks the form of a request to our hub (§5.1). Parameters we do not know are ignored, an empty lease or secret counts as absent;
 * of a repeated parameter the first counts.
 */
export function readHubRequest(form: URLSearchParams): HubRequest | Refusal {
  const mode = form.get('hub.mode');
  if (mode === 'publish')
    return { refused: 'this hub serves the feeds of this site only and knows by itself when they change' };
  if (mode !== 'subscribe' && mode !== 'unsubscribe')
    return { refused: 'hub.mode must be "subscribe" or "unsubscribe"' };
  const topic = form.get('hub.topic') ?? '';
  if (topic === '' || topic.length > longestUrl) return { refused: 'hub.topic must be the URL of a feed of this site' };
  const callback = readCallback(form.get('hub.callback') ?? '');
  if (callback === null)
    return {
      refused: `hub.callback must be an http or https URL without user name, of at most ${longestUrl} characters`,
    };
  const secret = form.get('hub.secret') ?? '';
  if (Buffer.byteLength(secret) > longestSecret) return { refused: 'hub.secret must be less than 200 bytes long' };
  // Of no meaning when leaving (§5.1).
  const leaseSeconds = mode === 'unsubscribe' ? lease.usual : readLease(form.get('hub.lease_seconds'));
  if (leaseSeconds === null) return { refused: 'hub.lease_seconds must be a positive whole number' };
  return { mode, topic, callback: callback.href, secret: secret === '' ? null : secret, leaseSeconds };
}

/**
 * The path within our site that a topic names, with percent-encoded letters decoded (§5.1.1); null when it lies elsewhere or carries
 * a query: a topic is the canonical address of a feed and nothing else.
 */
export function topicPath(topic: string, publicUrl: string): string | null {
  if (!URL.canParse(topic)) return null;
  const url = new URL(topic);
  const site = new URL(publicUrl);
  if (url.origin !== site.origin || url.search !== '' || url.username !== '' || url.password !== '') return null;
  const base = site.pathname.replace(/\/$/, '');
  if (!url.pathname.startsWith(`${base}/`)) return null;
  try {
    return decodeURIComponent(url.pathname.slice(base.length));
  } catch {
    return null;
  }
}

// Where the documents of each format live and what they are; the site says the same, as a test makes sure.
const topics: Record<string, { prefix: string; ending: string; type: string }> = {
  rss: { prefix: '', ending: 'rss', type: 'application/rss+xml' },
  atom: { prefix: '', ending: 'atom', type: 'application/atom+xml' },
  json: { prefix: '', ending: 'json', type: 'application/feed+json' },
  partner: { prefix: 'doi-tac/', ending: 'atom', type: 'application/atom+xml' },
  google: { prefix: 'google/', ending: 'rss', type: 'application/rss+xml' },
  msn: { prefix: 'msn/', ending: 'rss', type: 'application/rss+xml' },
};

/** Canonical address of a topic: that of an edition's document in one format. */
export function topicUrl(publicUrl: string, path: string, format: string): string {
  const { prefix, ending } = topics[format] ?? { prefix: '', ending: format };
  return `${publicUrl}/feeds/${prefix}${path}.${ending}`;
}

/** The Content-Type of a topic, as the site serves it. */
export function topicType(format: string): string {
  return `${topics[format]?.type ?? 'application/xml'}; charset=utf-8`;
}

/** Address of our hub. */
export function hubUrl(publicUrl: string): string {
  return `${publicUrl}/hub`;
}

/** The Link header of a topic and of what is distributed of it (§4, §7). */
export function linkHeader(self: string, hub: string): string {
  return `<${self}>; rel="self", <${hub}>; rel="hub"`;
}

/** A callback with parameters joined to its own, which stay as they are (§5.1.1). */
export function withParameters(callback: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters).toString();
  return `${callback}${callback.includes('?') ? '&' : '?'}${query}`;
}

/** A random string that is used once: 256 bits, safe in URLs. Challenges, tokens of callbacks and secrets are made of it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

const inwardName = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|test|invalid|example|onion|arpa)$/;

/**
 * Whether callbacks under our address make sense: https, and a name that the world can know. Numbers are not: an address without a name
 * has no certificate worth the name.
 */
export function isReachable(publicUrl: string): boolean {
  const url = new URL(publicUrl);
  const { hostname } = url;
  return (
    url.protocol === 'https:' && hostname.includes('.') && !/^[\d.]+$|^\[/.test(hostname) && !inwardName.test(hostname)
  );
}

/** The form we send to a foreign hub. */
export function hubForm(wanted: {
  mode: 'subscribe' | 'unsubscribe';
  topic: string;
  callback: string;
  secret: string;
}): string {
  const form: Record<string, string> = {
    'hub.mode': wanted.mode,
    'hub.topic': wanted.topic,
    'hub.callback': wanted.callback,
  };
  if (wanted.mode === 'subscribe') {
    form['hub.secret'] = wanted.secret;
    form['hub.lease_seconds'] = String(ownLease.asked);
  }
  return new URLSearchParams(form).toString();
}

/** What a foreign hub asks of, or tells, one of our callbacks by GET (§5.2, §5.3). */
export type HubQuestion =
  | { mode: 'subscribe'; topic: string; challenge: string; leaseSeconds: number }
  | { mode: 'unsubscribe'; topic: string; challenge: string }
  | { mode: 'denied'; topic: string; reason: string | null };

const longestChallenge = 1_000;

/** Reads a hub's question; null when it is none. A lease is clamped to what we believe. */
export function readHubQuestion(query: URLSearchParams): HubQuestion | null {
  const mode = query.get('hub.mode');
  const topic = query.get('hub.topic');
  if (topic === null) return null;
  if (mode === 'denied') return { mode, topic, reason: query.get('hub.reason')?.slice(0, 300) ?? null };
  const challenge = query.get('hub.challenge');
  if (challenge === null || challenge === '' || challenge.length > longestChallenge) return null;
  if (mode === 'unsubscribe') return { mode, topic, challenge };
  const seconds = query.get('hub.lease_seconds') ?? '';
  if (mode !== 'subscribe' || !/^\d{1,15}$/.test(seconds) || Number(seconds) === 0) return null;
  return {
    mode,
    topic,
    challenge,
    leaseSeconds: Math.min(Math.max(Number(seconds), ownLease.shortest), ownLease.longest),
  };
}
