import { dirname } from 'node:path';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { type ReadWalOptions, readWal, type WalEntry, type WalReport } from './read-wal.ts';
import { type Repair, repairWal } from './repair.ts';
import { logDirectoryOfPath } from './segments.ts';

export interface WalRecovery extends WalReport {
  /** What was damaged and where it is now; at most a checkpoint and a segment. */
  readonly repairs: readonly (Repair & { readonly damage: CorruptionError })[];
}

/**
 * Reads the log as `readWal` does, when a program starts and before it opens the log for writing. Damage does not end
 * it: the log is repaired and what is sound is read on. That is the segments after a damaged checkpoint, and nothing
 * after a damaged segment. What `visit` got before the damage was found stays true.
 */
export async function recoverWal(
  directory: string,
  visit: (entry: WalEntry) => Promise<void> | void,
  options: ReadWalOptions = {},
): Promise<WalRecovery> {
  const repairs: (Repair & { damage: CorruptionError })[] = [];
  const unsupported = new Map<string, number>();
  let { skipCheckpoint = false } = options;
  for (;;) {
    const reader = readWal(directory, { ...options, skipCheckpoint });
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
