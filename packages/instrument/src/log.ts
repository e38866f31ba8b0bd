/** Where the library says what went wrong. It must not throw. */
export type Log = (message: string) => void;

export const logToConsole: Log = (message) => console.warn(`[metrics] ${message}`);

/** Passes each different message on once, and no more than `limit` of them, so that a fault on every request cannot flood a log. */
export function createBoundedLog(log: Log, limit = 100): Log {
  const said = new Set<string>();
  return (message) => {
    if (said.size >= limit || said.has(message)) return;
    said.add(message);
    try {
      log(message);
    } catch {
      // A broken log must not break the application that is being measured; there is nowhere left to say so.
    }
  };
}

/** Anything can be thrown, also what has no text. */
export function describeThrown(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that cannot be shown';
  }
}
