import type { EngineOptions } from '../engine.ts';

const MINUTE_MS = 60_000;

/** What Prometheus runs its scripts with. */
export const scriptEngineOptions: EngineOptions = {
  limits: { maxSamples: 10_000, timeoutMs: 100_000 },
  lookbackMs: 5 * MINUTE_MS,
  defaultSubqueryStepMs: () => MINUTE_MS,
  experimentalFunctions: true,
  delayedNameRemoval: true,
};
