import { WalSamples } from '../wal/records/wal-samples.ts';

/** Longer ones are not kept for the next appender. */
const KEPT_CAPACITY = 65_536;
const KEPT = 16;

/** The samples of a transaction: references for the log, and beside them the slots of their series. */
export class PendingSamples extends WalSamples {
  slots: Uint32Array;

  constructor(capacity = 128) {
    super(capacity);
    this.slots = new Uint32Array(capacity);
  }

  override reserve(count: number): void {
    super.reserve(count);
    if (this.slots.length === this.timestamps.length) return;
    const { slots, length } = this;
    this.slots = new Uint32Array(this.timestamps.length);
    this.slots.set(slots.subarray(0, length));
  }
}

/** Columns that transactions have done with, for the next ones. */
export class PendingPool {
  readonly #free: PendingSamples[] = [];

  take(): PendingSamples {
    return this.#free.pop() ?? new PendingSamples();
  }

  give(pending: PendingSamples): void {
    pending.clear();
    if (pending.timestamps.length <= KEPT_CAPACITY && this.#free.length < KEPT) this.#free.push(pending);
  }
}
