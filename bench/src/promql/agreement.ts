const TOLERANCE = 1e-9;

interface Matrix {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [seconds: number, text: string])[];
    }[];
  };
}

/** How two answers to one query compare. */
export interface Agreement {
  readonly series: number;
  /** Of all samples of either. */
  readonly samples: number;
  /** Samples that only one of the two has, or whose values differ by more than 1e-9 of them. */
  readonly differing: number;
  /** The first of them, in words. */
  readonly example?: string;
}

/** Two answers of the API to one range query, as JSON. */
export function compareAnswers(expected: string, actual: string): Agreement {
  const theirs = samplesOf(expected);
  const ours = samplesOf(actual);
  let samples = 0;
  let differing = 0;
  let example: string | undefined;
  const keys = new Set([...theirs.keys(), ...ours.keys()]);
  for (const key of keys) {
    const left = theirs.get(key) ?? new Map<number, string>();
    const right = ours.get(key) ?? new Map<number, string>();
    for (const seconds of new Set([...left.keys(), ...right.keys()])) {
      samples++;
      const [one, other] = [left.get(seconds), right.get(seconds)];
      if (one !== undefined && other !== undefined && isSame(numberOf(one), numberOf(other))) continue;
      differing++;
      example ??= `${key} at ${seconds}: ${one ?? 'nothing'} and ${other ?? 'nothing'}`;
    }
  }
  return { series: keys.size, samples, differing, ...(example !== undefined && { example }) };
}

function samplesOf(body: string): Map<string, Map<number, string>> {
  const { result } = (JSON.parse(body) as Matrix).data;
  return new Map(
    result.map(({ metric, values }) => [
      JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      new Map(values),
    ]),
  );
}

function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
