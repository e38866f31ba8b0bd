import type { Querier, TimeRange } from '@hearth/model';
import { type Block, openBlock } from '../block/block.ts';
import { META_FILE } from '../block/meta.ts';
import { replaceDamagedMeta } from '../block/sealed-meta.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import type { PageCache } from '../file/page-cache.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import type { DbLog } from './db-log.ts';
import { DELETION_SUFFIX, isBlockName, isLeftover, UNREADABLE_SUFFIX } from './names.ts';
import { StoredBlock } from './stored-block.ts';

export interface BlockStoreOptions {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly cache: PageCache;
  readonly pace: Pace;
  readonly log: DbLog;
  /** Nothing is renamed or removed. */
  readonly isReadOnly: boolean;
}

/** Files that a block must have. */
const MISSING_FILE = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The blocks of a data directory. `load` and `remove` are called one at a time; queriers are opened at any time and see
 * the list as it is then.
 */
export class BlockStore {
  readonly #options: BlockStoreOptions;
  /** By rising time. */
  #blocks: readonly StoredBlock[] = [];
  /** Those that wait for their last querier. */
  readonly #retiring = new Map<string, Promise<void>>();
  readonly #unreadable = new Set<string>();

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  get blocks(): readonly StoredBlock[] {
    return this.#blocks;
  }

  /** Removes what was being written or removed when a process ended. */
  async removeLeftovers(): Promise<void> {
    const { fileSystem, directory, log } = this.#options;
    for (const name of (await fileSystem.list(directory)).filter(isLeftover)) {
      await fileSystem.remove(`${directory}/${name}`);
      log({ level: 'info', message: `${directory}/${name}: removed: it was not finished when the process ended` });
    }
  }

  /**
   * Opens the blocks that are new in the directory. Those that others have taken the place of are removed; those that
   * cannot be read are set aside under another name.
   */
  async load(): Promise<void> {
    const { fileSystem, directory } = this.#options;
    const known = new Set([...this.#blocks.map(({ ulid }) => ulid), ...this.#retiring.keys(), ...this.#unreadable]);
    const names = (await fileSystem.list(directory)).filter((name) => isBlockName(name) && !known.has(name));
    const opened: StoredBlock[] = [];
    const failed = new Map<string, unknown>();
    for (const name of names.sort()) {
      try {
        opened.push(await this.#open(name));
      } catch (error) {
        failed.set(name, error);
      }
    }
    const all = [...this.#blocks, ...opened];
    const replaced = new Set(all.flatMap(({ meta }) => meta.compaction.parents.map(({ ulid }) => ulid)));
    this.#blocks = all.sort((a, b) => a.meta.minTime - b.meta.minTime);
    await this.remove(all.filter(({ ulid, meta }) => replaced.has(ulid) || meta.compaction.deletable));
    for (const [name, error] of failed) {
      if (replaced.has(name)) await this.#removeFiles(name);
      else await this.#setAside(name, error);
    }
  }

  /** New queriers do not see them any more. Their files go when the queriers have gone that do. */
  async remove(blocks: readonly StoredBlock[]): Promise<void> {
    this.#blocks = this.#blocks.filter((block) => !blocks.includes(block));
    const unused: Promise<void>[] = [];
    for (const block of blocks) {
      const retired = this.#retire(block);
      this.#retiring.set(block.ulid, retired);
      if (!block.isInUse) unused.push(retired);
    }
    await Promise.all(unused);
  }

  queriers(range: TimeRange): readonly Querier[] {
    return this.#blocks.filter((block) => block.overlaps(range)).map((block) => block.querier(this.#options.pace));
  }

  /** Waits for queriers. */
  async close(): Promise<void> {
    const blocks = this.#blocks;
    this.#blocks = [];
    await Promise.all([...blocks.map((block) => block.retire()), ...this.#retiring.values()]);
  }

  async #open(name: string): Promise<StoredBlock> {
    const { fileSystem, directory, cache, pace } = this.#options;
    const path = `${directory}/${name}`;
    const block = await openBlock({ fileSystem, directory: path, cache, pace });
    if (block.doubt !== undefined) await this.#repairMeta(block, block.doubt);
    if (block.meta.ulid === name) return new StoredBlock(block);
    await block.close();
    const reason = `meta.json is that of block ${block.meta.ulid}`;
    throw new CorruptionError({ code: 'bad_value', file: `${path}/meta.json`, offset: 0, reason });
  }

  /** What cannot be written now is found again, and told again, at the next start. */
  async #repairMeta({ directory, meta }: Block, doubt: string): Promise<void> {
    const { fileSystem, log, isReadOnly } = this.#options;
    let kept = '';
    try {
      if (!isReadOnly)
        kept = `; the file was written anew and kept as ${await replaceDamagedMeta(fileSystem, directory, meta)}`;
    } catch (error) {
      if (systemCodeOf(error) === undefined) throw error;
      kept = `; the file stays: ${(error as Error).message}`;
    }
    log({ level: 'warn', message: `${directory}/${META_FILE} ${doubt}${kept}` });
  }

  /** A failure to remove what nobody needs is a line in the log: the next start tries again. */
  async #retire(block: StoredBlock): Promise<void> {
    try {
      await block.retire();
      if (!this.#options.isReadOnly) await this.#removeFiles(block.ulid);
      this.#retiring.delete(block.ulid);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log({ level: 'error', message: `block ${block.ulid} could not be removed: ${reason}` });
    }
  }

  /** Under another name first, so that no half of it is taken for a block. */
  async #removeFiles(name: string): Promise<void> {
    const { fileSystem, directory } = this.#options;
    const path = `${directory}/${name}`;
    await fileSystem.remove(`${path}${DELETION_SUFFIX}`);
    await fileSystem.rename(path, `${path}${DELETION_SUFFIX}`);
    await fileSystem.syncDirectory(directory);
    await fileSystem.remove(`${path}${DELETION_SUFFIX}`);
  }

  /** What is corrupt or incomplete stays so. A disk that fails may read it the next time. */
  async #setAside(name: string, error: unknown): Promise<void> {
    const { fileSystem, directory, log, isReadOnly } = this.#options;
    const code = systemCodeOf(error);
    if (!(error instanceof CorruptionError) && code === undefined) throw error;
    const reason = (error as Error).message;
    this.#unreadable.add(name);
    const isLasting = code === undefined || MISSING_FILE.has(code);
    if (!isLasting || isReadOnly) {
      log({ level: 'error', message: `block ${name} cannot be read and is left out: ${reason}` });
      return;
    }
    const aside = await this.#freeName(`${name}${UNREADABLE_SUFFIX}`);
    await fileSystem.rename(`${directory}/${name}`, `${directory}/${aside}`);
    log({
      level: 'error',
      message: `block ${name} cannot be read and was set aside as ${directory}/${aside}: ${reason}`,
    });
    this.#unreadable.delete(name);
  }

  async #freeName(wanted: string): Promise<string> {
    const taken = new Set(await this.#options.fileSystem.list(this.#options.directory));
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
    return name;
  }
}
