import type { DbLog } from '@hearth/tsdb';

/** A benchmark's output is its tables, and what makes them doubtful. */
export const logWarnings: DbLog = ({ level, message }) => {
  if (level !== 'info') console.error(message);
};
