import type { TimeRange } from '../chunk/chunk.ts';
import { SampleBuffer } from '../chunk/sample-buffer.ts';

/**
 * Removes the samples from position `from` on whose times lie in one of the ascending intervals. The others keep their
 * order.
 */
export function dropDeleted(samples: SampleBuffer, from: number, deleted: readonly TimeRange[]): void {
  const { timestamps, words, length } = samples;
  let kept = from;
  let interval = 0;
  for (let i = from; i < length; i++) {
    const time = timestamps[i];
    while (interval < deleted.length && deleted[interval].maxTime < time) interval++;
    if (interval < deleted.length && deleted[interval].minTime <= time) continue;
    timestamps[kept] = time;
    words[2 * kept] = words[2 * i];
    words[2 * kept + 1] = words[2 * i + 1];
    kept++;
  }
  samples.length = kept;
}

/** Whether the times from position `from` on rise, none of them twice. */
export function isRising({ timestamps, length }: SampleBuffer, from: number): boolean {
  for (let i = from + 1; i < length; i++) if (timestamps[i] <= timestamps[i - 1]) return false;
  return true;
}

/**
 * Sorts the samples from position `from` on by their times. Of several with the same time the one that stood first
 * stays.
 */
export function sortSamples(samples: SampleBuffer, from: number): void {
  const { timestamps, words, length } = samples;
  const order = new Uint32Array(length - from).map((_, i) => from + i);
  order.sort((a, b) => timestamps[a] - timestamps[b] || a - b);
  const sorted = new SampleBuffer(Math.max(order.length, 1));
  for (const i of order) {
    const at = sorted.length;
    if (at > 0 && sorted.timestamps[at - 1] === timestamps[i]) continue;
    sorted.timestamps[at] = timestamps[i];
    sorted.words[2 * at] = words[2 * i];
    sorted.words[2 * at + 1] = words[2 * i + 1];
    sorted.length++;
  }
  timestamps.set(sorted.timestamps.subarray(0, sorted.length), from);
  words.set(sorted.words.subarray(0, 2 * sorted.length), 2 * from);
  samples.length = from + sorted.length;
}
