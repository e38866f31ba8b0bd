import { assertWithin, type ByteSource } from '../file/byte-source.ts';

export interface MemorySource extends ByteSource {
  /** What was read so far, as `offset+length`. */
  readonly reads: readonly string[];
  isClosed: boolean;
}

/** Bytes in memory as if they were a file. */
export function memorySource(bytes: Uint8Array, name = 'file'): MemorySource {
  const reads: string[] = [];
  return {
    name,
    size: bytes.length,
    reads,
    isClosed: false,
    async read(offset, length) {
      assertWithin(this, offset, length);
      reads.push(`${offset}+${length}`);
      return Buffer.from(bytes.slice(offset, offset + length));
    },
    async close() {
      this.isClosed = true;
    },
  };
}
