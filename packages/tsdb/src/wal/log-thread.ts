import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { CorruptionError } from '../encoding/corruption-error.ts';
import {
  type Answer,
  BATCH_BYTES,
  BATCH_SAMPLES,
  type Failure,
  type LogMessage,
  type LogThreadOptions,
  MESSAGES_AHEAD,
  samplesIn,
} from './log-thread-messages.ts';
import { type RawWalEntry, RawWalReader } from './read-raw-wal.ts';
import { decodeRecord } from './records/decode-record.ts';
import { SAMPLES, SAMPLES_PER_STEP, SAMPLES_V2 } from './records/record-format.ts';
import { WalSamples } from './records/wal-samples.ts';
import { WalError } from './wal-error.ts';

/** Other records are sent together up to so many bytes. */
const RECORD_BYTES = 256 * 1024;

/**
 * Reads a log and decodes its samples, ahead of the thread that wants them. Other records go there as they are: what they
 * hold are objects, which would be copied on the way.
 */
class LogThread {
  readonly #columns = new WalSamples();
  readonly #spare: ArrayBuffer[] = [];
  #ahead = 0;
  #memory: ArrayBuffer | undefined;
  #batch = new WalSamples(0);
  #length = 0;
  #first: RawWalEntry | undefined;
  #records: RawWalEntry[] = [];
  #recordBytes = 0;

  async run(directory: string): Promise<void> {
    parentPort?.on('message', ({ memory }: Answer) => {
      this.#ahead--;
      if (memory !== undefined) this.#spare.push(memory);
    });
    send({ kind: 'ready' });
    const reader = new RawWalReader(directory);
    let failure: Failure | undefined;
    try {
      for await (const entry of reader) await this.#add(entry);
    } catch (error) {
      failure = failureOf(error);
    }
    await this.#sendSamples();
    await this.#sendRecords();
    send(failure === undefined ? { kind: 'end', tornTail: reader.tornTail } : { kind: 'failed', failure });
    parentPort?.unref();
  }

  async #add(entry: RawWalEntry): Promise<void> {
    const type = entry.bytes[0];
    if (type === SAMPLES || type === SAMPLES_V2) {
      await this.#sendRecords();
      await this.#addSamples(entry);
      return;
    }
    await this.#sendSamples();
    this.#records.push({ ...entry, bytes: new Uint8Array(entry.bytes) });
    this.#recordBytes += entry.bytes.length;
    if (this.#recordBytes >= RECORD_BYTES) await this.#sendRecords();
  }

  async #addSamples(entry: RawWalEntry): Promise<void> {
    const { bytes, file, position } = entry;
    for (const part of decodeRecord({ bytes, file, offset: position.offset }, this.#columns)) {
      if (part.kind !== 'samples') continue;
      const { length, refs, timestamps, words } = part.samples;
      if (this.#length + SAMPLES_PER_STEP > BATCH_SAMPLES || this.#first?.inCheckpoint !== entry.inCheckpoint) {
        await this.#sendSamples();
      }
      if (this.#memory === undefined) this.#begin(entry);
      const at = this.#length;
      this.#batch.refs.set(refs.subarray(0, length), at);
      this.#batch.timestamps.set(timestamps.subarray(0, length), at);
      this.#batch.words.set(words.subarray(0, 2 * length), 2 * at);
      this.#length += length;
    }
  }

  #begin(entry: RawWalEntry): void {
    this.#memory = this.#spare.pop() ?? new ArrayBuffer(BATCH_BYTES);
    this.#batch = samplesIn(this.#memory, { from: 0, to: BATCH_SAMPLES });
    this.#first = entry;
  }

  async #sendSamples(): Promise<void> {
    const memory = this.#memory;
    if (memory === undefined || this.#first === undefined) return;
    await this.#untilWanted();
    const { position, inCheckpoint } = this.#first;
    send({ kind: 'samples', memory, length: this.#length, position, inCheckpoint }, [memory]);
    this.#memory = undefined;
    this.#length = 0;
  }

  async #sendRecords(): Promise<void> {
    if (this.#records.length === 0) return;
    await this.#untilWanted();
    send({ kind: 'records', records: this.#records });
    this.#records = [];
    this.#recordBytes = 0;
  }

  /** Counts a message as on its way, when it can be. */
  async #untilWanted(): Promise<void> {
    while (this.#ahead >= MESSAGES_AHEAD) await once(parentPort!, 'message');
    this.#ahead++;
  }
}

function send(message: LogMessage, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferred);
}

function failureOf(error: unknown): Failure {
  if (error instanceof CorruptionError) {
    const { code, file, offset, reason } = error;
    return { type: 'corruption', details: { code, file, offset, reason } };
  }
  if (error instanceof WalError) {
    const { code, file, reason } = error;
    return { type: 'wal', details: { code, file, reason } };
  }
  return { type: 'other', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

await new LogThread().run((workerData as LogThreadOptions).directory);
