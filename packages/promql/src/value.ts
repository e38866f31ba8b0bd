import type { Labels } from '@hearth/model';

/** What a query results in. Nothing of it is shared with the engine: it may be kept, and must not be changed. */
export type Value = ScalarValue | StringValue | VectorValue | MatrixValue;

export interface ScalarValue {
  readonly kind: 'scalar';
  readonly timestampMs: number;
  readonly value: number;
}

export interface StringValue {
  readonly kind: 'string';
  readonly timestampMs: number;
  readonly value: string;
}

/** Of an instant query: one value a series, all at the time of the evaluation. */
export interface VectorValue {
  readonly kind: 'vector';
  readonly timestampMs: number;
  readonly samples: readonly VectorSample[];
}

export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
}

/** Of a range query, and of an instant query for a range selector: sorted by labels, each series once, none empty. */
export interface MatrixValue {
  readonly kind: 'matrix';
  readonly series: readonly SeriesSamples[];
}

/**
 * Floats of one series by rising time. Native histograms would be a second pair of columns here, `histogramTimestamps` and
 * `histograms`: a series may have both, at different times.
 */
export interface SeriesSamples {
  readonly labels: Labels;
  /** Unix milliseconds. Several series may share one array. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}
