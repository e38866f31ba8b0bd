/** Does one piece of work at a time, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = Promise.allSettled([result]);
    return result;
  }

  /** Resolves when all work taken so far is done, well or not. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
