/** Somebody who is looking at the head. */
export interface Reader {
  /** Samples before it are not looked at. */
  readonly startMs: number;
  close(): void;
}

/** Who is looking at the head, so that nothing is taken away from under them. */
export class Readers {
  readonly #open = new Map<number, Reader>();
  #nextNumber = 0;
  #whenClosed: { readonly isDue: () => boolean; readonly run: () => void }[] = [];

  get count(): number {
    return this.#open.size;
  }

  open(startMs: number): Reader {
    const number = this.#nextNumber++;
    const reader = {
      startMs,
      close: () => {
        if (this.#open.delete(number)) this.#runDue();
      },
    };
    this.#open.set(number, reader);
    return reader;
  }

  /** Resolves once all readers that are open now and look at times before this one have been closed. */
  closedBefore(timeMs: number): Promise<void> {
    return new Promise((resolve) => this.#when((reader) => reader.startMs < timeMs, resolve));
  }

  /** Runs something once all readers that are open now have been closed, at once if there are none. */
  afterPresent(run: () => void): void {
    this.#when(() => true, run);
  }

  #when(isConcerned: (reader: Reader) => boolean, run: () => void): void {
    const before = this.#nextNumber;
    const isDue = () => {
      for (const [number, reader] of this.#open) {
        if (number >= before) break;
        if (isConcerned(reader)) return false;
      }
      return true;
    };
    if (isDue()) run();
    else this.#whenClosed.push({ isDue, run });
  }

  #runDue(): void {
    const due = this.#whenClosed.filter(({ isDue }) => isDue());
    if (due.length === 0) return;
    this.#whenClosed = this.#whenClosed.filter((each) => !due.includes(each));
    for (const { run } of due) run();
  }
}
