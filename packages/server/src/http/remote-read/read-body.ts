import { uncompress } from 'snappy';
import { badData } from '../errors/http-errors.ts';
import { isBadRequest, parseReadRequest, type ReadRequest } from './read-request.ts';

/** As in Prometheus; also the most that the body may be. */
export const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** Throws what the client is told. The library believes whatever length the block claims, so that is checked first. */
export async function readBody(body: unknown): Promise<ReadRequest> {
  const block = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const length = uncompressedLength(block);
  if (length === undefined) throw badData('snappy: corrupt input');
  if (length > MAX_REQUEST_BYTES) {
    throw badData(`snappy: decoded length ${length} exceeds limit ${MAX_REQUEST_BYTES}`);
  }
  const bytes = await uncompressBlock(block);
  try {
    return parseReadRequest(bytes);
  } catch (error) {
    if (isBadRequest(error)) throw badData(error.message, error);
    throw error;
  }
}

async function uncompressBlock(block: Buffer): Promise<Buffer> {
  try {
    return (await uncompress(block, { asBuffer: true, copyOutputData: true })) as Buffer;
  } catch (cause) {
    throw badData('snappy: corrupt input', cause);
  }
}

/** What a block of snappy says of itself: a varint of at most 32 bits in front. `undefined` for what is none. */
function uncompressedLength(block: Uint8Array): number | undefined {
  let length = 0;
  for (let i = 0; i < 5 && i < block.length; i++) {
    length += (block[i] & 0x7f) * 2 ** (7 * i);
    if (block[i] < 0x80) return length <= 0xffffffff ? length : undefined;
  }
  return undefined;
}
