// OIDC_* of the environment → an OpenID Connect provider and what its words mean here; checked as a part of config.ts.
import { z } from 'zod';

/** An OpenID Connect provider, and what its words mean here. */
export type OidcConfig = {
  /** Its issuer address, without a slash at the end unless it has one itself. */
  issuer: string;
  clientId: string;
  /** Null = a public client, proven by PKCE alone. */
  clientSecret: string | null;
  /** What the button says. */
  name: string;
  /** The claim that holds groups or roles; a dot leads into an object. */
  claim: string;
  /** A word of that claim (`*` = everybody) → a role of the console. */
  roles: { word: string; role: 'admin' | 'editor' | 'moderator' | 'viewer' }[];
};

// Tokens come over this way: only this very machine may be asked without encryption.
const issuer = z
  .string()
  .refine(
    (text) => isPlain(text) && /^https:|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(text),
    'is not a plain https address',
  );

const roleNames = ['admin', 'editor', 'moderator', 'viewer'] as const;
const oidcRoles = z.string().transform((text, ctx) => {
  const pairs: OidcConfig['roles'] = [];
  for (const part of text.split(',').filter((word) => word.trim() !== '')) {
    const [name = '', ...rest] = part.trim().split('=');
    const role = roleNames.find((one) => one === name.trim());
    const word = rest.join('=').trim();
    if (role === undefined || word === '')
      ctx.addIssue({ code: 'custom', message: `holds "${part.trim()}", which is no role=group` });
    else pairs.push({ word, role });
  }
  return pairs;
});

function isPlain(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}

/** What to do about each variable that is wrong. */
export const oidcRemedies = {
  OIDC_ISSUER:
    'give the https address that the service calls its issuer, for example OIDC_ISSUER=https://id.example.vn/realms/toa-soan',
  OIDC_CLIENT_ID: 'give the name under which the service knows this site',
  OIDC_CLIENT_SECRET: 'give the secret that the service made for this site, or nothing for a public client',
  OIDC_NAME: 'give up to 40 characters, for example OIDC_NAME=Tài khoản toà soạn',
  OIDC_CLAIM: 'give the name of a claim, for example OIDC_CLAIM=groups or OIDC_CLAIM=realm_access.roles',
  OIDC_ROLES: 'give role=group pairs parted by commas, for example OIDC_ROLES=admin=quan-tri,editor=bien-tap,viewer=*',
};

/** How each variable is read. */
export const oidcVariables = {
  OIDC_ISSUER: issuer.nullable().default(null),
  OIDC_CLIENT_ID: z.string().max(300, 'is too long').nullable().default(null),
  OIDC_CLIENT_SECRET: z.string().max(1_000, 'is too long').nullable().default(null),
  OIDC_NAME: z.string().max(40, 'is too long').default('SSO'),
  OIDC_CLAIM: z
    .string()
    .regex(/^[\w:/.-]{1,200}$/, 'is no name of a claim')
    .default('groups'),
  OIDC_ROLES: oidcRoles.default([]),
};

type Read = z.infer<z.ZodObject<typeof oidcVariables>>;

/** The provider; null where none is set up. */
export function toOidc(set: Read): OidcConfig | null {
  if (set.OIDC_ISSUER === null) return null;
  return {
    issuer: set.OIDC_ISSUER,
    clientId: set.OIDC_CLIENT_ID ?? '',
    clientSecret: set.OIDC_CLIENT_SECRET,
    name: set.OIDC_NAME,
    claim: set.OIDC_CLAIM,
    roles: set.OIDC_ROLES,
  };
}

/** What is missing of a provider that was half set up. */
export function missingOidc(set: Read): { path: string[]; message: string }[] {
  const needed = {
    OIDC_ISSUER: set.OIDC_ISSUER,
    OIDC_CLIENT_ID: set.OIDC_CLIENT_ID,
    OIDC_ROLES: set.OIDC_ROLES[0] ?? null,
  };
  const missing = Object.entries(needed).filter(([, value]) => value === null);
  return missing.length === 0 || missing.length === 3
    ? []
    : missing.map(([name]) => ({ path: [name], message: 'is needed beside the other OIDC settings' }));
}
