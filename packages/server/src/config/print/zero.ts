/** `undefined`, which is not printed, for what Go calls zero: nothing, 0, false, and what is empty. */
export function unlessZero<T>(value: T): T | undefined {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  return typeof value === 'object' && Object.values(value).every((each) => each === undefined) ? undefined : value;
}

/** Names in order, as Go prints a map. */
export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
