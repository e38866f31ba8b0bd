import type { Labels } from '@hearth/model';
import { encodeMetadata, encodeSeries, encodeTombstones } from './records/entries-codec.ts';
import { ENTRIES_PER_STEP } from './records/record-format.ts';
import { encodeExemplars, encodeSamples } from './records/samples-codec.ts';
import type { ExemplarColumns, MetadataEntry, WalRecord } from './records/wal-record.ts';
import { WalSamples } from './records/wal-samples.ts';

export interface CheckpointCount {
  readonly kept: number;
  readonly dropped: number;
}

/** How many entries of each kind a checkpoint took over; `unsupported` counts records. */
export type CheckpointStats = Readonly<Record<CheckpointKind, CheckpointCount>>;

type CheckpointKind = 'series' | 'samples' | 'tombstones' | 'exemplars' | 'metadata' | 'unsupported';

export interface CheckpointCriteria {
  readonly keepSeries: (ref: number) => boolean;
  readonly minTime: number;
}

/** Decides which entries of a log go into a checkpoint, and encodes those. */
export class CheckpointFilter {
  readonly #criteria: CheckpointCriteria;
  readonly #samples = new WalSamples();
  /** Only what was said last about a series counts. */
  readonly #metadata = new Map<number, MetadataEntry>();
  readonly #stats = {
    series: { kept: 0, dropped: 0 },
    samples: { kept: 0, dropped: 0 },
    tombstones: { kept: 0, dropped: 0 },
    exemplars: { kept: 0, dropped: 0 },
    metadata: { kept: 0, dropped: 0 },
    unsupported: { kept: 0, dropped: 0 },
  };

  constructor(criteria: CheckpointCriteria) {
    this.#criteria = criteria;
  }

  get stats(): CheckpointStats {
    return this.#stats;
  }

  /** The records to write for `record`. */
  keep(record: WalRecord): Uint8Array[] {
    const { keepSeries, minTime } = this.#criteria;
    switch (record.kind) {
      case 'series':
        return encodeSeries(this.#filter('series', record.series, ({ ref }) => keepSeries(ref)));
      case 'samples':
        return encodeSamples(this.#keepSamples(record.samples));
      case 'tombstones': {
        const isUseful = (t: { ref: number; maxTime: number }) => keepSeries(t.ref) && t.maxTime >= minTime;
        return encodeTombstones(this.#filter('tombstones', record.tombstones, isUseful));
      }
      case 'exemplars':
        return encodeExemplars(this.#keepExemplars(record.exemplars));
      case 'metadata':
        this.#noteMetadata(record.metadata);
        return [];
      case 'mmap-markers':
      case 'unsupported':
        this.#stats.unsupported.dropped++;
        return [];
      default:
        return record satisfies never;
    }
  }

  /** The records to write at the end, a step at a time. */
  *rest(): Generator<Uint8Array[], void, void> {
    this.#stats.metadata.kept = this.#metadata.size;
    let step: MetadataEntry[] = [];
    for (const entry of this.#metadata.values()) {
      if (step.push(entry) < ENTRIES_PER_STEP) continue;
      yield encodeMetadata(step);
      step = [];
    }
    yield encodeMetadata(step);
  }

  #filter<T>(kind: CheckpointKind, entries: readonly T[], isKept: (entry: T) => boolean): T[] {
    const kept = entries.filter(isKept);
    this.#count(kind, kept.length, entries.length);
    return kept;
  }

  #keepSamples(samples: WalSamples): WalSamples {
    const kept = this.#samples;
    kept.clear();
    for (let i = 0; i < samples.length; i++) if (this.#isSampleKept(samples, i)) kept.pushFrom(samples, i);
    this.#count('samples', kept.length, samples.length);
    return kept;
  }

  #keepExemplars({ columns, labels }: ExemplarColumns): ExemplarColumns {
    const kept = new WalSamples();
    const keptLabels: Labels[] = [];
    for (let i = 0; i < columns.length; i++) {
      if (!this.#isSampleKept(columns, i)) continue;
      kept.pushFrom(columns, i);
      keptLabels.push(labels[i]);
    }
    this.#count('exemplars', kept.length, columns.length);
    return { columns: kept, labels: keptLabels };
  }

  #isSampleKept(samples: WalSamples, index: number): boolean {
    return samples.timestamps[index] >= this.#criteria.minTime && this.#criteria.keepSeries(samples.refs[index]);
  }

  #noteMetadata(metadata: readonly MetadataEntry[]): void {
    for (const entry of metadata) {
      const isKept = this.#criteria.keepSeries(entry.ref);
      if (!isKept || this.#metadata.has(entry.ref)) this.#stats.metadata.dropped++;
      if (isKept) this.#metadata.set(entry.ref, entry);
    }
  }

  #count(kind: CheckpointKind, kept: number, all: number): void {
    this.#stats[kind].kept += kept;
    this.#stats[kind].dropped += all - kept;
  }
}
