import { type Labels, type SeriesBatch, wordsOf } from '@hearth/model';
import { withExternal } from './external-labels.ts';
import { ProtoWriter } from './proto-writer.ts';

/*
 * Of remote.proto and types.proto:
 *
 *     QueryResult: timeseries = 1 (TimeSeries)
 *     TimeSeries: labels = 1 (Label), samples = 2 (Sample)
 *     Label: name = 1, value = 2
 *     Sample: value = 1 (double), timestamp = 2 (int64)
 */

/** Which of a value's two words comes first in memory. */
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

export function writeLabels(writer: ProtoWriter, field: number, labels: Labels): void {
  const nested = new ProtoWriter(128);
  for (const { name, value } of labels) {
    nested.clear();
    nested.text(1, name);
    nested.text(2, value);
    writer.bytes(field, nested.view());
  }
}

/** Writes series as members of a QueryResult. */
export class SampleWriter {
  readonly #series = new ProtoWriter(64 * 1024);
  readonly #sample = new ProtoWriter(64);
  readonly #externalLabels: Labels;

  constructor(externalLabels: Labels) {
    this.#externalLabels = externalLabels;
  }

  write(result: ProtoWriter, { labels, offsets, timestamps, values }: SeriesBatch, index: number): void {
    const series = this.#series;
    const sample = this.#sample;
    const words = wordsOf(values);
    series.clear();
    writeLabels(series, 1, withExternal(labels[index], this.#externalLabels));
    for (let i = offsets[index]; i < offsets[index + 1]; i++) {
      sample.clear();
      sample.double(1, words[2 * i + LOW], words[2 * i + 1 - LOW]);
      sample.integer(2, timestamps[i]);
      series.bytes(2, sample.view());
    }
    result.bytes(1, series.view());
  }
}
