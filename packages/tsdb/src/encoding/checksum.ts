import { crc32c as nativeCrc32c } from '@node-rs/crc32';

/**
 * CRC-32C (Castagnoli), the checksum of every file in a data directory. To run it over pieces, pass the checksum of
 * what came before: `crc32c(b, crc32c(a))` is the checksum of a followed by b. That of nothing is 0.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  return nativeCrc32c(bytes, before);
}
