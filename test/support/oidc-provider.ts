// A wish → a small OpenID Connect provider on loopback, strict about what it is asked, and able to answer wrongly on purpose.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { afterFile } from './cleanup.ts';

/** What the provider says next. `twist`: one thing it gets wrong. */
export type ProviderMood = {
  claims: Record<string, unknown>;
  /** Claims told by userinfo alone. */
  atUserinfo?: Record<string, unknown>;
  twist?: 'nonce' | 'signature' | 'audience' | 'expired' | 'denied';
};

/** A running provider; `mood` may be changed between two sign-ins. `tokenRequests` counts code exchanges that were granted. */
export type Provider = { issuer: string; authority: string; mood: ProviderMood; tokenRequests: number };

export const client = { id: 'tin-tinh', secret: 'mật khẩu của máy' };

const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(claims: Record<string, unknown>, key: typeof own): string {
  const head = `${encode({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${encode(claims)}`;
  return `${head}.${createSign('sha256').update(head).sign(key.privateKey).toString('base64url')}`;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

/** Starts a provider under a host name of loopback; ended with the file. */
export async function startProvider(mood: ProviderMood, hostName = '127.0.0.1'): Promise<Provider> {
  const codes = new Map<string, { challenge: string; nonce: string; redirect: string }>();
  const provider: Provider = { issuer: '', authority: '', mood, tokenRequests: 0 };

  function tokens(nonce: string) {
    const { claims, twist } = provider.mood;
    const now = Math.floor(Date.now() / 1_000);
    const idToken = {
      iss: provider.issuer,
      aud: twist === 'audience' ? 'somebody-else' : client.id,
      iat: twist === 'expired' ? now - 7_200 : now,
      exp: twist === 'expired' ? now - 3_600 : now + 300,
      nonce: twist === 'nonce' ? 'another' : nonce,
      ...claims,
    };
    return {
      access_token: randomBytes(20).toString('hex'),
      token_type: 'Bearer',
      id_token: sign(idToken, twist === 'signature' ? foreign : own),
    };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', provider.issuer);
      const json = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      switch (url.pathname) {
        case '/.well-known/openid-configuration':
          return json(200, {
            issuer: provider.issuer,
            authorization_endpoint: `${provider.issuer}/authorize`,
            token_endpoint: `${provider.issuer}/token`,
            userinfo_endpoint: `${provider.issuer}/userinfo`,
            jwks_uri: `${provider.issuer}/jwks`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
            code_challenge_methods_supported: ['S256'],
          });
        case '/jwks':
          return json(200, {
            keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }],
          });
        case '/userinfo':
          return json(200, { sub: provider.mood.claims['sub'], ...provider.mood.atUserinfo });
        case '/authorize': {
          const asked = (name: string) => url.searchParams.get(name) ?? '';
          const back = new URL(asked('redirect_uri'));
          back.searchParams.set('state', asked('state'));
          const code = randomBytes(16).toString('hex');
          if (asked('code_challenge_method') !== 'S256' || asked('nonce') === '')
            return json(400, { error: 'invalid' });
          if (provider.mood.twist === 'denied') back.searchParams.set('error', 'access_denied');
          else back.searchParams.set('code', code);
          codes.set(code, {
            challenge: asked('code_challenge'),
            nonce: asked('nonce'),
            redirect: asked('redirect_uri'),
          });
          return response.writeHead(302, { location: back.href }).end();
        }
        case '/token': {
          const form = await bodyOf(request);
          const known = codes.get(form.get('code') ?? '');
          codes.delete(form.get('code') ?? '');
          const challenge = createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url');
          const isProven = known?.challenge === challenge && known.redirect === form.get('redirect_uri');
          const isClient = form.get('client_id') === client.id && form.get('client_secret') === client.secret;
          if (known === undefined || !isProven || !isClient) return json(400, { error: 'invalid_grant' });
          provider.tokenRequests += 1;
          return json(200, tokens(known.nonce));
        }
        default:
          return json(404, {});
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterFile(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  provider.authority = `${hostName}:${typeof address === 'object' && address !== null ? address.port : 0}`;
  provider.issuer = `http://${provider.authority}`;
  return provider;
}
