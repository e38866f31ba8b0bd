import { createLabels, type Labels } from '@hearth/model';
import { type Db, openDb } from '@hearth/tsdb';

const STEP_MS = 15_000;
const STEPS = 480;

/** Samples lie beside all times that are asked for, so that it does not matter which ends of a range belong to it. */
const SHIFT_MS = 4_321;

export interface Scene {
  /** Unix seconds of the first and of the last minute that has samples throughout. */
  readonly start: number;
  readonly end: number;
}

interface Series {
  readonly labels: Labels;
  /** `undefined` where there is no sample, `stale` where the series ends for a while. */
  readonly valueAt: (step: number) => number | 'stale' | undefined;
}

/** Two hours of samples up to now, in the log of a data directory, with exemplars. */
export async function writeSamples(directory: string, nowMs: number): Promise<Scene> {
  const endMs = nowMs - (nowMs % 60_000);
  const startMs = endMs - STEPS * STEP_MS;
  const db = await openDb({ directory, log: () => {}, compactsByItself: false, reserveBytes: 0 });
  const series = allSeries();
  for (let step = 0; step < STEPS; step++) await writeStep(db, series, startMs + step * STEP_MS + SHIFT_MS, step);
  await db.close();
  return { start: startMs / 1000 + 60, end: endMs / 1000 - 60 };
}

async function writeStep(db: Db, series: readonly Series[], timestampMs: number, step: number): Promise<void> {
  const appender = db.appender();
  for (const { labels, valueAt } of series) {
    const value = valueAt(step);
    if (value === undefined) continue;
    const ref = appender.seriesRef(labels);
    if (value === 'stale') appender.appendStale(ref, timestampMs);
    else appender.append(ref, timestampMs, value);
    if (step % 40 === 7 && labels.get('__name__') === 'http_requests_total') {
      const trace = createLabels({ trace_id: `trace-${step}`, 'span é': 'ü' });
      appender.appendExemplar(ref, { labels: trace, timestampMs: timestampMs - 7, value: step / 8 });
    }
  }
  await appender.commit();
}

function allSeries(): readonly Series[] {
  return [...requests(), ...latencies(), ...temperatures(), ...oddities()];
}

function requests(): Series[] {
  const series: Series[] = [];
  for (const [i, instance] of ['a:1', 'b:2', 'c:3'].entries()) {
    series.push({
      labels: createLabels({ __name__: 'up', job: 'api', instance }),
      valueAt: (s) => (s % 97 < i ? 0 : 1),
    });
    for (const [j, code] of ['200', '404', '500'].entries()) {
      const labels = createLabels({ __name__: 'http_requests_total', job: 'api', instance, code, path: `/p${j}` });
      const resetAt = 200 + 60 * i;
      series.push({ labels, valueAt: (s) => ((s < resetAt ? s : s - resetAt) * (i + 1)) / (j + 1) });
    }
  }
  return series;
}

function latencies(): Series[] {
  const bounds = ['0.1', '0.5', '1', '+Inf'];
  return bounds.map((le, i) => ({
    labels: createLabels({ __name__: 'latency_seconds_bucket', job: 'web', le }),
    valueAt: (s) => s * (i + 1) + i * 3,
  }));
}

function temperatures(): Series[] {
  return ['kitchen', 'cellar', 'attic'].map((room, i) => ({
    labels: createLabels({ __name__: 'temperature', room, floor: String(i - 1) }),
    valueAt: (s) => Math.sin(s / (10 + i)) * 20 - i * 7,
  }));
}

function oddities(): Series[] {
  const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1e300, 5e-324, 1e21, 1e-7, 123_456_789.125];
  const texts = ['köln €', 'say "hi"', 'a\\b', 'two\nlines', '<&>', '😀'];
  return [
    { labels: createLabels({ __name__: 'odd_values' }), valueAt: (s) => odd[s % odd.length] },
    { labels: createLabels({ __name__: 'constant' }), valueAt: () => 42 },
    { labels: createLabels({ __name__: 'ended', job: 'gone' }), valueAt: (s) => endedAt(s, 100) },
    { labels: createLabels({ __name__: 'gaps' }), valueAt: (s) => (s % 80 < 50 ? s : undefined) },
    ...texts.map((text, i) => ({ labels: createLabels({ __name__: 'odd_labels', text }), valueAt: () => i })),
  ];
}

function endedAt(step: number, end: number): number | 'stale' | undefined {
  if (step < end) return step;
  return step === end ? 'stale' : undefined;
}
