import { compareLabels, compareUtf8, createLabels, type Labels } from '@hearth/model';

export const STALE_BITS = 0x7ff0000000000002n;

export interface GeneratedSample {
  readonly time: number;
  readonly bits: bigint;
}

export interface GeneratedSeries {
  readonly labels: Labels;
  readonly samples: readonly GeneratedSample[];
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const SPECIAL = [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE, 1e21, 0.1 + 0.2];
const ODD_TEXTS = ['', 'köln €', '\u{1f600}', '\uffee', 'a"b\\c\nd', 'x'.repeat(300)];

/** Sorted series of all kinds: constants, counters, floats, odd values, staleness markers; regular and odd times. */
export function generateSeries(count: number, { seed, start }: { seed: number; start: number }): GeneratedSeries[] {
  const random = createRandom(seed);
  const series = Array.from({ length: count }, (_, i) => ({
    labels: createLabels({
      __name__: `metric_${i % 7}`,
      instance: `host-${i}:9100`,
      job: i % 3 === 0 ? 'api' : 'web',
      odd: ODD_TEXTS[i % ODD_TEXTS.length],
      ...(i % 5 === 0 && { path: `/p/${Math.floor(random() * 40)}` }),
    }),
    samples: samplesOf(i, start, random),
  }));
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

function samplesOf(kind: number, start: number, random: () => number): GeneratedSample[] {
  const count = 1 + Math.floor(random() * 400);
  const samples: GeneratedSample[] = [];
  let time = start + Math.floor(random() * 15_000);
  let counter = 0;
  for (let i = 0; i < count; i++) {
    time += kind % 4 === 3 ? 1 + Math.floor(random() ** 4 * 60_000) : 15_000 + (kind % 2) * Math.floor(random() * 20);
    counter += Math.floor(random() * 50);
    const values = [42, counter, random() * 100 - 50, SPECIAL[Math.floor(random() * SPECIAL.length)]];
    const isStale = random() < 0.02;
    samples.push({ time, bits: isStale ? STALE_BITS : bitsOf(values[Math.floor(kind / 4) % 4]) });
  }
  return samples;
}

/** A NaN is that which Prometheus writes. */
export function bitsOf(value: number): bigint {
  return Number.isNaN(value) ? 0x7ff8000000000001n : new BigUint64Array(Float64Array.of(value).buffer)[0];
}

export function numberOf(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0];
}

export function symbolsOf(series: readonly GeneratedSeries[]): string[] {
  const texts = series.flatMap(({ labels }) => [...labels].flatMap(({ name, value }) => [name, value]));
  return [...new Set(['', ...texts])].sort(compareUtf8);
}
