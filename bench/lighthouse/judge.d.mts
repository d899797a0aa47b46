// What `judge.mjs` takes and gives, as far as `lighthouse.ts` uses it.

/** One of Lighthouse's audits. */
export type Audit = { score: number | null; title: string; displayValue?: string };

/** What Lighthouse found. Scores are 0 to 1; `report` is its own page. */
export type Verdict = {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit>;
  report: string | string[];
};

export function judge(address: string, flags: Record<string, unknown>): Promise<Verdict>;
