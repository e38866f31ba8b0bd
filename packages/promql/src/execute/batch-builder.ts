import type { Labels } from '@hearth/model';
import type { PositionRange } from '../syntax/tree.ts';
import { type Batch, rowsPerBatch } from './batch.ts';
import type { Columns } from './column-pool.ts';
import type { ExecutionContext } from './context.ts';
import type { Row } from './kernels/window-kernel.ts';

/** A first batch has few rows, so that the many that have no more do with little memory. */
const MAX_FIRST_ROWS = 32;

/** How much larger each batch may be than the one before. */
const GROWTH = 4;

/**
 * Fills a batch row by row: write into `row`, then `endRow` with what was written. `takeBatch` hands over what is there,
 * and the builder goes on with new columns.
 */
export class BatchBuilder {
  readonly #context: ExecutionContext;
  readonly #steps: number;
  readonly #position: PositionRange;
  #maxRows: number;
  #columns: Columns | undefined;
  #labels: Labels[] = [];
  #counts: number[] = [];
  #dropsName: number[] = [];

  constructor(context: ExecutionContext, { steps }: { readonly steps: number }, position: PositionRange) {
    this.#context = context;
    this.#steps = steps;
    this.#maxRows = Math.min(MAX_FIRST_ROWS, rowsPerBatch(steps));
    this.#position = position;
  }

  get isEmpty(): boolean {
    return this.#labels.length === 0;
  }

  get isFull(): boolean {
    return this.#labels.length === this.#maxRows;
  }

  /** The row to be written next. Its cells are left over from before. */
  get row(): Row {
    this.#columns ??= this.#context.takeColumns(this.#maxRows * this.#steps, this.#position);
    const { values, present } = this.#columns;
    return { values, present, start: this.#labels.length * this.#steps };
  }

  /** A row without values is forgotten: the next one is written over it. */
  endRow(labels: Labels, count: number, dropsName = false): void {
    if (count === 0) return;
    this.#context.budget.holdSamples(this.#steps, this.#position);
    this.#labels.push(labels);
    this.#counts.push(count);
    this.#dropsName.push(dropsName ? 1 : 0);
  }

  takeBatch(): Batch {
    const { values, present } = this.#columns ?? this.row;
    const batch: Batch = {
      labels: this.#labels,
      steps: this.#steps,
      values,
      present,
      counts: Uint32Array.from(this.#counts),
      dropsName: this.#context.delayedNameRemoval ? Uint8Array.from(this.#dropsName) : undefined,
    };
    this.#forgetRows();
    this.#maxRows = Math.min(this.#maxRows * GROWTH, rowsPerBatch(this.#steps));
    return batch;
  }

  /** Hands over what is left, if anything is, and ends. */
  *finish(): Generator<Batch, void, void> {
    if (!this.isEmpty) yield this.takeBatch();
    this.discard();
  }

  /** Gives back what was not taken. */
  discard(): void {
    if (this.#columns === undefined) return;
    this.#context.giveColumns(this.#columns);
    this.#context.budget.dropSamples(this.#labels.length * this.#steps);
    this.#forgetRows();
  }

  #forgetRows(): void {
    this.#columns = undefined;
    this.#labels = [];
    this.#counts = [];
    this.#dropsName = [];
  }
}
