import type { HeadChunkMeta } from '../chunk/head-chunk-format.ts';
import type { HeadChunks } from '../chunk/head-chunks.ts';
import { chunkRef } from '../chunk/segment-format.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { WalEntry } from '../wal/read-wal.ts';
import type { ReadAhead } from '../wal/read-wal-ahead.ts';
import { SAMPLES_PER_STEP } from '../wal/records/record-format.ts';
import type { ExemplarColumns, SeriesEntry, TombstoneEntry } from '../wal/records/wal-record.ts';
import type { WalSamples } from '../wal/records/wal-samples.ts';
import { recoverWal, type WalRecovery } from '../wal/recover-wal.ts';
import type { ChunkList } from './chunk-lists.ts';
import type { ReplayProgress } from './head.ts';
import type { HeadCore } from './head-core.ts';

const RECORDS_BETWEEN_REPORTS = 1024;

export interface ReplayOptions {
  readonly walDirectory: string;
  readonly fileSystem: FileSystem;
  readonly lastSegment: number;
  /** Begins to read the log in another thread, where that can be done. */
  readonly readAhead?: ReadAhead | undefined;
  readonly progress: (progress: ReplayProgress) => void;
}

/**
 * Fills an empty head from the chunk files and the log. The log has all samples; those that a chunk file has are not encoded
 * again. What is wrong with either is passed over, and told.
 */
