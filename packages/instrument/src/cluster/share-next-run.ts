/**
 * Makes `run` happen once at a time, for all who ask. Who asks while it runs gets the next run, together with all others who
 * ask meanwhile: never a run that had begun before.
 */
export function shareNextRun<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let current: Promise<Result> | undefined;
  let next: Promise<Result> | undefined;
  const start = (): Promise<Result> => {
    next = undefined;
    const started = run().finally(() => {
      if (current === started) current = undefined;
    });
    current = started;
    return started;
  };
  return () => {
    // A next run that has been promised may still be about to start, though the current one is over.
    if (next !== undefined) return next;
    if (current === undefined) return start();
    next = current.then(start, start);
    return next;
  };
}
