import { isValid } from 'ulid';
import { CREATION_SUFFIX } from '../block/block-writer.ts';

export const DELETION_SUFFIX = '.tmp-for-deletion';
/** Neither Prometheus nor this program looks into directories with such names. */
export const UNREADABLE_SUFFIX = '.unreadable';
/** What Prometheus 2.1 and before called the other two. */
const LEGACY_SUFFIX = '.tmp';
const ULID_LENGTH = 26;

/** Whether a name in the data directory is that of a block. */
export function isBlockName(name: string): boolean {
  return name.length === ULID_LENGTH && isValid(name);
}

/** Whether it is of a block that was being written or removed when the process ended. */
export function isLeftover(name: string): boolean {
  return (
    [CREATION_SUFFIX, DELETION_SUFFIX, LEGACY_SUFFIX].includes(name.slice(ULID_LENGTH)) &&
    isBlockName(name.slice(0, ULID_LENGTH))
  );
}