export class Replay {
  readonly #core: HeadCore;
  readonly #options: ReplayOptions;
  /** By reference in the log, the chunks of series that the log has not named yet. */
  readonly #storedChunks = new Map<number, ChunkList>();
  /** Of the samples in hand. */
  #slots = new Uint32Array(SAMPLES_PER_STEP);
  #records = 0;
  #samples = 0;
  #segment = 0;
  readonly #lost = {
    'samples of series that the log does not name': 0,
    'exemplars of series that the log does not name': 0,
    'deletions in series that the log does not name': 0,
    'chunks of series that the log does not name': 0,
    'chunks with samples that came out of order': 0,
    'chunks whose times other chunks of their series have': 0,
  };

  constructor(core: HeadCore, options: ReplayOptions) {
    this.#core = core;
    this.#options = options;
  }

  async run(): Promise<WalRecovery> {
    const { walDirectory, fileSystem, readAhead } = this.#options;
    const { pace } = this.#core;
    const reading = readAhead?.(walDirectory, { pace });
    let recovery: WalRecovery;
    try {
      await this.#scanChunks();
      recovery = await recoverWal(walDirectory, (entry) => this.#visit(entry), { fileSystem, pace, reading });
    } finally {
      await reading?.close();
    }
    for (const list of this.#storedChunks.values()) {
      this.#lost['chunks of series that the log does not name'] += this.#drop(list);
    }
    this.#report();
    this.#tell(recovery);
    return recovery;
  }

  async #scanChunks(): Promise<void> {
    const { chunks, warn } = this.#core;
    try {
      await chunks.scan((chunk) => this.#noteChunk(chunk));
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      const setAside = await this.#setAsideFilesFrom(chunks, error);
      warn(`${error.message}; the samples come from the log, and the chunks are kept in ${setAside.join(', ')}`);
    }
  }

  async #setAsideFilesFrom(chunks: HeadChunks, error: CorruptionError): Promise<readonly string[]> {
    const number = chunks.fileNumberOf(error);
    if (number === undefined) throw error;
    const setAside = await chunks.setAsideFrom(number);
    const { lists } = this.#core.samples;
    for (const [ref, list] of this.#storedChunks) {
      const kept = lists.dropFrom(list, chunkRef(number, 0));
      if (kept === 0) this.#storedChunks.delete(ref);
      else this.#storedChunks.set(ref, kept);
    }
    return setAside;
  }

  #noteChunk({ seriesRef, ref, minTime, maxTime, isOutOfOrder }: HeadChunkMeta): void {
    const { series, samples, floor } = this.#core;
    series.reserveRef(seriesRef);
    if (maxTime < floor) return;
    if (isOutOfOrder) {
      this.#lost['chunks with samples that came out of order']++;
      return;
    }
    const list = this.#storedChunks.get(seriesRef) ?? 0;
    if (list !== 0 && minTime <= samples.lists.maxTime(list)) {
      this.#lost['chunks whose times other chunks of their series have']++;
      return;
    }
    this.#storedChunks.set(seriesRef, samples.lists.push(list, ref, minTime, maxTime));
  }

  #visit({ record, position }: WalEntry): Promise<void> | undefined {
    this.#segment = position.segment;
    if (++this.#records % RECORDS_BETWEEN_REPORTS === 0) this.#report();
    switch (record.kind) {
      case 'series':
        for (const entry of record.series) this.#addSeries(entry);
        return undefined;
      case 'samples':
        this.#addSamples(record.samples);
        return this.#core.samples.isBehind ? this.#core.writeChunks() : undefined;
      case 'tombstones':
        for (const entry of record.tombstones) this.#addTombstone(entry);
        return undefined;
      case 'exemplars':
        this.#addExemplars(record.exemplars);
        return undefined;
      case 'metadata':
      case 'mmap-markers':
      case 'unsupported':
        return undefined;
      default:
        return record satisfies never;
    }
  }

  /** A series that was removed and came back has two references in the log; chunks and samples from then on have the later. */
  #addSeries({ ref, labels }: SeriesEntry): void {
    const { series, samples } = this.#core;
    if (series.slotOf(ref) !== 0) return;
    let slot = series.find(labels);
    if (slot === 0) {
      slot = this.#core.createSeries(labels, ref);
      this.#core.showSeries(slot);
    } else {
      samples.finishChunk(slot);
      series.changeRef(slot, ref);
    }
    const list = this.#storedChunks.get(ref);
    if (list === undefined) return;
    this.#storedChunks.delete(ref);
    const { lists } = samples;
    this.#core.noteTimes(lists.minTime(lists.oldest(list)), lists.maxTime(list));
    this.#lost['chunks whose times other chunks of their series have'] += samples.addStoredChunks(slot, list);
  }

  #addSamples({ refs, timestamps, words, length }: WalSamples): void {
    const { series, samples, floor } = this.#core;
    const { open } = samples;
    let minTime = Infinity;
    let maxTime = -Infinity;
    let unknown = 0;
    if (length > this.#slots.length) this.#slots = new Uint32Array(length);
    const slots = this.#slots;
    series.slotsOf(refs, length, slots);
    for (let i = 0; i < length; i++) {
      const time = timestamps[i];
      if (time < floor) continue;
      const slot = slots[i];
      if (slot === 0) {
        unknown++;
        continue;
      }
      const last = open.lastTime(slot);
      if (time > last) {
        samples.append(slot, time, words[2 * i + 1] | 0, words[2 * i] | 0);
        if (time < minTime) minTime = time;
        if (time > maxTime) maxTime = time;
      } else if (time === last && open.count(slot) === 0) {
        // The last sample of a stored chunk, whose value is not known otherwise.
        open.setLast(slot, time, words[2 * i + 1] | 0, words[2 * i] | 0);
      }
    }
    this.#samples += length;
    this.#core.noteTimes(minTime, maxTime);
    this.#lost['samples of series that the log does not name'] += unknown;
  }

  #addTombstone({ ref, minTime, maxTime }: TombstoneEntry): void {
    const { series, samples, floor } = this.#core;
    if (maxTime < floor) return;
    const slot = series.slotOf(ref);
    if (slot === 0) this.#lost['deletions in series that the log does not name']++;
    else samples.addTombstone(slot, { minTime, maxTime });
  }

  #addExemplars({ columns, labels }: ExemplarColumns): void {
    const { series, exemplars, floor } = this.#core;
    for (let i = 0; i < columns.length; i++) {
      const timestampMs = columns.timestamps[i];
      if (timestampMs < floor) continue;
      const slot = series.slotOf(columns.refs[i]);
      if (slot === 0) {
        this.#lost['exemplars of series that the log does not name']++;
        continue;
      }
      const exemplar = { ref: series.ref(slot), labels: labels[i], timestampMs, value: columns.values[i] };
      if (exemplars.judge(exemplar.ref, exemplar) === 'new') exemplars.add(exemplar);
    }
  }

  /** Returns how many chunks there were. */
  #drop(list: ChunkList): number {
    const { lists } = this.#core.samples;
    const before = lists.count;
    lists.dropBefore(list, Infinity);
    return before - lists.count;
  }

  #report(): void {
    const { lastSegment, progress } = this.#options;
    const series = this.#core.series.shownCount;
    progress({ segment: this.#segment, lastSegment, samples: this.#samples, series });
  }

  /** A last record that was not written to its end is told of when the log is opened for writing. */
  #tell({ repairs, unsupported }: WalRecovery): void {
    const { warn, counts } = this.#core;
    counts.walRepairs += repairs.length;
    for (const { damage, setAside } of repairs) {
      warn(`${damage.message}; what follows was left out of the log and is kept in ${setAside.join(', ')}`);
    }
    for (const [name, count] of unsupported) warn(`the log has ${count} records that are not stored: ${name}`);
    for (const [what, count] of Object.entries(this.#lost)) {
      if (count > 0) warn(`left out while the log was replayed: ${count} ${what}`);
    }
  }
}
