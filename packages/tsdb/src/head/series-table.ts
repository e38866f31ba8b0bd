import type { Labels } from '@hearth/model';
import type { Pace } from '../file/pace.ts';
import { grownCapacity, grownFloat64 } from './columns.ts';
import { HeadIndex } from './head-index.ts';
import { LabelColumns } from './label-columns.ts';
import { SlotMap } from './slot-map.ts';
import { SymbolPool } from './symbol-pool.ts';

const INITIAL_SLOTS = 1024;

/**
 * All series of the head. Outside and in the log a series goes by its reference, which no other ever has; in here by its slot,
 * the row of the columns that are about it, which is used again when the series is gone and nobody can still be looking at it.
 * Slot 0 is none.
 *
 * A series is hidden when it is made: it can be found by its labels and its reference, but is in no index, and the log does
 * not know it. `show` ends that.
 */
export class SeriesTable {
  readonly symbols = new SymbolPool();
  readonly labels = new LabelColumns(this.symbols);
  readonly index: HeadIndex;
  readonly #slots = new SlotMap();
  /** By slot; 0 for none, negative for hidden series. */
  #refs = new Float64Array(INITIAL_SLOTS);
  /** Earlier references under which the log has samples of a series. */
  readonly #aliases = new Map<number, number[]>();
  readonly #freeSlots: number[] = [];
  #slotEnd = 1;
  #lastRef = 0;

  constructor(pace: Pace) {
    this.index = new HeadIndex({ symbols: this.symbols, labels: this.labels, pace });
  }

  /** All slots are below. */
  get slotEnd(): number {
    return this.#slotEnd;
  }

  /** Series that are not hidden. */
  get shownCount(): number {
    return this.index.seriesCount;
  }

  /** The slot of the series with this reference, or 0. */
  slotOf(ref: number): number {
    return this.#slots.get(ref);
  }

  /** The same for the first `count` of many references, into `slots`. */
  slotsOf(refs: Float64Array, count: number, slots: Uint32Array): void {
    this.#slots.getAll(refs, count, slots);
  }

  find(labels: Labels): number {
    return this.labels.find(labels);
  }

  ref(slot: number): number {
    return Math.abs(this.#refs[slot]);
  }

  isHidden(slot: number): boolean {
    return this.#refs[slot] < 0;
  }

  isUsed(slot: number): boolean {
    return this.#refs[slot] !== 0;
  }

  /** References that were seen in the log are not given to other series. */
  reserveRef(ref: number): void {
    if (ref > this.#lastRef) this.#lastRef = ref;
  }

  /** Makes a hidden series; there must be none with these labels. The caller resets all columns of the slot. */
  create(labels: Labels, ref: number = this.#lastRef + 1): number {
    this.reserveRef(ref);
    const slot = this.#freeSlots.pop() ?? this.#slotEnd++;
    if (slot >= this.#refs.length) {
      this.#refs = grownFloat64(this.#refs, grownCapacity(this.#refs.length, slot + 1));
    }
    this.#refs[slot] = -ref;
    this.#slots.set(ref, slot);
    this.labels.add(slot, labels);
    return slot;
  }

  show(slot: number): void {
    this.#refs[slot] = this.ref(slot);
    this.index.add(slot);
  }

  /** Gives a series that is shown another reference. It can still be found by those that it had. */
  changeRef(slot: number, ref: number): void {
    this.reserveRef(ref);
    this.#slots.set(ref, slot);
    this.#aliases.set(slot, [...(this.#aliases.get(slot) ?? []), this.ref(slot)]);
    this.#refs[slot] = ref;
  }

  /**
   * Lets nobody find the series any more. Its labels and, if it was shown, its place in the index stay until they are
   * removed. Returns the references it had.
   */
  unlist(slot: number): readonly number[] {
    const refs = [this.ref(slot), ...(this.#aliases.get(slot) ?? [])];
    for (const ref of refs) this.#slots.delete(ref);
    this.#aliases.delete(slot);
    this.labels.unlist(slot);
    this.#refs[slot] = 0;
    return refs;
  }

  /** Makes the slots of series that are nowhere any more available to new ones: the lowest first. */
  free(slots: readonly number[]): void {
    for (const slot of slots) this.labels.release(slot);
    this.#freeSlots.push(...slots.toSorted((a, b) => b - a));
  }
}
