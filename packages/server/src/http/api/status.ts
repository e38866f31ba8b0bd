import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { BlockInfo, HeadStats } from '@hearth/tsdb';
import { badData } from '../errors/http-errors.ts';
import { formatGoTime } from '../json/go-time.ts';
import { listPart, objectPart, valuePart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { RuntimeInfo, StatusView } from '../views/status-view.ts';
import type { StorageView } from '../views/storage-view.ts';
import { type ApiAnswer, type ApiRoute, READ } from './route.ts';

export interface StatusRoutesOptions {
  readonly status: StatusView;
  readonly config: ConfigView;
  readonly storage: () => Pick<StorageView, 'headStats' | 'blocks'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 10_000;

/** `/status/…` and `/notifications`. */
export function statusRoutes({ status, config, storage, now }: StatusRoutesOptions): readonly ApiRoute[] {
  return [
    { methods: READ, path: '/status/config', answer: () => ({ data: valuePart({ yaml: config.yaml() }) }) },
    { methods: READ, path: '/status/flags', answer: () => ({ data: valuePart(status.flags()) }) },
    { methods: READ, path: '/status/buildinfo', answer: () => ({ data: valuePart(status.build) }) },
    {
      methods: READ,
      path: '/status/runtimeinfo',
      answer: () => ({ data: valuePart(printRuntime(status.runtime(), now())) }),
    },
    { methods: READ, path: '/status/tsdb', answer: ({ form }) => answerHeadStats(storage, form) },
    { methods: READ, path: '/status/tsdb/blocks', answer: () => answerBlocks(storage) },
    {
      methods: READ,
      path: '/status/walreplay',
      answersAlways: true,
      answer: () => ({ data: valuePart(status.walReplay()) }),
    },
    { methods: READ, path: '/notifications', answersAlways: true, answer: () => answerNotifications(status) },
    // Prometheus' pages then ask `/notifications` from time to time.
    { methods: READ, path: '/notifications/live', answersAlways: true, answer: () => ({}) },
  ];
}

/** What only Go has is zero or empty; the limits of its memory and threads are those of Node.js. */
function printRuntime(runtime: RuntimeInfo, nowMs: number): unknown {
  return {
    startTime: formatGoTime(runtime.startTimeMs),
    CWD: runtime.workingDirectory,
    hostname: runtime.hostname,
    serverTime: formatGoTime(nowMs),
    reloadConfigSuccess: runtime.isLastReloadSuccessful,
    lastConfigTime: formatGoTime(runtime.lastReloadMs),
    corruptionCount: runtime.corruptions,
    goroutineCount: 0,
    GOMAXPROCS: availableParallelism(),
    GOMEMLIMIT: getHeapStatistics().heap_size_limit,
    GOGC: '',
    GODEBUG: '',
    storageRetention: runtime.storageRetention,
  };
}

async function answerHeadStats(storage: StatusRoutesOptions['storage'], form: FormValues): Promise<ApiAnswer> {
  const stats = await storage().headStats(parseStatsLimit(form.get('limit')));
  return { data: valuePart(printHeadStats(stats)) };
}

function parseStatsLimit(text: string): number {
  if (text === '') return DEFAULT_LIMIT;
  const limit = /^\+?\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw badData('limit must be a positive number');
  if (limit > MAX_LIMIT) throw badData(`limit must not exceed ${MAX_LIMIT}`);
  return limit;
}

/** Go's largest integer, as near as a double comes: a head without samples begins then, and ends at its negative. */
const END_OF_TIME = 2 ** 63;

function printHeadStats(stats: HeadStats): unknown {
  return {
    headStats: {
      numSeries: stats.seriesCount,
      numLabelPairs: stats.labelPairCount,
      chunkCount: stats.chunkCount,
      minTime: Number.isFinite(stats.minTime) ? stats.minTime : END_OF_TIME,
      maxTime: Number.isFinite(stats.maxTime) ? stats.maxTime : -END_OF_TIME,
    },
    seriesCountByMetricName: stats.seriesByMetricName,
    labelValueCountByLabelName: stats.valuesByLabelName,
    memoryInBytesByLabelName: stats.memoryByLabelName,
    seriesCountByLabelValuePair: stats.seriesByLabelPair,
  };
}

function answerBlocks(storage: StatusRoutesOptions['storage']): ApiAnswer {
  const blocks = storage().blocks();
  return { data: objectPart({ blocks: listPart(blocks, (writer, block) => writer.value(printBlock(block))) }) };
}

/** As `meta.json` has it. */
function printBlock({ meta: { ulid, minTime, maxTime, stats, compaction } }: BlockInfo): unknown {
  const { numSamples, numSeries, numChunks, numTombstones } = stats;
  return {
    ulid,
    minTime,
    maxTime,
    stats: { numSamples, numSeries, numChunks, numTombstones: numTombstones === 0 ? undefined : numTombstones },
    compaction: {
      level: compaction.level,
      sources: compaction.sources,
      parents: compaction.parents.length === 0 ? undefined : compaction.parents,
    },
    version: 1,
  };
}

function answerNotifications(status: StatusView): ApiAnswer {
  const notifications = status.notifications();
  return {
    data: valuePart(notifications.map(({ text, sinceMs }) => ({ text, date: formatGoTime(sinceMs), active: true }))),
  };
}
