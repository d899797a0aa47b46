// The rows of the API → its routes on hono: key, quota, schemas, answer with ETag, problems, and the account of what was taken.
import type { Context as Call, Hono } from 'hono';
import type { Policy } from '../../domain.ts';
import { isDatabaseAway } from '../../store/trouble.ts';
import type { Access } from '../../store/partner.ts';
import type { WebContext } from '../feeds.ts';
import { dataSecurity, secured } from '../headers.ts';
import { toRendition } from '../rendition.ts';
import { readRequestBody } from '../request-body.ts';
import { toResponse } from '../respond.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { entryRoutes } from './entry-routes.ts';
import type { Gate } from './gate.ts';
import { keyOf } from './gate.ts';
import type { Meter } from './meter.ts';
import { toOpenApi } from './openapi.ts';
import type { FieldProblem, ProblemCode } from './problem.ts';
import { problemAnswer } from './problem.ts';
import { quotaHeaders } from './quota.ts';
import type { ApiRoute } from './route.ts';
import { storyRoutes } from './story-routes.ts';

/** What the partners' routes share. */
export type PartnerParts = { ctx: WebContext; policy: () => Promise<Policy>; gate: Gate; meter: Meter };

/** All rows of the API. */
export const apiRoutes: readonly ApiRoute[] = [...storyRoutes, ...entryRoutes, ...catalogueRoutes];

const prefix = '/api/v1';
const longestBody = 400_000;
const openHeaders: [string, string][] = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Expose-Headers', 'ETag'],
];
// What an open row is asked by: nobody in particular.
const nobody: Access = {
  id: 0,
  slug: '',
  name: '',
  contact: '',
  perMinute: 0,
  perDay: 0,
  isActive: true,
  keyId: 0,
  products: [],
  takenToday: 0,
};

type Refusal = { code: ProblemCode; detail?: string; fields?: FieldProblem[] };

type Asked = { params: unknown; query: unknown; body: unknown };

async function readBody(call: Call, row: ApiRoute): Promise<{ value: unknown } | Refusal> {
  if (row.body === null) return { value: null };
  const type = (call.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { code: 'media-type' };
  const bytes = await readRequestBody(call.req.raw, longestBody);
  if (bytes === null) return { code: 'too-large', detail: `at most ${longestBody} bytes` };
  try {
    return { value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return { code: 'invalid', detail: 'the body is not JSON' };
  }
}

// Unknown parameters are ignored: people hang things on addresses.
async function readAsked(call: Call, row: ApiRoute): Promise<{ asked: Asked } | Refusal> {
  const body = await readBody(call, row);
  if ('code' in body) return body;
  const given = { params: call.req.param(), query: call.req.query(), body: body.value };
  const asked: Asked = { params: null, query: null, body: null };
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = row[part];
    if (schema === null) continue;
    const read = schema.safeParse(given[part]);
    if (!read.success)
      return {
        code: 'invalid',
        fields: read.error.issues
          .slice(0, 20)
          .map((issue) => ({ field: issue.path.join('.'), problem: issue.message })),
      };
    asked[part] = read.data;
  }
  return { asked };
}

function toJson(
  call: Call,
  body: unknown,
  isOpen: boolean,
  more: readonly (readonly [string, string])[],
): Promise<Response> {
  const rendition = toRendition({
    body: Buffer.from(JSON.stringify(body)),
    contentType: 'application/json; charset=utf-8',
    // What a key opens is nobody else's: no cache but the asker's own may keep it, and that one asks each time.
    cacheControl: isOpen ? 'public, max-age=300, stale-if-error=86400' : 'private, no-cache',
    headers: [...dataSecurity, ...more],
  });
  return toResponse(call.req.raw, { rendition, ageSeconds: 0 });
}

/** Adds the API. Every answer under /api is JSON, those about problems too. */
export function addApi(app: Hono, parts: PartnerParts): void {
  const { ctx, gate, meter } = parts;
  const { publicUrl } = ctx.config;
  const problem = (refusal: Refusal, headers: [string, string][] = []) =>
    problemAnswer(publicUrl, refusal.code, { ...refusal, headers });

  async function answer(call: Call, row: ApiRoute, access: Access, headers: [string, string][]): Promise<Response> {
    const read = await readAsked(call, row);
    if ('code' in read) return problem(read, headers);
    const found = await row.handle({ ctx, policy: await parts.policy(), now: ctx.now(), access }, read.asked);
    if (found.kind === 'problem') return problem(found, headers);
    if (found.kind === 'moved') {
      const more = [...headers, ['Location', `${publicUrl}${prefix}${found.path}`]] as [string, string][];
      return new Response(null, { status: 301, headers: secured(dataSecurity, Object.fromEntries(more)) });
    }
    const response = await toJson(call, found.body, row.isOpen, headers);
    if (!row.isOpen)
      meter.add({
        partnerId: access.id,
        channel: 'api',
        status: response.status,
        bytes: Number(response.headers.get('content-length') ?? 0),
        publisherIds: response.status === 304 ? [] : (found.publisherIds ?? []),
      });
    return response;
  }

  async function keyed(call: Call, row: ApiRoute): Promise<Response> {
    const key = keyOf((name) => call.req.header(name));
    if (key === null)
      return problem({ code: 'key-missing', detail: 'send Authorization: Bearer <key>, never in the address' });
    const admission = await gate.admit('key', key);
    if (admission.kind === 'unknown') return problem({ code: 'key-unknown' });
    const headers = quotaHeaders(admission.quota);
    const { access } = admission;
    const refused = (response: Response) => {
      if (response.status >= 400)
        meter.add({ partnerId: access.id, channel: 'api', status: response.status, bytes: 0, publisherIds: [] });
      return response;
    };
    if (admission.kind === 'limited') return refused(problem({ code: 'rate-limited' }, headers));
    return refused(await answer(call, row, access, headers));
  }

  async function safely(call: Call, work: () => Promise<Response>): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      const isAway = isDatabaseAway(error);
      if (!isAway) ctx.log.error({ err: error, path: call.req.path }, 'api.failed');
      return problem({ code: isAway ? 'away' : 'error' });
    }
  }

  for (const row of apiRoutes) {
    const path = `${prefix}${row.path.replace(/\{(\w+)\}/g, ':$1')}`;
    app.on(row.method.toUpperCase(), path, (call) =>
      safely(call, () => (row.isOpen ? answer(call, row, nobody, openHeaders) : keyed(call, row))),
    );
    if (row.isOpen)
      app.options(path, () => {
        const headers = {
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Allow-Methods': 'GET, HEAD',
          Allow: 'GET, HEAD, OPTIONS',
        };
        return new Response(null, { status: 204, headers: secured(dataSecurity, headers) });
      });
  }
  const description = toOpenApi(apiRoutes, publicUrl);
  app.get(`${prefix}/openapi.json`, (call) => toJson(call, description, true, openHeaders));
  app.all('/api/*', (call) => {
    const isKnown = apiRoutes.some((row) =>
      new RegExp(`^${prefix}${row.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(call.req.path),
    );
    return problem({ code: isKnown ? 'method' : 'not-found', detail: `see ${publicUrl}${prefix}/openapi.json` });
  });
}
