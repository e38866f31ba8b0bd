import { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { PagedFile } from '../file/page-cache.ts';
import { scanRecords } from '../file/scan.ts';
import { readSectionLength } from './index-format.ts';
import { RecentMap } from './recent-map.ts';

/** As in Prometheus: of every 32nd symbol the place is kept, the others are found by walking from there. */
const SYMBOLS_PER_GROUP = 32;
const RECENT_SYMBOLS = 8192;
const CHECKSUM_BYTES = 4;

/**
 * The symbol table of an index. Memory: 8 bytes for 32 symbols, and the symbols asked for lately (8192 at most).
 */
export class SymbolReader {
  readonly count: number;
  readonly #file: PagedFile;
  /** Where groups of symbols begin, and where the last one ends. */
  readonly #groupOffsets: Float64Array;
  readonly #recent = new RecentMap<string>(RECENT_SYMBOLS);

  private constructor(file: PagedFile, count: number, groupOffsets: Float64Array) {
    this.#file = file;
    this.count = count;
    this.#groupOffsets = groupOffsets;
  }

  /** Reads through the table at `offset` once and verifies its checksum. `end`: where the sections of the file end. */
  static async open(file: PagedFile, offset: number, end: number): Promise<SymbolReader> {
    if (offset === 0) return new SymbolReader(file, 0, new Float64Array(1));
    const range = readSectionLength(await file.view(offset, 4), { file: file.name, offset, end });
    const groups: number[] = [];
    let count = -1;
    let seen = 0;
    const sum = await scanRecords(file, range, (reader) => {
      if (count < 0) {
        const stored = reader.uint32();
        if (reader.failure === undefined) count = stored;
        return true;
      }
      const at = reader.offset;
      reader.skip(reader.uvarint());
      if (reader.failure === undefined && seen++ % SYMBOLS_PER_GROUP === 0) groups.push(at);
      return true;
    });
    await checkSum(file, range.end, sum);
    if (seen !== count) {
      const reason = `${seen} symbols in a table of ${count}`;
      throw new CorruptionError({ code: 'bad_value', file: file.name, offset, reason });
    }
    return new SymbolReader(file, count, Float64Array.from([...groups, range.end]));
  }

  /** The symbol if it was asked for lately. */
  tryRecent(symbol: number): string | undefined {
    return this.#recent.tryGet(symbol);
  }

  /** The symbol with this number. */
  async symbol(symbol: number): Promise<string> {
    const recent = this.#recent.tryGet(symbol);
    if (recent !== undefined) return recent;
    const [text] = await this.symbols(symbol, 1);
    this.#recent.set(symbol, text);
    return text;
  }

  /** `count` symbols from number `first` on: for walking through the table. */
  async symbols(first: number, count: number): Promise<string[]> {
    if (first < 0 || first + count > this.count) throw this.#noSymbol(first + count - 1);
    if (count === 0) return [];
    const firstGroup = Math.floor(first / SYMBOLS_PER_GROUP);
    const lastGroup = Math.floor((first + count - 1) / SYMBOLS_PER_GROUP);
    const offset = this.#groupOffsets[firstGroup];
    const length = this.#groupOffsets[lastGroup + 1] - offset;
    const bytes = this.#file.tryView(offset, length) ?? (await this.#file.view(offset, length));
    const reader = new ByteReader(bytes, this.#file.name, offset);
    for (let skipped = firstGroup * SYMBOLS_PER_GROUP; skipped < first; skipped++) reader.skip(reader.uvarint());
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(reader.uvarintString());
    reader.check();
    return texts;
  }

  #noSymbol(symbol: number): CorruptionError {
    const reason = `symbol ${symbol} asked for in a table of ${this.count}`;
    return new CorruptionError({ code: 'bad_value', file: this.#file.name, offset: this.#groupOffsets[0], reason });
  }
}

/** Compares the checksum stored at `offset` with that of the section before it. */
export async function checkSum(file: PagedFile, offset: number, sum: number): Promise<void> {
  const stored = new ByteReader(await file.view(offset, CHECKSUM_BYTES), file.name, offset).uint32();
  if (stored === sum) return;
  const reason = `checksum 0x${stored.toString(16)} stored, 0x${sum.toString(16)} computed`;
  throw new CorruptionError({ code: 'bad_checksum', file: file.name, offset, reason });
}
