import type { Labels, SeriesBatch } from '@hearth/model';
import { SampleBuffer } from '../chunk/sample-buffer.ts';

/** What a batch holds at most, unless one series alone has more: a megabyte of samples. */
const MAX_SAMPLES = 65_536;
const MAX_SERIES = 1024;

/**
 * Gathers the samples of series for a batch: append those of one series to `samples`, then `endSeries`. What `batch`
 * returns is valid until `clear`.
 */
export class SeriesColumns {
  readonly samples = new SampleBuffer(1024);
  #labels: Labels[] = [];
  readonly #offsets = new Uint32Array(MAX_SERIES + 1);

  /** Where the samples of the series that is being gathered begin. */
  get seriesStart(): number {
    return this.#offsets[this.#labels.length];
  }

  get isEmpty(): boolean {
    return this.#labels.length === 0;
  }

  get isFull(): boolean {
    return this.samples.length >= MAX_SAMPLES || this.#labels.length === MAX_SERIES;
  }

  /** Ends the series; one without samples is left out. */
  endSeries(labels: Labels): void {
    if (this.samples.length === this.seriesStart) return;
    this.#labels.push(labels);
    this.#offsets[this.#labels.length] = this.samples.length;
  }

  batch(): SeriesBatch {
    const { length, timestamps, values } = this.samples;
    return {
      labels: this.#labels,
      offsets: this.#offsets.subarray(0, this.#labels.length + 1),
      timestamps: timestamps.subarray(0, length),
      values: values.subarray(0, length),
    };
  }

  clear(): void {
    this.#labels = [];
    this.samples.clear();
  }
}

/** Columns that nobody reads any more: new ones would have to be made, grown and collected for each select. */
const spare: SeriesColumns[] = [];
const MAX_SPARE = 2;

/** Empty columns. */
export function takeColumns(): SeriesColumns {
  return spare.pop() ?? new SeriesColumns();
}

/** Whoever gives them back has no batch of them any more. */
export function giveColumnsBack(columns: SeriesColumns): void {
  if (spare.length === MAX_SPARE || columns.samples.timestamps.length > 2 * MAX_SAMPLES) return;
  columns.clear();
  spare.push(columns);
}
