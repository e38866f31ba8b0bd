import type { Exposition, RenderOptions } from '../../expose/exposition.ts';
import type { Log } from '../../log.ts';
import { MAX_TOTALS_PART_LENGTH } from '../wire/limits.ts';
import { toWorker } from '../wire/messages.ts';
import type { WorkerPort } from './worker-port.ts';

/** How many readers one worker may ask for at a time. */
const MAX_AT_ONCE = 16;

/** Answers workers that are asked for the metrics. */
export class TotalsAnswers {
  readonly #render: (options: RenderOptions) => Promise<Exposition>;
  readonly #log: Log;
  /** By the worker's id. */
  readonly #underWay = new Map<number, number>();

  constructor(render: (options: RenderOptions) => Promise<Exposition>, log: Log) {
    this.#render = render;
    this.#log = log;
  }

  async answer(worker: WorkerPort, id: number, options: RenderOptions): Promise<void> {
    const underWay = this.#underWay.get(worker.id) ?? 0;
    if (underWay >= MAX_AT_ONCE) {
      const reason = `${MAX_AT_ONCE} other requests for them are under way at this worker`;
      return worker.send(toWorker({ kind: 'refusal', id, reason }));
    }
    this.#underWay.set(worker.id, underWay + 1);
    try {
      await sendInParts(worker, id, await this.#render(options));
    } catch (error) {
      this.#log(`the totals could not be shown to a worker: ${String(error)}`);
      await worker.send(toWorker({ kind: 'refusal', id, reason: 'the log of the primary process says why' }));
    } finally {
      this.#ended(worker);
    }
  }

  /** The worker is gone: what is under way for it may never end. */
  left(worker: WorkerPort): void {
    this.#underWay.delete(worker.id);
  }

  #ended({ id }: WorkerPort): void {
    const left = (this.#underWay.get(id) ?? 0) - 1;
    if (left > 0) this.#underWay.set(id, left);
    else this.#underWay.delete(id);
  }
}

/** One part after the other, so that others can use the event loop and the channel between them. */
async function sendInParts(worker: WorkerPort, id: number, { contentType, body }: Exposition): Promise<void> {
  for (let start = 0; start === 0 || start < body.length; start += MAX_TOTALS_PART_LENGTH) {
    const end = start + MAX_TOTALS_PART_LENGTH;
    const isLast = end >= body.length;
    await worker.send(toWorker({ kind: 'totals', id, contentType, part: body.slice(start, end), isLast }));
  }
}
