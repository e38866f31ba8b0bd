import { isUtf8 } from 'node:buffer';
import { compareUtf8 } from '@hearth/model';
import { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { ByteRange } from '../file/byte-source.ts';
import type { Pace } from '../file/pace.ts';
import type { PagedFile } from '../file/page-cache.ts';
import { scanRecords } from '../file/scan.ts';
import { POSTINGS_KEYS, readSectionLength } from './index-format.ts';
import { checkSum } from './symbol-reader.ts';

/** As in Prometheus: of every 32nd value of a name the place is kept, the others are found by walking from there. */
const VALUES_PER_GROUP = 32;

/** What is kept in memory of one label name. */
interface NameGroups {
  valueCount: number;
  /** The first value of each group. */
  readonly firstValues: string[];
  /** Where in the file the entries of each group begin. */
  readonly offsets: number[];
  /** Where the entries of the name end. */
  end: number;
}

/**
 * The postings offset table of an index. Memory: for each label name, and for 1 in 32 of its values, the text and an
 * offset.
 */
export class PostingsTable {
  /** Sorted. The name of the list of all series, which is empty, is not among them. */
  readonly names: readonly string[];
  readonly #file: PagedFile;
  readonly #groups: ReadonlyMap<string, NameGroups>;

  private constructor(file: PagedFile, groups: ReadonlyMap<string, NameGroups>) {
    this.#file = file;
    this.#groups = groups;
    this.names = [...groups.keys()].filter((name) => name !== '');
  }

  /** Reads through the table at `offset` once and verifies its checksum. `end`: where the sections of the file end. */
  static async open(file: PagedFile, offset: number, end: number): Promise<PostingsTable> {
    if (offset === 0) return new PostingsTable(file, new Map());
    const range = readSectionLength(await file.view(offset, 4), { file: file.name, offset, end });
    const scanner = new TableScanner();
    const sum = await scanRecords(file, range, (reader) => scanner.visit(reader));
    await checkSum(file, range.end, sum);
    scanner.finish(range.end);
    if (scanner.seen !== scanner.count) {
      const reason = `${scanner.seen} entries in a postings offset table of ${scanner.count}`;
      throw new CorruptionError({ code: 'bad_value', file: file.name, offset, reason });
    }
    return new PostingsTable(file, scanner.groups);
  }

  valueCount(name: string): number {
    return this.#groups.get(name)?.valueCount ?? 0;
  }

  /** Gives the values of a name, sorted, and where in the file the postings of each lie. */
  async scan(name: string, visit: (value: string, offset: number) => void): Promise<void> {
    const groups = this.#groups.get(name);
    if (groups === undefined) return;
    await scanRecords(this.#file, { offset: groups.offsets[0], end: groups.end }, (reader) => {
      skipName(reader);
      const value = reader.uvarintString();
      const offset = reader.uvarint();
      if (reader.failure === undefined) visit(value, offset);
      return true;
    });
  }

  /** Where the postings of each value lie; `undefined` for a value that no series has. Sorted values are found faster. */
  async offsets(name: string, values: readonly string[], pace: Pace): Promise<(number | undefined)[]> {
    const groups = this.#groups.get(name);
    if (groups === undefined) return values.map(() => undefined);
    const found: (number | undefined)[] = [];
    let group = -1;
    let offsetsInGroup = new Map<string, number>();
    for (const value of values) {
      const wanted = groupOf(groups.firstValues, value);
      if (wanted !== group && wanted >= 0) {
        offsetsInGroup = await this.#readGroup(groups, wanted);
        group = wanted;
        await pace();
      }
      found.push(wanted < 0 ? undefined : offsetsInGroup.get(value));
    }
    return found;
  }

  async #readGroup({ offsets, end }: NameGroups, group: number): Promise<Map<string, number>> {
    const range: ByteRange = { offset: offsets[group], end: offsets[group + 1] ?? end };
    const length = range.end - range.offset;
    const bytes = this.#file.tryView(range.offset, length) ?? (await this.#file.view(range.offset, length));
    const reader = new ByteReader(bytes, this.#file.name, range.offset);
    const found = new Map<string, number>();
    while (reader.remaining > 0 && reader.failure === undefined) {
      skipName(reader);
      found.set(reader.uvarintString(), reader.uvarint());
    }
    reader.check();
    return found;
  }
}

/** The last group whose first value is not above `value`; -1 if there is none. */
function groupOf(firstValues: readonly string[], value: string): number {
  let below = -1;
  let above = firstValues.length;
  while (above - below > 1) {
    const middle = (below + above) >>> 1;
    if (compareUtf8(firstValues[middle], value) <= 0) below = middle;
    else above = middle;
  }
  return below;
}

function skipName(reader: ByteReader): void {
  readKeys(reader);
  reader.skip(reader.uvarint());
}

function readKeys(reader: ByteReader): void {
  const keys = reader.uvarint();
  if (reader.failure === undefined && keys !== POSTINGS_KEYS) {
    reader.fail('bad_value', `${keys} keys in an entry of the postings offset table`);
  }
}

/** Collects what is kept of the table, while it is read through. */
class TableScanner {
  readonly groups = new Map<string, NameGroups>();
  count = -1;
  seen = 0;
  #name: Uint8Array | undefined;
  #groupsOfName: NameGroups | undefined;

  visit(reader: ByteReader): true {
    if (this.count < 0) {
      const count = reader.uint32();
      if (reader.failure === undefined) this.count = count;
      return true;
    }
    const start = reader.offset;
    readKeys(reader);
    const name = reader.uvarintBytes();
    const value = reader.uvarintBytes();
    reader.uvarint();
    if (reader.failure === undefined) this.#add(reader, { name, value, start });
    return true;
  }

  /** `end`: where the table ends. */
  finish(end: number): void {
    if (this.#groupsOfName !== undefined) this.#groupsOfName.end = end;
  }

  #add(reader: ByteReader, { name, value, start }: { name: Uint8Array; value: Uint8Array; start: number }): void {
    this.seen++;
    let groups = this.#groupsOfName;
    if (groups === undefined || this.#name === undefined || Buffer.compare(name, this.#name) !== 0) {
      this.finish(start);
      groups = { valueCount: 0, firstValues: [], offsets: [], end: start };
      const nameText = text(reader, name);
      if (this.groups.has(nameText)) reader.fail('bad_value', `label name ${nameText} in two places`);
      this.groups.set(nameText, groups);
      this.#groupsOfName = groups;
      this.#name = name;
    }
    if (groups.valueCount++ % VALUES_PER_GROUP === 0) {
      groups.firstValues.push(text(reader, value));
      groups.offsets.push(start);
    }
  }
}

function text(reader: ByteReader, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) reader.fail('bad_value', 'a label is not UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
