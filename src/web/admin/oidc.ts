// An OpenID Connect provider ↔ who somebody is there: discovery, the way out, the way back with PKCE, state and nonce. All requests go by ctx.http.
import type { Configuration, CustomFetchOptions } from 'openid-client';
import type { Config } from '../../config.ts';
import type { Context } from '../../context.ts';
import { derivedToken } from './door.ts';

/** A provider as it is set up. */
export type Provider = NonNullable<Config['oidc']>;

/** What the provider vouches for. Claims are whatever it sent. */
export type Vouched = { subject: string; claims: Record<string, unknown> };

/** A provider. `ticket` is the cookie of one way out and back; state, nonce and verifier are derived from it, so nothing is kept here. */
export type Oidc = {
  /** Where to send the browser. */
  begin(ticket: string): Promise<URL>;
  /** Checks the answer that came back with the browser. Rejects for whatever is not as it should be. */
  finish(answer: URL, ticket: string): Promise<Vouched>;
};

const keptMs = 10 * 60_000;
const deadlineMs = 10_000;
const longestAnswer = 1_000_000;

function toResponse(status: number, headers: Record<string, string>, body: Buffer): Response {
  const kept = ['content-type', 'www-authenticate', 'cache-control', 'date'];
  const shown = Object.fromEntries(
    kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  const isBodiless = status === 204 || status === 205 || status === 304;
  return new Response(isBodiless ? null : new Uint8Array(body), { status, headers: shown });
}

// What the library would do by fetch, through the one guarded way out: no redirects, bounded in time and bytes.
async function ask(http: Context['http'], url: string, options: CustomFetchOptions): Promise<Response> {
  const {
    accept,
    'content-type': contentType,
    ...headers
  } = Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  if (options.method === 'GET') {
    const answer = await http.get({
      url,
      headers,
      accept: accept ?? 'application/json',
      maxHops: 0,
      maxWireBytes: longestAnswer,
      maxBytes: longestAnswer,
      ungated: true,
      deadlineMs,
      ...signal,
    });
    return toResponse(answer.status, answer.headers, answer.body);
  }
  // The requests of this flow are forms.
  if (!(options.body instanceof URLSearchParams)) throw new TypeError('a request with a body that is no form');
  const body = Buffer.from(options.body.toString());
  const type = contentType ?? 'application/x-www-form-urlencoded;charset=UTF-8';
  const answer = await http.post({ url, body, contentType: type, headers, deadlineMs, ...signal });
  return toResponse(answer.status, answer.headers, answer.body);
}

const verifierOf = (ticket: string) => derivedToken(ticket, 'oidc verifier');
const stateOf = (ticket: string) => derivedToken(ticket, 'oidc state');
const nonceOf = (ticket: string) => derivedToken(ticket, 'oidc nonce');

/** Opens a provider; the library and what the provider says of itself are loaded when first needed, and the latter again every ten minutes. */
export function openOidc(config: Provider, http: Context['http'], redirectUri: string, now: () => Date): Oidc {
  let known: { at: number; configuration: Promise<Configuration> } | null = null;

  async function discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const isPlain = config.issuer.startsWith('http:');
    return client.discovery(
      new URL(config.issuer),
      config.clientId,
      config.clientSecret === null ? undefined : config.clientSecret,
      config.clientSecret === null ? client.None() : undefined,
      {
        [client.customFetch]: (url, options) => ask(http, url, options),
        // The signature is checked although the token comes straight from the provider.
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      },
    );
  }

  function configuration(): Promise<Configuration> {
    const at = now().getTime();
    if (known !== null && at - known.at < keptMs) return known.configuration;
    const fresh = { at, configuration: discover() };
    known = fresh;
    fresh.configuration.catch(() => {
      if (known === fresh) known = null;
    });
    return fresh.configuration;
  }

  return {
    begin: async (ticket) => {
      const client = await import('openid-client');
      return client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(verifierOf(ticket)),
        code_challenge_method: 'S256',
        state: stateOf(ticket),
        nonce: nonceOf(ticket),
      });
    },
    finish: async (answer, ticket) => {
      const client = await import('openid-client');
      const provider = await configuration();
      const tokens = await client.authorizationCodeGrant(provider, answer, {
        pkceCodeVerifier: verifierOf(ticket),
        expectedState: stateOf(ticket),
        expectedNonce: nonceOf(ticket),
        idTokenExpected: true,
      });
      const claims: Record<string, unknown> = { ...tokens.claims() };
      const subject = String(claims['sub']);
      // Some providers tell groups by their userinfo alone.
      const isThin = claimAt(claims, config.claim) === undefined || claims['preferred_username'] === undefined;
      if (isThin && provider.serverMetadata().userinfo_endpoint !== undefined)
        Object.assign(claims, await client.fetchUserInfo(provider, tokens.access_token, subject));
      return { subject, claims };
    },
  };
}

/** The value of a claim: by its whole name, else along its dots. */
export function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
