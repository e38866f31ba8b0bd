import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import type { Pace } from '../file/pace.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import { withTypedErrors } from './disk-errors.ts';
import { type Answer, type Failure, type LogMessage, type LogThreadOptions, samplesIn } from './log-thread-messages.ts';
import { createPace } from './node-pace.ts';
import { EntryDecoder, readWal, type WalEntry, type WalReading, type WalReport } from './read-wal.ts';
import { SAMPLES_PER_STEP } from './records/record-format.ts';
import { isLogDirectory, lastCheckpoint, listSegments, segmentPath } from './segments.ts';
import type { TornTail } from './torn-tail.ts';
import { WalError } from './wal-error.ts';

/** A thread takes 30 ms and 10 MB: a log that is shorter is read in less. */
const DEFAULT_MIN_BYTES = 16 * 1024 * 1024;

export interface ReadAheadOptions {
  readonly pace?: Pace;
  /** Logs that are shorter are read without a thread. */
  readonly minBytes?: number;
  /** The program of the thread, as it is built. */
  readonly program?: URL;
}

/** A reading that has begun: to be closed if it is not iterated to an end. */
export interface WalReadingAhead extends WalReading {
  close(): Promise<void>;
}

/** As `readWalAhead`. */
export type ReadAhead = (directory: string, options: { readonly pace: Pace }) => WalReadingAhead;

/**
 * Reads a log of the operating system's files as `readWal` does, but in a thread of its own, which begins at once and stays a
 * few batches ahead. Where there can be no thread, or the log is short, it is `readWal`. Records of samples that follow each
 * other come together, cut anew, with the position of the first.
 */
export function readWalAhead(directory: string, options: ReadAheadOptions = {}): WalReadingAhead {
  return new ReadingAhead(directory, options);
}

class ReadingAhead implements WalReadingAhead {
  readonly #directory: string;
  readonly #options: ReadAheadOptions;
  readonly #pace: Pace;
  readonly #decoder = new EntryDecoder();
  readonly #started: Promise<Thread | undefined>;
  #here: WalReading | undefined;
  #tornTail: TornTail | undefined;

  constructor(directory: string, options: ReadAheadOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#pace = options.pace ?? createPace();
    this.#started = this.#tryStart();
  }

  get report(): WalReport {
    return this.#here?.report ?? { unsupported: this.#decoder.unsupported, tornTail: this.#tornTail };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WalEntry, void, void> {
    const thread = await this.#started;
    if (thread === undefined) {
      this.#here = readWal(this.#directory, { pace: this.#pace });
      yield* this.#here;
      return;
    }
    try {
      for (;;) {
        const message = await thread.next();
        if (message.kind === 'end') {
          this.#tornTail = message.tornTail;
          return;
        }
        if (message.kind === 'failed') throw errorOf(message.failure);
        for (const entry of this.#entriesOf(message)) {
          yield entry;
          const rest = this.#pace();
          if (rest !== undefined) await rest;
        }
        thread.answer(message);
      }
    } finally {
      await thread.stop();
    }
  }

  async close(): Promise<void> {
    await (await this.#started)?.stop();
  }

  /** What is wrong with the log is for the iteration to find. */
  async #tryStart(): Promise<Thread | undefined> {
    const { minBytes = DEFAULT_MIN_BYTES, program = new URL('./log-thread.js', import.meta.url) } = this.#options;
    try {
      if ((await bytesOfLog(this.#directory)) < minBytes) return undefined;
    } catch (error) {
      if (!(error instanceof WalError) && systemCodeOf(error) === undefined) throw error;
      return undefined;
    }
    return tryStartThread(program, { directory: this.#directory });
  }

  *#entriesOf(message: LogMessage): Generator<WalEntry, void, void> {
    if (message.kind === 'records') {
      for (const raw of message.records) yield* this.#decoder.decode(raw);
    }
    if (message.kind !== 'samples') return;
    const { memory, length, position, inCheckpoint } = message;
    for (let from = 0; from < length; from += SAMPLES_PER_STEP) {
      const samples = samplesIn(memory, { from, to: Math.min(length, from + SAMPLES_PER_STEP) });
      yield { record: { kind: 'samples', samples }, position, inCheckpoint };
    }
  }
}

/** The thread as it is seen from here. */
class Thread {
  readonly #worker: Worker;
  readonly #arrived: LogMessage[] = [];
  #wake: (() => void) | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: LogMessage) => this.#arrive(message));
    worker.on('error', (error) => this.#arrive(failed(error instanceof Error ? error.message : String(error))));
    worker.on('exit', (code) => this.#arrive(failed(`it ended with ${code}`)));
  }

  /** One call at a time. */
  async next(): Promise<LogMessage> {
    for (;;) {
      const message = this.#arrived.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  answer(message: LogMessage): void {
    const memory = message.kind === 'samples' ? message.memory : undefined;
    const answer: Answer = { memory };
    this.#worker.postMessage(answer, memory === undefined ? [] : [memory]);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #arrive(message: LogMessage): void {
    this.#arrived.push(message);
    this.#wake?.();
  }
}

function failed(reason: string): LogMessage {
  return { kind: 'failed', failure: { type: 'other', message: `the thread that reads the log failed: ${reason}` } };
}

/** Undefined where there can be no thread, or none with this program. */
async function tryStartThread(program: URL, workerData: LogThreadOptions): Promise<Thread | undefined> {
  let thread: Thread;
  try {
    thread = new Thread(new Worker(program, { workerData }));
  } catch {
    return undefined;
  }
  const first = await thread.next();
  if (first.kind === 'ready') return thread;
  await thread.stop();
  return undefined;
}

function errorOf(failure: Failure): Error {
  switch (failure.type) {
    case 'corruption':
      return new CorruptionError(failure.details);
    case 'wal':
      return new WalError(failure.details);
    case 'other':
      return new Error(failure.message);
    default:
      return failure satisfies never;
  }
}

/** 0 where there is none. */
async function bytesOfLog(directory: string): Promise<number> {
  const fileSystem = withTypedErrors(nodeFileSystem);
  if (!(await isLogDirectory(fileSystem, directory))) return 0;
  const checkpoint = await lastCheckpoint(fileSystem, directory);
  let bytes = 0;
  for (const each of checkpoint === undefined ? [directory] : [checkpoint.directory, directory]) {
    for (const segment of await listSegments(fileSystem, each)) bytes += (await stat(segmentPath(each, segment))).size;
  }
  return bytes;
}
