import { isValid } from 'ulid';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { readWholeFile } from '../file/byte-source.ts';
import type { FileSystem } from '../file/file-system.ts';

/**
 * The file `meta.json` of a block: JSON with the fields below and `"version": 1`, indented with tabs. Fields that are
 * 0, false or empty are left out, but for `level`. Others than these are ignored; sealed-meta.ts adds one.
 *
 * Source: Prometheus, tsdb/block.go.
 */
export const META_FILE = 'meta.json';
const META_VERSION = 1;

/** More than any such file has. A longer one is not read. */
export const MAX_META_BYTES = 16 * 1024 * 1024;

export interface BlockMeta {
  /** Names the block and its directory. */
  readonly ulid: string;
  /** All samples lie from here, */
  readonly minTime: number;
  /** up to here, which is not included. Both in Unix milliseconds. */
  readonly maxTime: number;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
}

export interface BlockStats {
  readonly numSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones: number;
}

export interface BlockCompaction {
  /** 1 for a block made from the head; one more than the highest among its parents for others. */
  readonly level: number;
  /** ULIDs of the blocks made from the head that all of it comes from. */
  readonly sources: readonly string[];
  /** The blocks it was made from. */
  readonly parents: readonly BlockParent[];
  /** It was found to have no samples and can be removed. */
  readonly deletable: boolean;
  /** Compacting it failed, and is not to be tried again. */
  readonly failed: boolean;
  /** For instance `from-out-of-order`. */
  readonly hints: readonly string[];
}

export interface BlockParent {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
}

export async function readMeta(fileSystem: FileSystem, blockDirectory: string): Promise<BlockMeta> {
  const path = `${blockDirectory}/${META_FILE}`;
  const bytes = await readWholeFile(fileSystem, path, { maxBytes: MAX_META_BYTES });
  return parseMeta(bytes.toString('utf8'), path);
}

export function formatMeta({ ulid, minTime, maxTime, stats, compaction }: BlockMeta): string {
  const { level, sources, deletable, parents, failed, hints } = compaction;
  const file = {
    ulid,
    minTime,
    maxTime,
    stats: withoutEmpty({
      numSamples: stats.numSamples,
      numSeries: stats.numSeries,
      numChunks: stats.numChunks,
      numTombstones: stats.numTombstones,
    }),
    compaction: { level, ...withoutEmpty({ sources, deletable, parents, failed, hints }) },
    version: META_VERSION,
  };
  return JSON.stringify(file, null, '\t');
}

function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown) => value === 0 || value === false || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Throws a `CorruptionError` for text that is no such file. */
export function parseMeta(text: string, file: string): BlockMeta {
  const root = new JsonFields(parseJson(text, file), file, 'meta');
  const version = root.integer('version');
  if (version !== META_VERSION) {
    throw new CorruptionError({ code: 'bad_version', file, offset: 0, reason: `version ${version} of meta.json` });
  }
  const stats = root.object('stats');
  const compaction = root.object('compaction');
  return {
    ...parseParent(root),
    stats: {
      numSamples: stats.integer('numSamples'),
      numSeries: stats.integer('numSeries'),
      numChunks: stats.integer('numChunks'),
      numTombstones: stats.integer('numTombstones'),
    },
    compaction: {
      level: compaction.integer('level'),
      sources: compaction.strings('sources').map((ulid) => compaction.checkUlid(ulid)),
      parents: compaction.objects('parents').map(parseParent),
      deletable: compaction.flag('deletable'),
      failed: compaction.flag('failed'),
      hints: compaction.strings('hints'),
    },
  };
}

function parseParent(fields: JsonFields): BlockParent {
  const minTime = fields.integer('minTime');
  const maxTime = fields.integer('maxTime');
  if (maxTime < minTime) throw fields.error(`maxTime ${maxTime} before minTime ${minTime}`);
  return { ulid: fields.checkUlid(fields.string('ulid')), minTime, maxTime };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no JSON';
    throw new CorruptionError({ code: 'bad_value', file, offset: 0, reason, cause });
  }
}

/** The fields of a JSON object. Those that are absent have the empty value of their type, as in Go. */
class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #file: string;
  /** For messages: where in the file this object stands. */
  readonly #place: string;

  constructor(value: unknown, file: string, place: string) {
    this.#file = file;
    this.#place = place;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.error('is no object');
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  integer(name: string): number {
    const value = this.#get(name) ?? 0;
    if (!Number.isSafeInteger(value)) throw this.error(`${name} is no integer below 2^53`);
    return value as number;
  }

  string(name: string): string {
    const value = this.#get(name) ?? '';
    if (typeof value !== 'string') throw this.error(`${name} is no string`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#get(name) ?? false;
    if (typeof value !== 'boolean') throw this.error(`${name} is neither true nor false`);
    return value;
  }

  strings(name: string): string[] {
    const values = this.#array(name);
    if (!values.every((value) => typeof value === 'string')) throw this.error(`${name} holds more than strings`);
    return values;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#get(name) ?? {}, this.#file, `${this.#place}.${name}`);
  }

  objects(name: string): JsonFields[] {
    return this.#array(name).map((value, i) => new JsonFields(value, this.#file, `${this.#place}.${name}[${i}]`));
  }

  checkUlid(text: string): string {
    if (!isValid(text)) throw this.error(`${JSON.stringify(text)} is no ULID`);
    return text;
  }

  error(reason: string): CorruptionError {
    return new CorruptionError({ code: 'bad_value', file: this.#file, offset: 0, reason: `${this.#place}: ${reason}` });
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  #array(name: string): unknown[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value)) throw this.error(`${name} is no array`);
    return value;
  }
}
