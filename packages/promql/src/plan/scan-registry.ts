import type { Matcher } from '@hearth/model';
import type { PositionRange } from '../syntax/tree.ts';
import { type Grid, shiftedGrid, type TimeShift } from './grid.ts';
import type { ScanOutput, ScanPlan, ScanReference } from './plan.ts';

/** Reading more than this many times the longer of two ranges, to serve both by one pass, would cost more than two passes. */
const MAX_UNION_OF_LONGER = 1.5;

interface Request {
  readonly matchers: readonly Matcher[];
  readonly startMs: number;
  readonly endMs: number;
  readonly position: PositionRange;
  readonly compute: ScanOutput['compute'];
  readonly reference: { scan: number; output: number };
}

/**
 * Collects what selectors read, and lets one pass over the storage serve those that have a selection in common: the same
 * matchers, or more of them, as in `rate(errors{status=~"5.."}[5m]) / rate(errors[5m])`.
 */
export class ScanRegistry {
  readonly #requests: Request[] = [];

  /** The reference names a scan once `finish` has been called. */
  add(matchers: readonly Matcher[], position: PositionRange, compute: ScanOutput['compute']): ScanReference {
    const reference = { scan: -1, output: -1 };
    this.#requests.push({ matchers, position, compute, reference, ...rangeRead(compute) });
    return reference;
  }

  finish(): readonly ScanPlan[] {
    const groups: Group[] = [];
    for (const request of this.#requests.toSorted((a, b) => a.matchers.length - b.matchers.length)) {
      const group = groups.find((candidate) => candidate.tryJoin(request));
      if (group === undefined) groups.push(new Group(request));
    }
    return groups.map((group, index) => group.finish(index));
  }
}

class Group {
  readonly #first: Request;
  readonly #texts: ReadonlySet<string>;
  readonly #requests: Request[];
  #startMs: number;
  #endMs: number;

  constructor(first: Request) {
    this.#first = first;
    this.#texts = new Set(first.matchers.map(String));
    this.#requests = [first];
    this.#startMs = first.startMs;
    this.#endMs = first.endMs;
  }

  /** Whether the request wants nothing but series that this group reads anyway, of about the same time. */
  tryJoin(request: Request): boolean {
    if (needsOther(this.#first) || needsOther(request)) return false;
    const texts = new Set(request.matchers.map(String));
    for (const text of this.#texts) if (!texts.has(text)) return false;
    const startMs = Math.min(this.#startMs, request.startMs);
    const endMs = Math.max(this.#endMs, request.endMs);
    const longer = Math.max(this.#endMs - this.#startMs, request.endMs - request.startMs);
    if (endMs - startMs > MAX_UNION_OF_LONGER * longer) return false;
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#requests.push(request);
    return true;
  }

  finish(scan: number): ScanPlan {
    const outputs = this.#requests.map(({ matchers, compute, reference }, output): ScanOutput => {
      reference.scan = scan;
      reference.output = output;
      return { key: keyOf(compute), compute, filter: matchers.filter((matcher) => !this.#texts.has(String(matcher))) };
    });
    const { matchers, position } = this.#first;
    return { matchers, startMs: this.#startMs, endMs: this.#endMs, position, outputs };
  }
}

/** Whether a parameter has to be evaluated first: what it reads cannot be read by the same pass. */
function needsOther({ compute }: Request): boolean {
  return compute.kind === 'window' && compute.parameters.some(({ kind }) => kind !== 'constant');
}

/** The times of the samples that can matter: both ends included. */
function rangeRead(compute: ScanOutput['compute']): { readonly startMs: number; readonly endMs: number } {
  const rangeMs = compute.kind === 'instantSelection' ? compute.lookbackMs : compute.rangeMs;
  return rangeOf(compute.grid, compute.shift, rangeMs);
}

function rangeOf(grid: Grid, shift: TimeShift, rangeMs: number): { readonly startMs: number; readonly endMs: number } {
  const { firstMs, strideMs } = shiftedGrid(grid, shift);
  return { startMs: firstMs - rangeMs + 1, endMs: firstMs + Math.max(grid.steps - 1, 0) * strideMs };
}

/** Equal for computations that give the same. Functions whose parameters are not constant have a scan of their own. */
function keyOf(compute: ScanOutput['compute']): string {
  const { grid, shift } = compute;
  const times = [grid.startMs, grid.stepMs, grid.steps, shift.offsetMs, shift.atMs];
  switch (compute.kind) {
    case 'instantSelection':
      return [compute.kind, ...times, compute.lookbackMs, compute.takesTimestamp].join(' ');
    case 'rawSelection':
      return [compute.kind, ...times, compute.rangeMs].join(' ');
    case 'window': {
      const parameters = compute.parameters.map((parameter) => (parameter.kind === 'constant' ? parameter.value : '?'));
      return [compute.kind, ...times, compute.rangeMs, compute.functionName, ...parameters].join(' ');
    }
  }
}
