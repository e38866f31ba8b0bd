import type { Querier, TimeRange } from '@hearth/model';
import type { Block } from '../block/block.ts';
import type { BlockMeta } from '../block/meta.ts';
import { writeMeta } from '../block/sealed-meta.ts';
import { type Tombstones, writeTombstones } from '../block/tombstones.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import { BlockQuerier, type BlockView } from '../querying/block-querier.ts';

/**
 * A block that is in use. What was deleted and what its meta.json says may change; queriers keep what they began with.
 * It is closed when it is `retire`d and the last querier has gone.
 */
export class StoredBlock {
  readonly #block: Block;
  #meta: BlockMeta;
  #tombstones: Tombstones;
  #readers = 0;
  #whenUnused: (() => void) | undefined;

  constructor(block: Block) {
    this.#block = block;
    this.#meta = block.meta;
    this.#tombstones = block.tombstones;
  }

  get ulid(): string {
    return this.#meta.ulid;
  }

  get meta(): BlockMeta {
    return this.#meta;
  }

  get sizeBytes(): number {
    return this.#block.sizeBytes;
  }

  get tombstones(): Tombstones {
    return this.#tombstones;
  }

  get isInUse(): boolean {
    return this.#readers > 0;
  }

  /** For reading while nothing can retire the block. */
  get view(): BlockView {
    const { directory, index, chunks } = this.#block;
    return { directory, index, chunks, tombstones: this.#tombstones };
  }

  overlaps({ startMs, endMs }: TimeRange): boolean {
    return this.#meta.minTime <= endMs && startMs < this.#meta.maxTime;
  }

  querier(pace: Pace): Querier {
    if (this.#whenUnused !== undefined) throw new Error(`BUG: block ${this.ulid} is queried after it was retired`);
    this.#readers++;
    return new BlockQuerier(this.view, {
      pace,
      release: async () => {
        this.#readers--;
        if (this.#readers === 0) this.#whenUnused?.();
      },
    });
  }

  /** Replaces what is deleted, durably: first the tombstones, then their number. */
  async setTombstones(fileSystem: FileSystem, tombstones: Tombstones): Promise<void> {
    await writeTombstones(fileSystem, this.#block.directory, tombstones);
    this.#tombstones = tombstones;
    let numTombstones = 0;
    for (const intervals of tombstones.values()) numTombstones += intervals.length;
    await this.#setMeta(fileSystem, { ...this.#meta, stats: { ...this.#meta.stats, numTombstones } });
  }

  /** Says in meta.json that compacting it failed, or that it holds nothing and can go. */
  async mark(fileSystem: FileSystem, mark: 'failed' | 'deletable'): Promise<void> {
    if (this.#meta.compaction[mark]) return;
    await this.#setMeta(fileSystem, { ...this.#meta, compaction: { ...this.#meta.compaction, [mark]: true } });
  }

  /** Waits for the queriers and closes the files. Nobody may open another one. */
  async retire(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#whenUnused = resolve;
      if (this.#readers === 0) resolve();
    });
    await this.#block.close();
  }

  async #setMeta(fileSystem: FileSystem, meta: BlockMeta): Promise<void> {
    await writeMeta(fileSystem, this.#block.directory, meta);
    this.#meta = meta;
  }
}
