import type { LabelSet, Prometheus } from '../support/prometheus.ts';

/** What `rate()` makes of the samples of one series. */
export interface Increase {
  readonly labels: LabelSet;
  /** The rate times the window. */
  readonly reckoned: number;
  /** The difference between the last and the first sample. */
  readonly counted: number;
  /** What Prometheus' extrapolation can make of it: no less than was counted, and not much more. */
  readonly atLeast: number;
  readonly atMost: number;
}

export const WINDOW_SECONDS = 300;

/** Beyond the first and the last sample `rate()` reckons with up to 1.1 times the usual distance of two samples. */
const REACH = 2 * 1.1;
/** Of the arithmetic. */
const TOLERANCE = 1e-6;

/** `rate(selector[5m])` as increases, each beside the samples it was made of. */
export async function increasesOf(prometheus: Prometheus, selector: string): Promise<readonly Increase[]> {
  const now = Date.now();
  const samples = await prometheus.samples(`${selector}[5m]`, now);
  const rates = await prometheus.vector(`rate(${selector}[5m])`, now);
  const valuesBySeries = new Map(samples.map(({ labels, values }) => [keyOf(labels), values]));
  return rates.map(({ labels, value }) => {
    const values = valuesBySeries.get(keyOf(labels))!;
    const counted = values.at(-1)! - values[0]!;
    const reach = 1 + REACH / (values.length - 1);
    return {
      labels,
      reckoned: value * WINDOW_SECONDS,
      counted,
      atLeast: counted * (1 - TOLERANCE),
      atMost: counted * reach * (1 + TOLERANCE),
    };
  });
}

/** A rate has the labels of its series, but for the name. */
function keyOf({ __name__, ...labels }: LabelSet): string {
  return JSON.stringify(labels, Object.keys(labels).toSorted(compareText));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
