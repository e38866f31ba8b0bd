/** The interval between two scrapes, and between two steps of a query. */
export const STEP_MS = 15_000;
export const SCRAPES = 1440;
/**
 * Six hours from an hour after the start of a block on: half of the samples are in finished blocks in the end and the last
 * three hours in the head, as in a server that has run for a while.
 */
export const START_MS = Date.UTC(2025, 0, 15, 5);
export const END_MS = START_MS + SCRAPES * STEP_MS;

/** Queries begin at a time at which no target is scraped, as it is with real ones: no sample lies on the edge of a window. */
export const QUERY_START_MS = START_MS + 5_000;
