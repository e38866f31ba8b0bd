import { CorruptionError } from '../encoding/corruption-error.ts';
import type { FileSystem } from './file-system.ts';

/** Bytes that do not change, read piece by piece. A source may grow. */
export interface ByteSource {
  /** For messages: the path of the file. */
  readonly name: string;
  readonly size: number;
  /**
   * Exactly `length` bytes, in a buffer that the caller owns. Bytes outside 0 to `size` are a `CorruptionError`, for
   * it was stored bytes that pointed there; so is a file that has become shorter. Calls may overlap.
   */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function openByteSource(fileSystem: FileSystem, path: string): Promise<ByteSource> {
  const file = await fileSystem.open(path, 'read');
  try {
    const size = await file.size();
    return {
      name: path,
      size,
      async read(offset, length) {
        assertWithin({ name: path, size }, offset, length);
        const bytes = Buffer.allocUnsafeSlow(length);
        const count = await file.read(bytes, offset);
        if (count < length) throw endsEarly(path, offset + count);
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The bytes of a small file. One that is longer than `maxBytes` is a `CorruptionError`. */
export async function readWholeFile(
  fileSystem: FileSystem,
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Buffer> {
  const source = await openByteSource(fileSystem, path);
  try {
    if (source.size <= maxBytes) return await source.read(0, source.size);
    const reason = `the file has ${source.size} bytes, more than ${maxBytes}`;
    throw new CorruptionError({ code: 'bad_value', file: path, offset: maxBytes, reason });
  } finally {
    await source.close();
  }
}

/** Throws a `CorruptionError` unless all `length` bytes from `offset` on exist. */
export function assertWithin(source: Pick<ByteSource, 'name' | 'size'>, offset: number, length: number): void {
  if (offset >= 0 && offset + length <= source.size) return;
  const reason = `${length} bytes expected at ${offset}, the file has ${source.size}`;
  throw new CorruptionError({ code: 'truncated', file: source.name, offset: Math.min(offset, source.size), reason });
}

function endsEarly(file: string, offset: number): CorruptionError {
  return new CorruptionError({ code: 'truncated', file, offset, reason: 'the file has become shorter' });
}

/** The bytes from `offset` up to but not including `end`. */
export interface ByteRange {
  readonly offset: number;
  readonly end: number;
}
