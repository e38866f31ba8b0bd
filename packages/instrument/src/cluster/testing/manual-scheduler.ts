import { setImmediate as goRound } from 'node:timers/promises';
import type { Cancel, Scheduler } from '../scheduler.ts';

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes when a test says so. What is to run `soon` runs at the next move of it, even one of 0 ms. */
export class ManualScheduler implements Scheduler {
  #now = 0;
  #tasks: Task[] = [];

  nowMs(): number {
    return this.#now;
  }

  /** The clock moves while something runs: its cost. */
  spend(ms: number): void {
    this.#now += ms;
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  after(delayMs: number, run: () => void): Cancel {
    const task = { atMs: this.#now + delayMs, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** Runs what falls due within `ms`, in order, with all promises settled in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await goRound();
    for (let next = this.#nextTask(end); next !== undefined; next = this.#nextTask(end)) {
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.atMs);
      next.run();
      await goRound();
    }
    this.#now = Math.max(this.#now, end);
  }

  #nextTask(end: number): Task | undefined {
    const due = this.#tasks.filter(({ atMs }) => atMs <= end);
    return due.toSorted((one, other) => one.atMs - other.atMs)[0];
  }
}
