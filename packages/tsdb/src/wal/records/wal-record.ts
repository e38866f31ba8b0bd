import type { Labels } from '@hearth/model';
import type { WalSamples } from './wal-samples.ts';

export interface SeriesEntry {
  readonly ref: number;
  readonly labels: Labels;
}

/** Samples of a series from `minTime` to `maxTime`, both included, are deleted. */
export interface TombstoneEntry {
  readonly ref: number;
  readonly minTime: number;
  readonly maxTime: number;
}

export interface MetadataEntry {
  readonly ref: number;
  readonly type: number;
  readonly unit: string;
  readonly help: string;
}

/** All samples of a series up to here are in the head chunk that is named. */
export interface MmapMarkerEntry {
  readonly ref: number;
  /** High half: number of the file; low half: offset in it. */
  readonly chunk: bigint;
}

/** Entry i has the labels `labels[i]`. */
export interface ExemplarColumns {
  readonly columns: WalSamples;
  readonly labels: readonly Labels[];
}

/** A record, or a part of one that has very many samples. */
export type WalRecord =
  | { readonly kind: 'series'; readonly series: readonly SeriesEntry[] }
  | { readonly kind: 'samples'; readonly samples: WalSamples }
  | { readonly kind: 'tombstones'; readonly tombstones: readonly TombstoneEntry[] }
  | { readonly kind: 'exemplars'; readonly exemplars: ExemplarColumns }
  | { readonly kind: 'metadata'; readonly metadata: readonly MetadataEntry[] }
  | { readonly kind: 'mmap-markers'; readonly markers: readonly MmapMarkerEntry[] }
  /** Recognised or not, it is nothing that Hearth stores. */
  | { readonly kind: 'unsupported'; readonly type: number; readonly name: string };

/** Numbers of metric types in metadata records. */
export const METRIC_TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const;
