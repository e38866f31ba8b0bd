import { NO_LIMITS } from '../defaults.ts';
import type { ScrapeLimits } from '../types.ts';
import type { Fields } from '../yaml/fields.ts';
import { readCount, readSize } from '../yaml/scalars.ts';

/** A limit of 0 is no limit of its own, so the inherited one holds. */
export function readLimits(fields: Fields, inherited: ScrapeLimits = NO_LIMITS): ScrapeLimits {
  const count = (name: string, fallback: number) => fields.read(name, readCount) || fallback;
  return {
    bodySizeBytes: fields.read('body_size_limit', readSize) || inherited.bodySizeBytes,
    samples: count('sample_limit', inherited.samples),
    targets: count('target_limit', inherited.targets),
    labels: count('label_limit', inherited.labels),
    labelNameLength: count('label_name_length_limit', inherited.labelNameLength),
    labelValueLength: count('label_value_length_limit', inherited.labelValueLength),
    keepDroppedTargets: count('keep_dropped_targets', inherited.keepDroppedTargets),
  };
}
