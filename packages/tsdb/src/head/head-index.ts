import { compareUtf8 } from '@hearth/model';
import type { Pace } from '../file/pace.ts';
import type { LabelIndex } from '../querying/label-index.ts';
import { NO_POSTINGS } from '../querying/postings.ts';
import type { LabelColumns } from './label-columns.ts';
import { PostingsLists } from './postings-lists.ts';
import { sortPaced } from './sort-paced.ts';
import type { SymbolPool } from './symbol-pool.ts';

const STEPS_BETWEEN_RESTS = 1024;

/** The series that have a value: the slot of the only one, or ~ of the number of a list. */
type Holders = number;

/**
 * Which series have which labels. Most values of most names belong to one series (an id) or to very many: the former cost no
 * list.
 */
export class HeadIndex implements LabelIndex {
  readonly #symbols: SymbolPool;
  readonly #labels: LabelColumns;
  readonly #pace: Pace;
  readonly #lists = new PostingsLists();
  /** By symbols: of the name, then of the value. */
  readonly #names = new Map<number, Map<number, Holders>>();
  /** All series. */
  readonly #all = this.#lists.create();

  constructor(options: { readonly symbols: SymbolPool; readonly labels: LabelColumns; readonly pace: Pace }) {
    this.#symbols = options.symbols;
    this.#labels = options.labels;
    this.#pace = options.pace;
  }

  get seriesCount(): number {
    return this.#lists.length(this.#all);
  }

  add(slot: number): void {
    this.#lists.push(this.#all, slot);
    const count = this.#labels.labelCount(slot);
    for (let i = 0; i < count; i++) {
      const name = this.#labels.nameAt(slot, i);
      const value = this.#labels.valueAt(slot, i);
      let values = this.#names.get(name);
      if (values === undefined) {
        values = new Map();
        this.#names.set(name, values);
      }
      const holders = values.get(value);
      if (holders === undefined) values.set(value, slot);
      else if (holders < 0) this.#lists.push(~holders, slot);
      else values.set(value, ~this.#listOf(holders, slot));
    }
  }

  /** Removes series, whose labels must still be there. Rests between the lists. */
  async remove(slots: readonly number[]): Promise<void> {
    const gone = new Set(slots);
    const isKept = (slot: number) => !gone.has(slot);
    this.#lists.filter(this.#all, isKept);
    const touched = new Map<number, Set<number>>();
    for (const slot of slots) {
      for (let i = 0; i < this.#labels.labelCount(slot); i++) {
        const name = this.#labels.nameAt(slot, i);
        let values = touched.get(name);
        if (values === undefined) {
          values = new Set();
          touched.set(name, values);
        }
        values.add(this.#labels.valueAt(slot, i));
      }
      const rest = this.#pace();
      if (rest !== undefined) await rest;
    }
    for (const [name, values] of touched) {
      for (const value of values) {
        this.#removeHolders(name, value, isKept);
        const rest = this.#pace();
        if (rest !== undefined) await rest;
      }
    }
  }

  async labelNames(): Promise<readonly string[]> {
    return this.#sorted([...this.#names.keys()]);
  }

  async labelValues(name: string): Promise<readonly string[]> {
    return this.#sorted([...(this.#values(name)?.keys() ?? [])]);
  }

  async postings(name: string, values: readonly string[]): Promise<readonly Uint32Array[]> {
    const held = this.#values(name);
    const found: Uint32Array[] = [];
    for (const value of values) {
      const id = this.#symbols.tryId(value);
      const holders = id === undefined ? undefined : held?.get(id);
      found.push(holders === undefined ? NO_POSTINGS : this.#slotsOf(holders));
      const rest = this.#pace();
      if (rest !== undefined) await rest;
    }
    return found;
  }

  async allPostings(): Promise<Uint32Array> {
    return this.#lists.sorted(this.#all);
  }

  /** For statistics: all pairs of label name and value, with the number of series that have it. */
  *pairs(): Generator<{ readonly name: string; readonly value: string; readonly series: number }, void, void> {
    for (const [name, values] of this.#names) {
      for (const [value, holders] of values) {
        const series = holders >= 0 ? 1 : this.#lists.length(~holders);
        yield { name: this.#symbols.text(name), value: this.#symbols.text(value), series };
      }
    }
  }

  #values(name: string): ReadonlyMap<number, Holders> | undefined {
    const id = this.#symbols.tryId(name);
    return id === undefined ? undefined : this.#names.get(id);
  }

  #slotsOf(holders: Holders): Uint32Array {
    return holders >= 0 ? Uint32Array.of(holders) : this.#lists.sorted(~holders);
  }

  #listOf(first: number, second: number): number {
    const list = this.#lists.create();
    this.#lists.push(list, first);
    this.#lists.push(list, second);
    return list;
  }

  #removeHolders(name: number, value: number, isKept: (slot: number) => boolean): void {
    const values = this.#names.get(name);
    const holders = values?.get(value);
    if (values === undefined || holders === undefined) return;
    if (holders >= 0 ? isKept(holders) : this.#lists.filter(~holders, isKept) > 0) return;
    if (holders < 0) this.#lists.delete(~holders);
    values.delete(value);
    if (values.size === 0) this.#names.delete(name);
  }

  async #sorted(ids: readonly number[]): Promise<readonly string[]> {
    const texts: string[] = [];
    for (const [i, id] of ids.entries()) {
      texts.push(this.#symbols.text(id));
      const rest = i % STEPS_BETWEEN_RESTS === 0 ? this.#pace() : undefined;
      if (rest !== undefined) await rest;
    }
    return sortPaced(texts, compareUtf8, this.#pace);
  }
}
