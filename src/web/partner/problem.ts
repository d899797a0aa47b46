// What went wrong with a request of the API → problem+json with a stable code (RFC 9457).
import { dataSecurity, secured } from '../headers.ts';

const problems = {
  invalid: { status: 400, title: 'The request is not as it should be' },
  'key-missing': { status: 401, title: 'A key is needed' },
  'key-unknown': { status: 401, title: 'This key is unknown, has expired or was revoked' },
  'not-in-product': { status: 403, title: 'The products of this partner do not include this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  method: { status: 405, title: 'This method is not possible here' },
  gone: { status: 410, title: 'The story was taken back: remove it wherever it stands' },
  'too-large': { status: 413, title: 'The request is too long' },
  'media-type': { status: 415, title: 'The body must be application/json' },
  'rate-limited': { status: 429, title: 'The quota is used up' },
  error: { status: 500, title: 'Something failed on our side' },
  away: { status: 503, title: 'The news store is away for the moment' },
} as const;

/** A stable name of what went wrong; part of the problem's `type`. */
export type ProblemCode = keyof typeof problems;

/** Every code with its status and title. */
export const problemList: readonly { code: ProblemCode; status: number; title: string }[] = Object.entries(
  problems,
).map(([code, { status, title }]) => ({ code: code as ProblemCode, status, title }));

/** The status of a problem. */
export function statusOf(code: ProblemCode): number {
  return problems[code].status;
}

/** One field of a request that is wrong. */
export type FieldProblem = { field: string; problem: string };

/** The answer for a problem. `detail` says what to do about this one; `fields` which parts of the request are meant. */
export function problemAnswer(
  publicUrl: string,
  code: ProblemCode,
  more: { detail?: string; fields?: FieldProblem[]; headers?: readonly (readonly [string, string])[] } = {},
): Response {
  const { status, title } = problems[code];
  const body = {
    type: `${publicUrl}/api/v1/problems#${code}`,
    title,
    status,
    code,
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.fields === undefined || more.fields.length === 0 ? {} : { fields: more.fields }),
  };
  const headers = secured(dataSecurity, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  if (status === 401) headers.set('WWW-Authenticate', 'Bearer realm="tin-tinh"');
  if (status === 503) headers.set('Retry-After', '5');
  for (const [name, value] of more.headers ?? []) headers.set(name, value);
  return new Response(JSON.stringify(body), { status, headers });
}
