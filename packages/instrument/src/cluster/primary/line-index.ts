import type { Exemplar, LabelValues } from '../../metrics/metric.ts';
import { labelsKey } from '../line-key.ts';

/** One line of a merged metric, as all processes that have it share it. */
export interface Line {
  /** Empty where it is the metric's own. */
  readonly name: string;
  readonly labels: LabelValues;
  /** What all processes have counted, for metrics that are counted together. */
  total: number;
  /** How many contributions of living processes have this line. */
  holders: number;
  /** The latest one. */
  exemplar: Exemplar | undefined;
}

/**
 * The lines of one metric. Those that make up one series, the buckets, sum and count of a histogram, stay together and in
 * order, as OpenMetrics wants them, whichever process names them first.
 */
export class LineIndex implements Iterable<Line> {
  readonly #series = new Map<string, Line[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The line of this name and these labels, made if it is not there. */
  obtain(name: string, labels: LabelValues): Line {
    const key = labelsKey(labels, 'le');
    let lines = this.#series.get(key);
    if (lines === undefined) {
      lines = [];
      this.#series.set(key, lines);
    }
    const le = String(labels.le);
    return lines.find((line) => line.name === name && String(line.labels.le) === le) ?? this.#add(lines, name, labels);
  }

  remove(line: Line): void {
    const key = labelsKey(line.labels, 'le');
    const lines = this.#series.get(key) ?? [];
    const at = lines.indexOf(line);
    if (at === -1) return;
    lines.splice(at, 1);
    this.#size--;
    if (lines.length === 0) this.#series.delete(key);
  }

  *[Symbol.iterator](): Generator<Line> {
    for (const lines of this.#series.values()) yield* lines;
  }

  #add(lines: Line[], name: string, labels: LabelValues): Line {
    const line: Line = { name, labels, total: 0, holders: 0, exemplar: undefined };
    const next = lines.findIndex((other) => comesBefore(line, other));
    lines.splice(next === -1 ? lines.length : next, 0, line);
    this.#size++;
    return line;
  }
}

/** Buckets by their limits, then the sum, then the count. */
function comesBefore(line: Line, other: Line): boolean {
  return kindRank(line) < kindRank(other) || (kindRank(line) === kindRank(other) && bound(line) < bound(other));
}

function kindRank({ name }: Line): number {
  if (name.endsWith('_sum')) return 1;
  return name.endsWith('_count') ? 2 : 0;
}

function bound({ labels }: Line): number {
  return labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
}
