import { dirname } from 'node:path';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { crc32c } from '../encoding/checksum.ts';
import type { FileSystem, OpenFile } from './file-system.ts';

const BUFFER_BYTES = 256 * 1024;

/**
 * Writes one new file from its start to its end. Bytes are appended to `out`; whoever appends calls `flush` when
 * `isFull`, and so, as a write is asynchronous, lets the event loop run every 256 KB. One call at a time.
 */
export class FileSink {
  readonly out = new ByteWriter(BUFFER_BYTES + 64 * 1024);
  readonly #file: OpenFile;
  #flushed = 0;
  #isClosed = false;
  #sum = 0;
  /** Where in `out` the bytes begin that are to be summed. */
  #sumFrom = 0;

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  static async create(fileSystem: FileSystem, path: string): Promise<FileSink> {
    return new FileSink(await fileSystem.open(path, 'create'));
  }

  /** Length of the file, what is still in `out` included. */
  get position(): number {
    return this.#flushed + this.out.length;
  }

  get isFull(): boolean {
    return this.out.length >= BUFFER_BYTES;
  }

  async flush(): Promise<void> {
    this.#sum = crc32c(this.out.view(this.#sumFrom), this.#sum);
    this.#sumFrom = 0;
    await writeAll(this.#file, this.out.view(), this.#flushed);
    this.#flushed += this.out.length;
    this.out.reset();
  }

  /** Begins a checksum at this position; `endSum` appends it. */
  beginSum(): void {
    this.#sum = 0;
    this.#sumFrom = this.out.length;
  }

  endSum(): void {
    this.out.uint32(crc32c(this.out.view(this.#sumFrom), this.#sum));
  }

  padTo(alignment: number): void {
    const over = this.position % alignment;
    if (over !== 0) this.out.zeros(alignment - over);
  }

  /** Writes what is left, makes the file durable and closes it. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#file.sync();
    await this.abandon();
  }

  /** Closes the file as it is. */
  async abandon(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#file.close();
  }
}

export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += await file.write(bytes.subarray(done), position + done);
  }
}

/** Puts a file in place such that after a crash there is the old one or the new one, and nothing in between. */
export async function replaceFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await fileSystem.remove(temporary);
  const file = await fileSystem.open(temporary, 'create');
  try {
    await writeAll(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(temporary, path);
  await fileSystem.syncDirectory(dirname(path));
}
