import { open } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { LabelsBuilder } from '@hearth/model';
import { parse as parseYaml } from 'yaml';
import type { FileDiscoveryConfig } from '../../config/types.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import type { Discoverer, OnFailure, OnGroups } from '../discoverer.ts';
import { parseGroups } from '../parse-groups.ts';
import { RefreshingDiscoverer } from '../refreshing-discoverer.ts';
import type { TargetGroup } from '../target-group.ts';
import { filesOf } from './file-patterns.ts';
import { type Watch, type WatchDirectory, watchDirectory } from './watch-directory.ts';

const FILE_PATH_LABEL = '__meta_filepath';
const MAX_FILE_BYTES = 1 << 25;
/** A file is written in several steps, each of which is a change. */
const SETTLE_MS = 50;

export interface FileDiscovererOptions {
  readonly config: FileDiscoveryConfig;
  readonly clock: Clock;
  readonly onFailure: OnFailure;
  readonly watch?: WatchDirectory;
}

/**
 * Targets from files in JSON or YAML, read when their directory changes, and after each refresh interval. A file that cannot
 * be read or understood keeps the targets that it had; one that is gone has none.
 */
export function createFileDiscoverer({
  config,
  clock,
  onFailure,
  watch = watchDirectory,
}: FileDiscovererOptions): Discoverer {
  const files = new TargetFiles(config.files, (message) => onFailure({ kind: 'file', message }));
  const { refreshIntervalMs } = config;
  const refreshing = new RefreshingDiscoverer({
    kind: 'file',
    refreshIntervalMs,
    clock,
    onFailure,
    look: () => files.read(),
  });
  const directories = new Set(config.files.map((pattern) => dirname(pattern)));
  let watches: readonly Watch[] = [];
  let settling: Timer | undefined;
  const onChange = () => {
    settling ??= clock.after(SETTLE_MS, () => {
      settling = undefined;
      refreshing.lookAgain();
    });
  };
  return {
    start(onGroups: OnGroups) {
      watches = Array.from(directories, (directory) => watch(directory, onChange));
      refreshing.start(onGroups);
    },
    async stop() {
      settling?.cancel();
      for (const { close } of watches) close();
      watches = [];
      await refreshing.stop();
    },
  };
}

class TargetFiles {
  readonly #patterns: readonly string[];
  readonly #warn: (message: string) => void;
  /** What each file had when it was last understood. */
  #known = new Map<string, readonly TargetGroup[]>();

  constructor(patterns: readonly string[], warn: (message: string) => void) {
    this.#patterns = patterns;
    this.#warn = warn;
  }

  async read(): Promise<readonly TargetGroup[]> {
    const found = await Promise.all(this.#patterns.map(filesOf));
    const known = new Map<string, readonly TargetGroup[]>();
    for (const file of new Set(found.flat())) {
      const groups = await this.#readFile(file);
      if (groups !== undefined) known.set(file, groups);
    }
    this.#known = known;
    return [...known.values()].flat();
  }

  async #readFile(file: string): Promise<readonly TargetGroup[] | undefined> {
    try {
      return await readGroups(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const known = this.#known.get(file);
      const consequence = known === undefined ? 'it gives no targets' : 'its targets stay as they were';
      this.#warn(`${file} cannot be used, so ${consequence}: ${reason}`);
      return known;
    }
  }
}

async function readGroups(file: string): Promise<readonly TargetGroup[]> {
  const text = await readBounded(file);
  const groups = parseGroups(parseText(file, text), (index) => `${file}:${index}`);
  return groups.map((group) => ({
    ...group,
    labels: new LabelsBuilder(group.labels).set(FILE_PATH_LABEL, file).build(),
  }));
}

/** YAML's scalars are texts, as the labels they become. An empty file has no groups. */
function parseText(file: string, text: string): unknown {
  if (extname(file) === '.json') return JSON.parse(text);
  return parseYaml(text, { schema: 'failsafe', prettyErrors: true }) ?? [];
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES) throw new Error(`larger than ${MAX_FILE_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
