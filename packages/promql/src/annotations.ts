import type { PositionRange } from './syntax/tree.ts';

/**
 * Something that the author of a query should know, beside a result that is right as far as it goes. `message` is what
 * Prometheus' API answers: `PromQL warning: … (1:6)`.
 */
export interface Annotation {
  readonly level: 'warning' | 'info';
  readonly message: string;
  /** `undefined` for what the storage says. */
  readonly position: PositionRange | undefined;
}
