import { hostname } from 'node:os';
import process from 'node:process';
import { formatDuration } from '@hearth/model';
import type { ReplayProgress } from '@hearth/tsdb';
import { formatSize } from '../config/size.ts';
import type { BuildInfo, StatusView } from '../http/views/status-view.ts';
import type { ConfigState } from './config-state.ts';
import type { Retention } from './retention.ts';
import type { ServeOptions } from './serve-options.ts';

export interface StatusOptions {
  readonly version: string;
  readonly flags: ServeOptions['flags'];
  readonly startTimeMs: number;
  readonly config: ConfigState;
  readonly retention: Retention;
  readonly replay: () => ReplayProgress | undefined;
  /** Damages of the log that were found and repaired. */
  readonly corruptions: () => number;
}

/** The version of Prometheus whose API this one follows: clients such as Grafana decide by it what they may ask. */
const API_VERSION = '3.14.0';

export function createStatus(options: StatusOptions): StatusView {
  const { flags, startTimeMs, config, retention, replay, corruptions } = options;
  return {
    build: buildInfo(options.version),
    runtime: () => ({
      startTimeMs,
      workingDirectory: process.cwd(),
      hostname: hostname(),
      isLastReloadSuccessful: config.isLastReloadSuccessful,
      lastReloadMs: config.loadedMs,
      corruptions: corruptions(),
      storageRetention: printRetention(retention),
    }),
    flags: () => flags,
    walReplay: () => {
      const progress = replay();
      return progress === undefined
        ? { min: 0, max: 0, current: 0 }
        : { min: 0, max: progress.lastSegment, current: progress.segment };
    },
    notifications: () => config.notifications(),
  };
}

function buildInfo(version: string): BuildInfo {
  return {
    version: API_VERSION,
    revision: `hearth-${version}`,
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: `node ${process.version}`,
  };
}

function printRetention({ retentionMs, maxBytes }: Retention): string {
  const time = retentionMs > 0 ? [formatDuration(retentionMs)] : [];
  const size = maxBytes > 0 ? [formatSize(maxBytes)] : [];
  return [...time, ...size].join(' or ');
}
