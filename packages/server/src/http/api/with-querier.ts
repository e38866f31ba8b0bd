import type { Querier, Queryable, TimeRange } from '@hearth/model';

/** Reads from a querier and closes it. Resolves to what could not be read. A range without times has nothing to read. */
export async function withQuerier(
  storage: Queryable,
  range: TimeRange,
  read: (querier: Querier) => Promise<void>,
): Promise<readonly string[]> {
  if (range.startMs > range.endMs) return [];
  const querier = await storage.querier(range);
  try {
    await read(querier);
    return [...querier.warnings];
  } finally {
    await querier.close();
  }
}
