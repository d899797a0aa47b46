// What each npm script runs, in order. A step is [program, ...arguments]: a path of ours, or `bin:NAME` of a package.
// `needsDev` tells whether packages for development must be there; further arguments go to the last step.

// Bounds of the heap: V8 sizes it by the machine's memory and so lets garbage lie. Over the feed world these keep the process at
// 220 MB instead of 345, in the same time; the largest document we take needs about 100 MB. And it may grow by half between two large
// collections: what V8 allows a small heap made one every 15 polls, a tenth of all processor time.
const service = ['--max-semi-space-size=8', '--max-old-space-size=768', '--heap-growing-percent=50'];

/** @type {Record<string, { steps: string[][], needsDev: boolean, flags?: string[] }>} */
export const tasks = {
  start: { steps: [['jobs/main.ts']], needsDev: false, flags: service },
  tin: { steps: [['src/cli.ts']], needsDev: false },
  test: { steps: [['bin:vitest', 'run']], needsDev: true },
  check: {
    steps: [
      ['bin:tsc'],
      ['bin:oxlint', '--type-aware', '--deny-warnings'],
      ['bin:biome', 'format', '.'],
      ['bin:vitest', 'run', 'test/house.test.ts', '--reporter=dot'],
    ],
    needsDev: true,
  },
  lint: { steps: [['bin:oxlint', '--type-aware', '--deny-warnings']], needsDev: true },
  format: { steps: [['bin:biome', 'format', '--write', '.']], needsDev: true },
  conformance: { steps: [['bench/conformance.ts']], needsDev: true },
  quality: { steps: [['bench/quality.ts']], needsDev: true },
  'quality:related': { steps: [['bench/quality-related.ts']], needsDev: true },
  'bench:related': { steps: [['bench/related.ts']], needsDev: true },
  bench: { steps: [['bench/all.ts']], needsDev: true },
  'bench:charts': { steps: [['bench/charts.ts']], needsDev: true },
  'bench:growth': { steps: [['bench/growth.ts']], needsDev: true, flags: service },
  'bench:document': { steps: [['bench/related-document.ts']], needsDev: true, flags: service },
  'check:plans': { steps: [['bench/plans.ts']], needsDev: true },
  'bench:identity': { steps: [['bench/identity.ts']], needsDev: true },
  'bench:match': { steps: [['bench/match.ts']], needsDev: true },
  'bench:parse': { steps: [['bench/parse.ts']], needsDev: true },
  'bench:ingest': { steps: [['bench/ingest.ts']], needsDev: true, flags: service },
  'world:stories': { steps: [['bench/world-stories.ts']], needsDev: true },
  'world:messy': { steps: [['bench/world-messy.ts']], needsDev: true, flags: service },
  'bench:hub': { steps: [['bench/hub.ts']], needsDev: true, flags: service },
  'bench:start': { steps: [['bench/start.ts']], needsDev: false },
  'bench:search': { steps: [['bench/search.ts']], needsDev: true },
  'bench:console': { steps: [['bench/console.ts']], needsDev: true },
  'bench:serve': { steps: [['bench/serve.ts']], needsDev: true },
  lighthouse: { steps: [['bench/lighthouse.ts']], needsDev: true },
  faults: { steps: [['bench/faults/faults.ts']], needsDev: true },
  battery: { steps: [['bench/battery/battery.ts']], needsDev: true },
  'validate:feeds': { steps: [['bench/validate-feeds.ts']], needsDev: true },
};
