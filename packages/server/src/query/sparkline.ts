const LEVELS = '▁▂▃▄▅▆▇█';
/** Of what never changes, so that it looks neither low nor high. */
const MIDDLE_LEVEL = 3;

export interface Sparkline {
  /** `times` in milliseconds, by rising time. */
  readonly times: readonly number[];
  /** As long as `times`. NaN draws nothing. */
  readonly values: readonly number[];
  readonly startMs: number;
  /** What a point stands for: the last one fills the time from `endMs` on. */
  readonly stepMs: number;
  readonly endMs: number;
  /** How many characters. */
  readonly columns: number;
}

/** Draws the mean of each column between the smallest and the largest value. A column without a value is a space. */
export function drawSparkline({ times, values, startMs, endMs, stepMs, columns }: Sparkline): string {
  const sums = new Float64Array(columns);
  const counts = new Uint32Array(columns);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const columnsPerMs = columns / (endMs - startMs + stepMs);
  for (const [i, value] of values.entries()) {
    const column = Math.floor((times[i] - startMs) * columnsPerMs + 1e-9);
    if (Number.isNaN(value) || column < 0 || column >= columns) continue;
    sums[column] += value;
    counts[column]++;
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  let text = '';
  for (let column = 0; column < columns; column++) {
    text += counts[column] === 0 ? ' ' : levelOf(sums[column] / counts[column], min, max);
  }
  return text;
}

function levelOf(value: number, min: number, max: number): string {
  if (Number.isNaN(value)) return ' ';
  if (value === Number.POSITIVE_INFINITY) return LEVELS[LEVELS.length - 1];
  if (value === Number.NEGATIVE_INFINITY) return LEVELS[0];
  if (min === max) return LEVELS[MIDDLE_LEVEL];
  // Halves, because the difference of two doubles may be more than a double holds.
  const part = (value / 2 - min / 2) / (max / 2 - min / 2);
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.floor(part * LEVELS.length)))];
}
