import { isStaleAt, type SeriesBatch, wordsOf } from '@hearth/model';
import type { SampleColumns } from './windows.ts';

/** Samples of several series: those of series `i` from `offsets[i]` up to `offsets[i + 1]`. */
export interface SeriesColumns extends SampleColumns {
  readonly offsets: Uint32Array;
}

/** Whether any of the values is a NaN, as staleness markers are. */
export function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/** The same without staleness markers, which mark where a series ends and are no samples of a range. */
export function withoutStaleSamples({ labels, offsets, timestamps, values }: SeriesBatch): SeriesColumns {
  const words = wordsOf(values);
  const kept = { timestamps: new Float64Array(values.length), values: new Float64Array(values.length) };
  const keptOffsets = new Uint32Array(labels.length + 1);
  let count = 0;
  for (let series = 0; series < labels.length; series++) {
    for (let i = offsets[series]; i < offsets[series + 1]; i++) {
      if (isStaleAt(words, i)) continue;
      kept.timestamps[count] = timestamps[i];
      kept.values[count] = values[i];
      count++;
    }
    keptOffsets[series + 1] = count;
  }
  return { ...kept, offsets: keptOffsets };
}
