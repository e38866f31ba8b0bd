import { constants, gunzip } from 'node:zlib';
import { HttpClientError } from './http-client-error.ts';

const SMALLEST_CHUNK = 1 << 14;
const LARGEST_CHUNK = 1 << 20;
/** What text of metrics shrinks by, more or less. */
const USUAL_RATIO = 8;

/** The body without its compression, which happens off the event loop and stops at `maxBytes`. */
export async function decodeBody(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  if (name !== 'gzip' && name !== 'x-gzip') {
    throw new HttpClientError('bad_encoding', `unsupported Content-Encoding ${JSON.stringify(encoding.slice(0, 40))}`);
  }
  const chunkSize = Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, body.length * USUAL_RATIO));
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: maxBytes, chunkSize, finishFlush: constants.Z_FINISH }, (error, decoded) => {
      if (error === null) resolve(decoded);
      else reject(failureOf(error, maxBytes));
    });
  });
}

function failureOf(error: NodeJS.ErrnoException, maxBytes: number): HttpClientError {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') {
    return new HttpClientError('body_too_large', `the body is larger than ${maxBytes} bytes`, { cause: error });
  }
  return new HttpClientError('bad_encoding', `the body is not gzip as it says: ${error.message}`, { cause: error });
}
