// A row of the API: its address, the schemas of what it takes and gives, and the function that answers. Types, and how a row is typed.
import type { z } from 'zod';
import type { Policy } from '../../domain.ts';
import type { Access } from '../../store/partner.ts';
import type { WebContext } from '../feeds.ts';
import type { ProblemCode } from './problem.ts';

/** What a row works with; `access` is null in open rows. */
export type ApiCall = { ctx: WebContext; policy: Policy; now: Date; access: Access };

/** What a row answers: a body with the publishers of the stories in it, another address, or a problem. */
export type ApiAnswer =
  | { kind: 'body'; body: unknown; publisherIds?: readonly number[] }
  | { kind: 'moved'; path: string }
  | { kind: 'problem'; code: ProblemCode; detail?: string };

type Schema = z.ZodType;

/** A row. `isOpen`: without a key, for any site. `asks` are read in this order: params, query, body. */
export type ApiRoute = {
  method: 'get' | 'post';
  /** As OpenAPI writes it: `/stories/{id}`. */
  path: string;
  operationId: string;
  summary: string;
  isOpen: boolean;
  params: Schema | null;
  query: Schema | null;
  body: Schema | null;
  answer: Schema;
  problems: readonly ProblemCode[];
  handle: (call: ApiCall, asked: { params: unknown; query: unknown; body: unknown }) => Promise<ApiAnswer>;
};

type Output<S> = S extends z.ZodType ? z.output<S> : null;

/** A row whose handler gets what its schemas read. */
export function route<P extends Schema | null, Q extends Schema | null, B extends Schema | null>(
  row: Omit<ApiRoute, 'params' | 'query' | 'body' | 'handle'> & {
    params: P;
    query: Q;
    body: B;
    handle: (call: ApiCall, asked: { params: Output<P>; query: Output<Q>; body: Output<B> }) => Promise<ApiAnswer>;
  },
): ApiRoute {
  const { handle } = row;
  return {
    ...row,
    // What the server passes was read by these very schemas.
    handle: (call, asked) => handle(call, asked as { params: Output<P>; query: Output<Q>; body: Output<B> }),
  };
}

/** A problem as an answer. */
export function refuse(code: ProblemCode, detail?: string): ApiAnswer {
  return detail === undefined ? { kind: 'problem', code } : { kind: 'problem', code, detail };
}
