// The rows of the API and their zod schemas → one OpenAPI 3.1 document, whose dialect of JSON Schema is what zod writes.
import { z } from 'zod';
import { problemList, statusOf } from './problem.ts';
import type { ApiRoute } from './route.ts';
import * as schemas from './schemas.ts';

type Json = Record<string, unknown>;

// Schemas that carry an id stand once, under components.
const named = [
  schemas.story,
  schemas.tombstone,
  schemas.ninjs,
  schemas.entry,
  schemas.withheldEntry,
  schemas.problem,
] as const;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// zod puts named schemas into $defs of each schema; OpenAPI has one place for them.
function lift(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lift);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Answers may grow: clients are not to refuse what they do not know.
      .filter(
        ([key, part]) => key !== '$schema' && key !== '$defs' && !(key === 'additionalProperties' && part === false),
      )
      .map(([key, part]) => [
        key,
        key === '$ref' && typeof part === 'string'
          ? part.replace(/^#\/\$defs\//, '#/components/schemas/')
          : liftIn(key, part),
      ]),
  );
}

// A property may be called as a keyword is; only beside a schema's own keywords is it a name.
function liftIn(key: string, part: unknown): unknown {
  if (key !== 'properties' || !isRecord(part)) return lift(part);
  return Object.fromEntries(Object.entries(part).map(([name, schema]) => [name, lift(schema)]));
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const made = lift(z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }));
  return isRecord(made) ? made : {};
}

// A schema with an id comes as a reference to itself and its definition beside.
function componentOf(schema: z.ZodType): [string, unknown] {
  const name = String(schema.meta()?.id);
  const made: Json = { ...z.toJSONSchema(schema, { io: 'output', target: 'draft-2020-12', unrepresentable: 'any' }) };
  const definitions = isRecord(made['$defs']) ? made['$defs'] : {};
  return [name, lift(definitions[name] ?? made)];
}

function parametersOf(row: ApiRoute): Json[] {
  return (['path', 'query'] as const).flatMap((place) => {
    const schema = place === 'path' ? row.params : row.query;
    if (schema === null) return [];
    const made = toSchema(schema, 'input');
    const required = Array.isArray(made['required']) ? made['required'] : [];
    const properties = isRecord(made['properties']) ? made['properties'] : {};
    return Object.entries(properties).map(([name, property]) => {
      const { description, ...rest } = isRecord(property) ? property : {};
      return {
        name,
        in: place,
        required: place === 'path' || required.includes(name),
        ...(description === undefined ? {} : { description }),
        schema: rest,
      };
    });
  });
}

/** Every problem a row can answer with. */
export function problemsOf(row: ApiRoute): ApiRoute['problems'] {
  const usual = row.isOpen
    ? (['error', 'away'] as const)
    : (['key-missing', 'key-unknown', 'not-in-product', 'rate-limited', 'error', 'away'] as const);
  const asked = row.params || row.query || row.body ? (['invalid'] as const) : [];
  return [...asked, ...row.problems, ...usual];
}

function responsesOf(row: ApiRoute): Json {
  const responses: Json = {
    200: {
      description: 'OK',
      headers: { ETag: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: toSchema(row.answer, 'output') } },
    },
    ...(row.method === 'get' ? { 304: { description: 'Not modified since the ETag of If-None-Match' } } : {}),
  };
  for (const status of new Set(problemsOf(row).map(statusOf))) {
    const codes = problemList.filter((problem) => problem.status === status && problemsOf(row).includes(problem.code));
    responses[status] = {
      description: codes.map((problem) => `${problem.code}: ${problem.title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

function operationOf(row: ApiRoute): Json {
  return {
    operationId: row.operationId,
    summary: row.summary,
    security: row.isOpen ? [] : [{ bearer: [] }, { apiKey: [] }],
    ...(row.params || row.query ? { parameters: parametersOf(row) } : {}),
    ...(row.body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: toSchema(row.body, 'input') } } } }),
    responses: responsesOf(row),
  };
}

/** The OpenAPI 3.1 document of the rows, as the site at `publicUrl` serves it. */
export function toOpenApi(routes: readonly ApiRoute[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const row of routes) paths[row.path] = { ...paths[row.path], [row.method]: operationOf(row) };
  const schemasById = named.map((schema) => componentOf(schema));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tin Tỉnh',
      version: '1.0.0',
      description:
        'Stories of Vietnam’s provincial press for partners. Every story names its paper, time and address, which must stand visibly beside it. ' +
        'What of it may be shown is an agreement with each paper and is applied to every answer.',
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    paths,
    components: {
      schemas: Object.fromEntries(schemasById),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
    },
  };
}
