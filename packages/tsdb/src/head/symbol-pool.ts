const INITIAL_CAPACITY = 1024;

/**
 * The names and values of labels by number, each stored once however many series have it. A symbol goes when as many have
 * released it as had retained it; its number is used again.
 */
export class SymbolPool {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #free: number[] = [];
  #uses = new Uint32Array(INITIAL_CAPACITY);

  get size(): number {
    return this.#ids.size;
  }

  text(id: number): string {
    return this.#texts[id];
  }

  tryId(text: string): number | undefined {
    return this.#ids.get(text);
  }

  /** The number of a text, one use more. */
  retain(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) {
      this.#uses[known]++;
      return known;
    }
    const id = this.#free.pop() ?? this.#texts.length;
    this.#texts[id] = text;
    this.#ids.set(text, id);
    if (id >= this.#uses.length) this.#grow();
    this.#uses[id] = 1;
    return id;
  }

  release(id: number): void {
    if (--this.#uses[id] > 0) return;
    this.#ids.delete(this.#texts[id]);
    this.#texts[id] = '';
    this.#free.push(id);
  }

  /** All texts, in no order. */
  texts(): string[] {
    return [...this.#ids.keys()];
  }

  #grow(): void {
    const grown = new Uint32Array(this.#uses.length * 2);
    grown.set(this.#uses);
    this.#uses = grown;
  }
}
