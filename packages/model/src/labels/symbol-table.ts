/**
 * Keeps one copy of each label name and value, so that a million series that say `job="api"` share the string.
 *
 * Lifetime: symbols live in two generations. A symbol that is asked for moves to the young one; when the young one is
 * full, or on `rotate`, the old one is dropped. So the table never holds more than `maxSymbols`, and what nobody asks
 * for during two generations goes. Counting references instead would put a release on every path that lets go of a
 * series, to save what the garbage collector does anyway: dropping a symbol here never invalidates a string.
 */
export class SymbolTable {
  private readonly maxPerGeneration: number;
  private young = new Map<string, string>();
  private old = new Map<string, string>();

  constructor({ maxSymbols = 1 << 20 }: { readonly maxSymbols?: number } = {}) {
    this.maxPerGeneration = Math.max(1, maxSymbols >> 1);
  }

  get size(): number {
    let size = this.young.size;
    for (const symbol of this.old.keys()) if (!this.young.has(symbol)) size++;
    return size;
  }

  /** An equal string: the one that was given first. */
  intern(text: string): string {
    const known = this.young.get(text);
    if (known !== undefined) return known;
    const symbol = this.old.get(text) ?? text;
    if (this.young.size >= this.maxPerGeneration) this.rotate();
    this.young.set(symbol, symbol);
    return symbol;
  }

  /** Ends a generation: forgets what was not asked for since the last call. */
  rotate(): void {
    this.old = this.young;
    this.young = new Map();
  }
}
