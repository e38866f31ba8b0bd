/**
 * Values that were asked for lately, by number. In two generations: when the young one is full it becomes the old one,
 * and what nobody asked for since is forgotten. Holds `capacity` values at most.
 */
export class RecentMap<V> {
  readonly #maxPerGeneration: number;
  #young = new Map<number, V>();
  #old = new Map<number, V>();

  constructor(capacity: number) {
    this.#maxPerGeneration = Math.max(1, capacity >>> 1);
  }

  tryGet(key: number): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: number, value: V): void {
    if (this.#young.size >= this.#maxPerGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
