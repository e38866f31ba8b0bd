import { createExpositionParser, type ExpositionFormat, METRIC_NAME } from '@hearth/model';
import type { Pace } from '@hearth/tsdb';

/** So many series of the metric at fault are looked at closer. */
const MAX_EXAMINED = 20_000;
const LINES_PER_STEP = 256;
const OPEN_BRACE = 0x7b;

/**
 * Which metric of a body has the most samples, and which of its labels the most values: who is at fault when there are too
 * many. Reads as far as the body can be read.
 */
export async function explainExcess(bytes: Buffer, format: ExpositionFormat, pace: Pace): Promise<string> {
  const counts = new Map<string, number>();
  await forEachSeries({ bytes, format, pace }, (series) => {
    const name = nameOf(series);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  const [metric, count] = largest(counts);
  const values = new Map<string, Set<string>>();
  let examined = 0;
  await forEachSeries({ bytes, format, pace }, (series, labels) => {
    if (nameOf(series) !== metric || examined++ >= MAX_EXAMINED) return;
    for (const { name, value } of labels()) {
      if (name === METRIC_NAME) continue;
      const known = values.get(name) ?? new Set();
      values.set(name, known.add(value));
    }
  });
  const [label, most] = largest(new Map(Array.from(values, ([name, { size }]) => [name, size])));
  const share = `most of them: ${metric} with ${count}`;
  const atLeast = examined > MAX_EXAMINED ? 'at least ' : '';
  return most > 1 ? `${share}, whose label ${label} has ${atLeast}${most} values` : share;
}

interface Reading {
  readonly bytes: Buffer;
  readonly format: ExpositionFormat;
  readonly pace: Pace;
}

type Visit = (series: Buffer, labels: () => Iterable<{ readonly name: string; readonly value: string }>) => void;

async function forEachSeries({ bytes, format, pace }: Reading, visit: Visit): Promise<void> {
  const parser = createExpositionParser(bytes, format);
  try {
    for (let count = 1; ; count++) {
      const entry = parser.next();
      if (entry === 'eof') return;
      if (entry === 'series') visit(bytes.subarray(parser.seriesStart, parser.seriesEnd), () => parser.labels());
      const rest = count % LINES_PER_STEP === 0 ? pace() : undefined;
      if (rest !== undefined) await rest;
    }
  } catch {
    // It cannot be read from here on, which is not what is being explained.
    return;
  }
}

/** Names in quotes stand within the braces, and are shown with what is before the first comma. */
function nameOf(series: Buffer): string {
  const brace = series.indexOf(OPEN_BRACE);
  if (brace === 0) return /^\{\s*"((?:[^"\\]|\\.)*)"/.exec(series.toString())?.[1] ?? '';
  return series.toString('latin1', 0, brace < 0 ? series.length : brace).trim();
}

function largest(counts: ReadonlyMap<string, number>): readonly [name: string, count: number] {
  let largest: readonly [string, number] = ['', 0];
  for (const [name, count] of counts) if (count > largest[1]) largest = [name, count];
  return largest;
}
