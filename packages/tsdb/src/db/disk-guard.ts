import type { BlockStore } from './block-store.ts';
import type { DbLog } from './db-log.ts';
import type { Host } from './host.ts';

export interface DiskGuardOptions {
  readonly host: Pick<Host, 'freeBytes'>;
  readonly directory: string;
  readonly store: BlockStore;
  readonly reserveBytes: number;
  readonly log: DbLog;
}

/** Keeps room on the disk for what comes in, at the cost of what is oldest. */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  blocksRemoved = 0;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
  }

  /** Whether so many bytes can be written and the reserve is still there. */
  async hasRoom(bytes: number): Promise<boolean> {
    return (await this.#free()) >= bytes + this.#options.reserveBytes;
  }

  /**
   * Removes the oldest blocks until there is room for so many bytes and for the reserve. Goes on only while that helps:
   * where something else fills the disk, or queriers keep the files, no more blocks are given for nothing. The newest one
   * stays: it says how far the log has been made into blocks.
   */
  async makeRoom(bytes: number): Promise<void> {
    const { store, reserveBytes, log } = this.#options;
    for (let free = await this.#free(); free < bytes + reserveBytes; ) {
      const oldest = store.blocks
        .toSorted((a, b) => a.meta.maxTime - b.meta.maxTime)
        .slice(0, -1)
        .at(0);
      const state = `${free} bytes are free on the disk, ${bytes + reserveBytes} are needed`;
      if (oldest === undefined) {
        log({ level: 'warn', message: `${state}, and there is no block to remove but the newest` });
        return;
      }
      await store.remove([oldest]);
      this.blocksRemoved++;
      log({ level: 'warn', message: `${state}: the oldest block, ${oldest.ulid}, was removed` });
      const freeNow = await this.#free();
      if (freeNow - free < oldest.sizeBytes / 2) {
        log({
          level: 'warn',
          message: `removing block ${oldest.ulid} freed ${freeNow - free} bytes only; no other one is removed now`,
        });
        return;
      }
      free = freeNow;
    }
  }

  #free(): Promise<number> {
    return this.#options.host.freeBytes(this.#options.directory);
  }
}
