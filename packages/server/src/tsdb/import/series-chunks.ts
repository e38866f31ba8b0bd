import type { Labels } from '@hearth/model';
import { CHUNK_ENCODING_XOR, type ChunkToWrite, XorAppender } from '@hearth/tsdb';

const SAMPLES_PER_CHUNK = 120;

/**
 * Builds the chunks of one series. They end where those of `promtool tsdb create-blocks-from` end, so that both make the
 * same blocks: a chunk is meant to have 120 samples and has 240 at most; after 30 its end is set such that the chunks of
 * a range are equally long. Source: Prometheus 2.42, tsdb/head_append.go, `appendPreprocessor`.
 */
export class SeriesChunks {
  readonly labels: Labels;
  readonly #rangeMs: number;
  readonly #finished: ChunkToWrite[] = [];
  #open = new XorAppender();
  #firstTime = 0;
  #lastValue = 0;
  #endTime = 0;

  /** A chunk never reaches over a multiple of `rangeMs`. */
  constructor(labels: Labels, rangeMs: number) {
    this.labels = labels;
    this.#rangeMs = rangeMs;
  }

  /** Returns why the sample is refused, if it is. One that repeats the last one is taken once. */
  append(timestampMs: number, value: number): string | undefined {
    const { count, lastTime } = this.#open;
    if (count > 0 && timestampMs <= lastTime) {
      if (timestampMs < lastTime) return `sample out of order: the one before is ${lastTime - timestampMs} ms later`;
      return Object.is(value, this.#lastValue) ? undefined : 'a second value for the same series and time';
    }
    if (count === SAMPLES_PER_CHUNK / 4) this.#predictEnd(lastTime);
    if (count > 0 && (timestampMs >= this.#endTime || count >= 2 * SAMPLES_PER_CHUNK)) this.#finish();
    if (this.#open.count === 0) {
      this.#firstTime = timestampMs;
      this.#endTime = (Math.floor(timestampMs / this.#rangeMs) + 1) * this.#rangeMs;
    }
    this.#open.append(timestampMs, value);
    this.#lastValue = value;
    return undefined;
  }

  /** All chunks, the open one included. Nothing can be appended afterwards. */
  end(): readonly ChunkToWrite[] {
    if (this.#open.count > 0) this.#finish();
    return this.#finished;
  }

  #predictEnd(lastTime: number): void {
    const left = this.#endTime - this.#firstTime;
    const chunks = Math.floor(left / ((lastTime - this.#firstTime + 1) * 4));
    if (chunks > 1) this.#endTime = this.#firstTime + Math.floor(left / chunks);
  }

  #finish(): void {
    const open = this.#open;
    const times = { minTime: this.#firstTime, maxTime: open.lastTime };
    this.#finished.push({ encoding: CHUNK_ENCODING_XOR, data: open.copy(), ...times });
    this.#open = new XorAppender();
  }
}
