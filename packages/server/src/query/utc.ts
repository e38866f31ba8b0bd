/** For people: `2026-01-31 12:00:00`, with thousandths where there are any. Out of range: the milliseconds. */
export function formatUtc(timestampMs: number): string {
  const date = new Date(Math.round(timestampMs));
  if (Number.isNaN(date.getTime())) return String(timestampMs);
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
}

/** For programs: RFC 3339. */
export function formatRfc3339(timestampMs: number): string {
  const date = new Date(Math.round(timestampMs));
  return Number.isNaN(date.getTime()) ? String(timestampMs) : date.toISOString().replace('.000Z', 'Z');
}
