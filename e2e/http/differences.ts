import type { Answer, Call } from './asking.ts';
import { nameOf } from './asking.ts';

/** Where an answer is meant to be another one than that of Prometheus 2.42. `docs/http-api.md` says the same. */
export interface Difference {
  readonly reason: string;
  readonly applies: (call: Call, ours: Answer, theirs: Answer) => boolean;
}

export const differences: readonly Difference[] = [];

export function tryReason(call: Call, ours: Answer, theirs: Answer): string | undefined {
  return differences.find(({ applies }) => applies(call, ours, theirs))?.reason;
}

export { nameOf };
