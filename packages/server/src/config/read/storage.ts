import { DEFAULTS } from '../defaults.ts';
import type { RetentionConfig, StorageConfig } from '../types.ts';
import { NOT_SUPPORTED_VALUES } from '../unsupported.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readDuration, readInteger, readNumber, readSize, readText } from '../yaml/scalars.ts';

const NO_RETENTION: RetentionConfig = { timeMs: 0, sizeBytes: 0 };

export const DEFAULT_STORAGE: StorageConfig = { retention: NO_RETENTION, maxExemplars: DEFAULTS.maxExemplars };

export function readStorage(place: Place): StorageConfig | undefined {
  return readFields(place, (fields) => ({
    retention: fields.read('tsdb', readTsdb) ?? NO_RETENTION,
    maxExemplars: fields.read('exemplars', readExemplars) ?? DEFAULTS.maxExemplars,
  }));
}

function readTsdb(place: Place): RetentionConfig | undefined {
  return readFields(place, (fields) => {
    if (fields.read('out_of_order_time_window', readDuration)) refuse(fields, 'out_of_order_time_window');
    if (fields.read('stale_series_compaction_threshold', readNumber))
      refuse(fields, 'stale_series_compaction_threshold');
    fields.read('chunk_encoding', readChunkEncoding);
    return fields.read('retention', readRetention) ?? NO_RETENTION;
  });
}

function readChunkEncoding(place: Place): true | undefined {
  return readFields(place, (fields) => {
    const floats = fields.read('floats', readText) ?? '';
    if (floats === 'xor2') refuse(fields, 'floats');
    else if (floats !== '' && floats !== 'xor') fields.placeOf('floats').report(`"${floats}" is neither xor nor xor2`);
    return true;
  });
}

function readRetention(place: Place): RetentionConfig | undefined {
  return readFields(place, (fields) => {
    const percentage = fields.read('percentage', readNumber) ?? 0;
    if (percentage < 0 || percentage > 100) fields.placeOf('percentage').report(`${percentage} is not from 0 to 100`);
    else if (percentage > 0) refuse(fields, 'percentage');
    const sizeBytes = fields.read('size', readSize) ?? 0;
    if (sizeBytes < 0) fields.placeOf('size').report('the size is negative');
    return { timeMs: fields.read('time', readDuration) ?? 0, sizeBytes };
  });
}

function readExemplars(place: Place): number | undefined {
  return readFields(place, (fields) => fields.read('max_exemplars', readInteger) ?? 0);
}

function refuse(fields: Fields, name: keyof typeof NOT_SUPPORTED_VALUES): void {
  fields.reportRefusal(name, NOT_SUPPORTED_VALUES[name]);
}
