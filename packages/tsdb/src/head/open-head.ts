import { HEAD_CHUNKS_DIRECTORY } from '../chunk/head-chunk-format.ts';
import { HeadChunks } from '../chunk/head-chunks.ts';
import type { FileSystem } from '../file/file-system.ts';
import { withTypedErrors } from '../wal/disk-errors.ts';
import { openWal } from '../wal/open-wal.ts';
import { isLogDirectory, listSegments } from '../wal/segments.ts';
import { DEFAULT_CHUNK_RANGE_MS, DEFAULT_MAX_EXEMPLARS, type Head, type HeadOptions } from './head.ts';
import { HeadCore } from './head-core.ts';
import { PrometheusHead } from './prometheus-head.ts';
import { Replay } from './replay.ts';
import { collectGarbage } from './truncation.ts';

const WAL_DIRECTORY = 'wal';
/** Prometheus' log for samples that come out of order, where that is switched on. */
const OUT_OF_ORDER_DIRECTORY = 'wbl';

/** Opens the head of a data directory, which is created if need be, with everything that was ever committed to it. */
export async function openHead(options: HeadOptions): Promise<Head> {
  const { directory, cache, pace, walCompression, walSegmentBytes } = options;
  const { chunkRangeMs = DEFAULT_CHUNK_RANGE_MS, maxExemplars = DEFAULT_MAX_EXEMPLARS, warn = () => {} } = options;
  const fileSystem = withTypedErrors(options.fileSystem);
  const walDirectory = `${directory}/${WAL_DIRECTORY}`;
  const chunks = await HeadChunks.open({ fileSystem, directory: `${directory}/${HEAD_CHUNKS_DIRECTORY}`, cache });
  try {
    const core = new HeadCore({ chunks, pace, chunkRangeMs, maxExemplars, warn });
    core.floor = options.minValidTimeMs ?? -Infinity;
    await warnOfOutOfOrderLog(directory, fileSystem, warn);
    const hasLog = await isLogDirectory(fileSystem, walDirectory);
    const lastSegment = hasLog ? ((await listSegments(fileSystem, walDirectory)).at(-1) ?? 0) : 0;
    const progress = options.progress ?? (() => {});
    const { readAhead } = options;
    const recovery = await new Replay(core, { walDirectory, fileSystem, lastSegment, readAhead, progress }).run();

    const storage = {
      fileSystem,
      walDirectory,
      ...(walCompression !== undefined && { walCompression }),
      ...(walSegmentBytes !== undefined && { walSegmentBytes }),
    };
    core.wal = await openWal(walDirectory, {
      fileSystem,
      pace,
      recovery,
      warn,
      ...(walCompression !== undefined && { compression: walCompression }),
      ...(walSegmentBytes !== undefined && { segmentSize: walSegmentBytes }),
    });
    await collectGarbage(core);
    return new PrometheusHead(core, storage);
  } catch (error) {
    await chunks.close();
    throw error;
  }
}

async function warnOfOutOfOrderLog(
  directory: string,
  fileSystem: FileSystem,
  warn: (message: string) => void,
): Promise<void> {
  const path = `${directory}/${OUT_OF_ORDER_DIRECTORY}`;
  if (!(await isLogDirectory(fileSystem, path))) return;
  const segments = await listSegments(fileSystem, path);
  if (segments.length > 0) warn(`${path}: the samples that came out of order are not read; they stay where they are`);
}
