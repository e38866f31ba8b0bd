import { compareLabels, formatFloat, type Labels } from '@hearth/model';
import type { ExpectedAlert, ExpectedSample } from './test-file.ts';

/** What a test asks for and what there is instead, line by line. */
export interface Difference {
  readonly expected: readonly string[];
  readonly found: readonly string[];
}

export function compareAlerts(
  expected: readonly ExpectedAlert[],
  found: readonly ExpectedAlert[],
): Difference | undefined {
  const [wanted, got] = [expected, found].map((alerts) => alerts.map(describeAlert).toSorted());
  const isSame = wanted.length === got.length && wanted.every((alert, i) => alert === got[i]);
  if (isSame) return undefined;
  return { expected: wanted.flatMap(linesOf), found: got.flatMap(linesOf) };
}

/** Equal for equal alerts. */
function describeAlert({ labels, annotations }: ExpectedAlert): string {
  const sorted = [...annotations].sort(([a], [b]) => (a < b ? -1 : 1));
  return [labels.toString(), ...sorted.map(([name, text]) => `  ${name}: ${JSON.stringify(text)}`)].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n');
}

export function compareSamples(
  expected: readonly ExpectedSample[],
  found: readonly ExpectedSample[],
  { isFuzzy }: { readonly isFuzzy: boolean },
): Difference | undefined {
  const [wanted, got] = [expected, found].map((samples) =>
    samples.toSorted((a, b) => compareLabels(a.labels, b.labels)),
  );
  const isSame =
    wanted.length === got.length &&
    wanted.every(({ labels, value }, i) => labels.equals(got[i].labels) && isEqual(value, got[i].value, isFuzzy));
  if (isSame) return undefined;
  return { expected: wanted.map(describeSample), found: got.map(describeSample) };
}

function describeSample({ labels, value }: { readonly labels: Labels; readonly value: number }): string {
  return `${labels.toMetricString()} ${formatFloat(value)}`;
}

/** NaN is equal to nothing, as in promtool. */
function isEqual(a: number, b: number, isFuzzy: boolean): boolean {
  if (a === b) return true;
  return isFuzzy && Number.isFinite(a) && Number.isFinite(b) && a * b >= 0 && areNeighbours(a, b);
}

/** Two floats without one between them: their bits, taken as numbers, differ by one. */
function areNeighbours(a: number, b: number): boolean {
  const [bitsA, bitsB] = new BigInt64Array(Float64Array.of(Math.abs(a), Math.abs(b)).buffer);
  const difference = bitsA - bitsB;
  return difference === 1n || difference === -1n;
}
