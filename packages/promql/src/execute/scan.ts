import type { SeriesBatch } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import type { ScanPlan } from '../plan/plan.ts';
import type { Batch } from './batch.ts';
import type { ExecutionContext } from './context.ts';
import { ScanLane } from './scan-lane.ts';
import { hasNaN } from './stale-samples.ts';

/**
 * One pass over the storage that serves several readers. Whoever asks first makes it go on; what the others will want of the
 * same series is kept for them until they ask. Readers ask one after the other, never at the same time.
 */
export class Scan {
  readonly #context: ExecutionContext;
  readonly #plan: ScanPlan;
  readonly #lanes: readonly ScanLane[];
  /** By output: the lane that computes it. */
  readonly #laneOf: readonly ScanLane[];
  #batches: AsyncIterator<SeriesBatch> | undefined;
  #isDone = false;
  #openReaders: number;

  /** `parameters` gives the scalar arguments of an output's function. */
  constructor(context: ExecutionContext, plan: ScanPlan, parameters: (output: number) => readonly Float64Array[]) {
    this.#context = context;
    this.#plan = plan;
    this.#openReaders = plan.outputs.length;
    const lanes = new Map<string, ScanLane>();
    this.#laneOf = plan.outputs.map((output, index) => {
      let lane = lanes.get(output.key);
      if (lane === undefined) {
        lane = new ScanLane(context, output.compute, parameters(index));
        lanes.set(output.key, lane);
      }
      lane.addReader(index, output.filter);
      return lane;
    });
    this.#lanes = [...lanes.values()];
  }

  /** The rows of one output, once: each output has one reader. */
  async *read(output: number): AsyncGenerator<Batch, void, void> {
    const lane = this.#laneOf[output];
    try {
      for (;;) {
        const batch = lane.tryTake(output);
        if (batch !== undefined) yield batch;
        else if (this.#isDone) return;
        else await this.#advance();
      }
    } finally {
      lane.closeReader(output);
      if (--this.#openReaders === 0) await this.close();
    }
  }

  /** Ends the reading of the storage. Rows that nobody has asked for are given up. */
  async close(): Promise<void> {
    this.#isDone = true;
    const batches = this.#batches;
    this.#batches = undefined;
    await batches?.return?.();
  }

  async #advance(): Promise<void> {
    const { querier, signal } = this.#context;
    const { matchers, startMs, endMs } = this.#plan;
    try {
      signal.throwIfAborted();
      this.#batches ??= querier.select({ matchers, startMs, endMs }, signal)[Symbol.asyncIterator]();
      const next = await this.#batches.next();
      if (next.done === true) {
        this.#isDone = true;
        for (const lane of this.#lanes) lane.flush();
        return;
      }
      await this.#compute(next.value);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof PromqlError || isDefect(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new PromqlError('storage', `expanding series: ${reason}`, { position: this.#plan.position, cause });
    }
  }

  async #compute(batch: SeriesBatch): Promise<void> {
    const { budget } = this.#context;
    const samples = batch.values.length;
    this.#context.samplesRead += samples;
    budget.hold(samples, this.#plan.position);
    const stored = { batch, hasNaN: hasNaN(batch.values) };
    for (const lane of this.#lanes) lane.startBatch(stored);
    for (let series = 0; series < batch.labels.length; series++) {
      for (const lane of this.#lanes) lane.addSeries(batch.labels[series], series);
      const rest = this.#context.rest();
      if (rest !== undefined) await rest;
    }
    budget.drop(samples);
  }
}

function isDefect(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    (cause.message.startsWith('BUG:') || cause instanceof TypeError || cause instanceof RangeError)
  );
}
