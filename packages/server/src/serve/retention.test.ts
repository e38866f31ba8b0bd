import { expect, it } from 'vitest';
import type { Config } from '../config/types.ts';
import { retentionOf } from './retention.ts';
import type { StorageOptions } from './serve-options.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function retention(
  flags: Partial<StorageOptions>,
  file: { readonly timeMs?: number; readonly sizeBytes?: number } = {},
) {
  const storage = { directory: 'data', retentionMs: undefined, maxBytes: undefined, compressesWal: true, ...flags };
  const config = { storage: { retention: { timeMs: 0, sizeBytes: 0, ...file } } } as Config;
  return retentionOf(storage, config);
}

it.each([
  ['nothing is said', {}, {}, { retentionMs: 15 * DAY_MS, maxBytes: 0 }],
  ['the command line says a time', { retentionMs: DAY_MS }, {}, { retentionMs: DAY_MS, maxBytes: 0 }],
  ['the command line says a size', { maxBytes: 1024 }, {}, { retentionMs: 0, maxBytes: 1024 }],
  ['both say a time', { retentionMs: DAY_MS }, { timeMs: 2 * DAY_MS }, { retentionMs: 2 * DAY_MS, maxBytes: 0 }],
  ['the file says a size', { retentionMs: DAY_MS }, { sizeBytes: 1 }, { retentionMs: DAY_MS, maxBytes: 1 }],
])('where %s', (_, flags, file, expected) => {
  expect(retention(flags, file)).toEqual(expected);
});
