import type { Labels } from '@hearth/model';
import type { SequenceValue, SeriesNotation } from './series-notation.ts';

/** A step of a script. `line` counts from 1. */
export type Command = LoadCommand | ClearCommand | EvalCommand;

/** Adds series to what was loaded before, their first values at time 0. */
export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly intervalMs: number;
  readonly series: readonly SeriesNotation[];
  /** Whether native histograms are made of classic ones and loaded, too. */
  readonly withCustomBuckets: boolean;
}

/** Removes what was loaded. */
export interface ClearCommand {
  readonly kind: 'clear';
  readonly line: number;
}

/** Runs a query and compares its result. */
export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly time: InstantTime | RangeTime;
  readonly expected: ExpectedResult;
  readonly expectations: Expectations;
}

export interface InstantTime {
  readonly kind: 'instant';
  readonly timestampMs: number;
}

export interface RangeTime {
  readonly kind: 'range';
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** What the query has to result in. */
export type ExpectedResult =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'series';
      readonly series: readonly ExpectedSeries[];
      /** Where the values of a matrix lie; `undefined` for a vector. */
      readonly grid: RangeTime | undefined;
    };

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

/** A text that a failure or annotation has to be, or has to fit. */
export interface ExpectedText {
  readonly words: string;
  matches(text: string): boolean;
}

export interface Expectations {
  readonly isOrdered: boolean;
  /** `undefined` where the query has to succeed. */
  readonly failure: ExpectedText | undefined;
  readonly warnings: ExpectedAnnotations;
  readonly infos: ExpectedAnnotations;
}

/** Either none at all, or: each text fits one annotation, and each annotation a text. Without texts nothing is checked. */
export type ExpectedAnnotations = 'none' | readonly ExpectedText[];
