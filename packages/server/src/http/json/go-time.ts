/** A time as Go's JSON has it, in UTC; `undefined` is its zero time. */
export function formatGoTime(timestampMs: number | undefined): string {
  return timestampMs === undefined ? '0001-01-01T00:00:00Z' : new Date(timestampMs).toISOString();
}
