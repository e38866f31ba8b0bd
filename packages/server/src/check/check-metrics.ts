import { ExpositionError, type MetricFamily, parseExposition } from '@hearth/model';
import { HearthError } from '../errors.ts';
import { lintMetrics, type Problem } from './lint-metrics.ts';

/** A target that exposes more than this is scraped by nobody. */
export const MAX_METRICS_BYTES = 256 * 1024 * 1024;

/** Reads a text in the format 0.0.4 to its end. Throws HEARTH_BAD_INPUT with line and column where it is none. */
export async function checkMetrics(chunks: AsyncIterable<Uint8Array>): Promise<readonly Problem[]> {
  const text = await readAll(chunks);
  let families: readonly MetricFamily[];
  try {
    ({ families } = parseExposition(text, 'text/plain; version=0.0.4'));
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    throw new HearthError('HEARTH_BAD_INPUT', `stdin:${error.line}:${error.column}: ${error.reason}`, { cause: error });
  }
  return lintMetrics(families);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_METRICS_BYTES) {
      throw new HearthError('HEARTH_BAD_INPUT', `stdin: more than ${MAX_METRICS_BYTES} bytes, which are read at most`);
    }
    read.push(chunk);
  }
  return Buffer.concat(read, size);
}
