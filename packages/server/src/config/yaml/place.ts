import { dirname } from 'node:path';
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';
import type { Finding, FindingCode } from '../finding.ts';

/** A parsed file that readers walk over, and where they leave what they find. */
export interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly findings: Finding[];
  readonly warnings: Finding[];
}

export interface Remark {
  readonly code?: FindingCode;
  readonly suggestion?: string;
}

/** Reads one value. `undefined`: there is none, or it is wrong and that has been reported. */
export type Reader<T> = (place: Place) => T | undefined;

const NULL_WORDS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

function isNullWord(node: Node): boolean {
  return NULL_WORDS.has(textOf(node) ?? 'binary');
}

/** Whatever a tag makes of a value, its text is what stands there. Bytes have none. */
function textOf(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value instanceof Uint8Array) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

/** A value in a file, with its position. Aliases have been followed. */
export class Place {
  readonly source: Source;
  readonly #node: Node | null;
  readonly #offset: number;

  constructor(source: Source, node: Node | null, offset: number) {
    this.source = source;
    this.#node = isAlias(node) ? (node.resolve(source.document) ?? null) : node;
    this.#offset = node?.range?.[0] ?? offset;
  }

  get file(): string {
    return this.source.file;
  }

  /** Relative paths in the file start here. */
  get directory(): string {
    return dirname(this.source.file);
  }

  get isNull(): boolean {
    const node = this.#node;
    return node === null || (isScalar(node) && node.type === 'PLAIN' && isNullWord(node));
  }

  /** The text of a scalar as it stands there; `undefined` for lists and mappings. Null is empty. */
  get text(): string | undefined {
    if (this.isNull) return '';
    return textOf(this.#node);
  }

  /** The text of a scalar that stands there without quotes. */
  get plainText(): string | undefined {
    return isScalar(this.#node) && this.#node.type === 'PLAIN' ? textOf(this.#node) : undefined;
  }

  get items(): readonly Place[] | undefined {
    if (!isSeq(this.#node)) return undefined;
    return this.#node.items.map((item) => new Place(this.source, item as Node | null, this.#offset));
  }

  /** Keys with their places. Where `<<` merges other mappings in, those come last, without what is there already. */
  get entries(): ReadonlyMap<string, { readonly key: Place; readonly value: Place }> | undefined {
    if (!isMap(this.#node)) return undefined;
    const entries = new Map<string, { readonly key: Place; readonly value: Place }>();
    const merged: Place[] = [];
    for (const pair of (this.#node as YAMLMap<Node, Node | null>).items) {
      const key = new Place(this.source, pair.key, this.#offset);
      const value = new Place(this.source, pair.value, key.#offset);
      if (key.plainText === '<<') merged.push(...(value.items ?? [value]));
      else entries.set(key.text ?? '', { key, value });
    }
    for (const { entries: others } of merged) {
      for (const [name, entry] of others ?? []) if (!entries.has(name)) entries.set(name, entry);
    }
    return entries;
  }

  /** What stands here, in a word. */
  get kind(): 'nothing' | 'a list' | 'a mapping' | 'a value' {
    if (this.isNull) return 'nothing';
    if (isSeq(this.#node)) return 'a list';
    return isMap(this.#node) ? 'a mapping' : 'a value';
  }

  /** `file:line:column`, to refer to from elsewhere. */
  describe(): string {
    const { line, col } = this.source.lines.linePos(this.#offset);
    return `${this.file}:${line}:${col}`;
  }

  report(reason: string, { code = 'bad_value', suggestion }: Remark = {}): void {
    this.source.findings.push(this.#find(code, reason, suggestion));
  }

  /** For what can be used nevertheless. */
  warn(reason: string, { code = 'not_supported', suggestion }: Remark = {}): void {
    this.source.warnings.push(this.#find(code, reason, suggestion));
  }

  #find(code: FindingCode, reason: string, suggestion: string | undefined): Finding {
    const { line, col: column } = this.source.lines.linePos(this.#offset);
    return { code, file: this.file, line, column, reason, ...(suggestion !== undefined && { suggestion }) };
  }
}
