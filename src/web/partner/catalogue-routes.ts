// The lists that filters are made of: publishers, provinces, sections, and the codes of problems. Open to any site.
import { z } from 'zod';
import { listPublishers } from '../../store/publisher.ts';
import { provinceByCode, provinces } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import { safeUrl } from '../safe-url.ts';
import { problemList } from './problem.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';
import * as schemas from './schemas.ts';

const open = { method: 'get', isOpen: true, params: null, query: null, body: null, problems: [] } as const;

/** The rows about names. */
export const catalogueRoutes: readonly ApiRoute[] = [
  route({
    ...open,
    path: '/publishers',
    operationId: 'listPublishers',
    summary: 'The papers, by name',
    answer: schemas.publishersAnswer,
    handle: async (call) => ({
      kind: 'body',
      body: {
        publishers: (await listPublishers(call.ctx.db)).map((publisher) => ({
          slug: publisher.slug,
          name: publisher.name,
          siteUrl: safeUrl(publisher.siteUrl) ?? '',
          province: publisher.province === null ? null : (provinceByCode(publisher.province)?.slug ?? null),
          isSample: publisher.isSample,
        })),
      },
    }),
  }),
  route({
    ...open,
    path: '/provinces',
    operationId: 'listProvinces',
    summary: 'The provinces and centrally run cities since July 2025, in official order',
    answer: schemas.provincesAnswer,
    handle: async () => ({
      kind: 'body',
      body: { provinces: provinces.map(({ code, slug, name, nameEn }) => ({ code, slug, name, nameEn })) },
    }),
  }),
  route({
    ...open,
    path: '/sections',
    operationId: 'listSections',
    summary: 'The sections, in the order in which they are shown',
    answer: schemas.sectionsAnswer,
    handle: async () => ({ kind: 'body', body: { sections } }),
  }),
  route({
    ...open,
    path: '/problems',
    operationId: 'listProblems',
    summary: 'The codes of problems',
    answer: z.object({ problems: z.array(z.object({ code: z.string(), status: z.number(), title: z.string() })) }),
    handle: async () => ({ kind: 'body', body: { problems: problemList } }),
  }),
];
