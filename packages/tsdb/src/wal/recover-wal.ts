import { dirname } from 'node:path';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { ReadWalOptions } from './read-raw-wal.ts';
import { readWal, type WalEntry, type WalReading, type WalReport } from './read-wal.ts';
import { type Repair, repairWal } from './repair.ts';
import { logDirectoryOfPath } from './segments.ts';

export interface WalRecovery extends WalReport {
  /** What was damaged and where it is now; at most a checkpoint and a segment. */
  readonly repairs: readonly (Repair & { readonly damage: CorruptionError })[];
}

export interface RecoverWalOptions extends ReadWalOptions {
  /** A reading of the log that has begun, instead of one with these options. */
  readonly reading?: WalReading | undefined;
}

/**
 * Reads the log as `readWal` does, when a program starts and before it opens the log for writing. Damage does not end
 * it: the log is repaired and what is sound is read on. That is the segments after a damaged checkpoint, and nothing
 * after a damaged segment. What `visit` got before the damage was found stays true.
 */
export async function recoverWal(
  directory: string,
  visit: (entry: WalEntry) => Promise<void> | void,
  { reading, ...options }: RecoverWalOptions = {},
): Promise<WalRecovery> {
  const repairs: (Repair & { damage: CorruptionError })[] = [];
  const unsupported = new Map<string, number>();
  let { skipCheckpoint = false } = options;
  let begun = reading;
  for (;;) {
    const reader = begun ?? readWal(directory, { ...options, skipCheckpoint });
    begun = undefined;
    const damage = await visitAll(reader, visit);
    for (const [name, count] of reader.report.unsupported) unsupported.set(name, (unsupported.get(name) ?? 0) + count);
    if (damage === undefined) return { repairs, unsupported, tornTail: reader.report.tornTail };
    repairs.push({ ...(await repairWal(damage, options.fileSystem)), damage });
    const wasInCheckpoint = dirname(damage.file) !== logDirectoryOfPath(damage.file);
    if (!wasInCheckpoint) return { repairs, unsupported, tornTail: undefined };
    skipCheckpoint = true;
  }
}

async function visitAll(
  entries: AsyncIterable<WalEntry>,
  visit: (entry: WalEntry) => Promise<void> | void,
): Promise<CorruptionError | undefined> {
  try {
    for await (const entry of entries) {
      const done = visit(entry);
      if (done !== undefined) await done;
    }
    return undefined;
  } catch (error) {
    if (error instanceof CorruptionError) return error;
    throw error;
  }
}
