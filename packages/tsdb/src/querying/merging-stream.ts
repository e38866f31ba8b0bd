import { compareLabels, type Labels } from '@hearth/model';
import { SampleBuffer } from '../chunk/sample-buffer.ts';
import { appendMerged, areApart, runOf, type SampleRun } from './merge-samples.ts';
import type { SeriesStream } from './series-stream.ts';

interface Part {
  readonly stream: SeriesStream;
  /** Of streams that have a sample at the same time, the lowest is heard. */
  readonly rank: number;
  /** Where the samples of the present series are in the target. */
  start: number;
  end: number;
}

/**
 * Several streams as one. A series that several have is one series, and a time at which several have a sample has one
 * sample: that of the stream named first.
 *
 * Streams are mostly apart in time: head and blocks. So each decodes to where its samples belong, in the order of time that
 * the series before had; only where that does not hold are samples moved.
 */
export class MergingStream implements SeriesStream {
  readonly #parts: Part[];
  /** Those that have the present series, in the order in which they are read. */
  #standing: Part[] = [];
  #labels: Labels | undefined;
  #hasBegun = false;

  constructor(streams: readonly SeriesStream[]) {
    this.#parts = streams.map((stream, rank) => ({ stream, rank, start: 0, end: 0 }));
  }

  get labels(): Labels | undefined {
    return this.#labels;
  }

  advance(): Promise<void> | undefined {
    const moving = this.#hasBegun ? this.#standing : this.#parts;
    this.#hasBegun = true;
    const waiting: Promise<void>[] = [];
    for (const { stream } of moving) {
      const advanced = stream.advance();
      if (advanced !== undefined) waiting.push(advanced);
    }
    if (waiting.length === 0) return this.#stand();
    return Promise.all(waiting).then(() => this.#stand());
  }

  append(target: SampleBuffer): Promise<void> | undefined {
    return this.#appendFrom(target, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map(({ stream }) => stream.close()));
  }

  #stand(): undefined {
    this.#standing = standingFirst(this.#parts, ({ stream }) => stream.labels);
    this.#labels = this.#standing[0]?.stream.labels;
  }

  #appendFrom(target: SampleBuffer, from: number): Promise<void> | undefined {
    for (let i = from; i < this.#standing.length; i++) {
      const part = this.#standing[i];
      part.start = target.length;
      const appended = part.stream.append(target);
      if (appended !== undefined) {
        return appended.then(() => {
          part.end = target.length;
          return this.#appendFrom(target, i + 1);
        });
      }
      part.end = target.length;
    }
    this.#bringInOrder(target);
    return undefined;
  }

  #bringInOrder(target: SampleBuffer): void {
    const { timestamps, words } = target;
    const parts = this.#standing.filter(({ start, end }) => end > start);
    if (parts.length < 2 || areApart(parts.map(({ start, end }) => ({ timestamps, words, start, end })))) return;
    const { start } = parts[0];
    const copy = new SampleBuffer(target.length - start);
    copy.timestamps.set(timestamps.subarray(start, target.length));
    copy.words.set(words.subarray(2 * start, 2 * target.length));
    target.length = start;
    const runs = parts
      .toSorted((a, b) => a.rank - b.rank)
      .map((part): SampleRun => ({ ...runOf(copy), start: part.start - start, end: part.end - start }));
    appendMerged(target, runs);
    this.#orderBy((part) => copy.timestamps[part.start - start], parts);
  }

  /** The next series are read in the order of these times. */
  #orderBy(timeOf: (part: Part) => number, parts: readonly Part[]): void {
    const ordered = parts.toSorted((a, b) => timeOf(a) - timeOf(b));
    let next = 0;
    for (const [i, part] of this.#parts.entries()) if (parts.includes(part)) this.#parts[i] = ordered[next++];
  }
}

/** Those that stand at the labels that come first, in the order in which they are given. */
export function standingFirst<T>(sources: readonly T[], labelsOf: (source: T) => Labels | undefined): T[] {
  let standing: T[] = [];
  let first: Labels | undefined;
  for (const source of sources) {
    const labels = labelsOf(source);
    if (labels === undefined) continue;
    const order = first === undefined ? -1 : compareLabels(labels, first);
    if (order > 0) continue;
    if (order < 0) standing = [];
    first = labels;
    standing.push(source);
  }
  return standing;
}
