/** Takes turns: everyone who can be chosen is chosen equally often, in the order given. */
export interface RoundRobin<T> {
  /** The first one, beginning after the one chosen last, that `isCandidate` accepts. */
  next(isCandidate: (item: T) => boolean): T | undefined;
}

export function createRoundRobin<T>(items: readonly T[]): RoundRobin<T> {
  let start = 0;
  return {
    next(isCandidate) {
      for (let step = 0; step < items.length; step++) {
        const index = (start + step) % items.length;
        if (!isCandidate(items[index])) continue;
        start = index + 1;
        return items[index];
      }
      return undefined;
    },
  };
}
