/**
 * How work that computes for long shares the event loop. It calls its pace after every few tenths of a millisecond,
 * and waits for what comes back, if anything does:
 *
 *     const rest = pace();
 *     if (rest !== undefined) await rest;
 *
 * The implementation decides how long a stretch of work may be; 10 ms is meant.
 */
export type Pace = () => Promise<void> | undefined;
