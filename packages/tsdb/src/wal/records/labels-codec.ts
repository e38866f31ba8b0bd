import { LabelError, Labels, labelsFromPairs } from '@hearth/model';
import type { ByteReader } from '../../encoding/byte-reader.ts';
import type { ByteWriter } from '../../encoding/byte-writer.ts';

export function appendLabels(target: ByteWriter, labels: Labels): void {
  const { size } = labels;
  target.uvarint(size);
  for (let i = 0; i < size; i++) {
    target.uvarintString(labels.nameAt(i));
    target.uvarintString(labels.valueAt(i));
  }
}

export function readLabels(source: ByteReader): Labels {
  const count = source.uvarint();
  const pairs: string[] = [];
  for (let i = 0; i < count && source.failure === undefined; i++) {
    pairs.push(source.uvarintString(), source.uvarintString());
  }
  if (source.failure !== undefined) return Labels.empty;
  try {
    return labelsFromPairs(pairs);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    source.fail('bad_value', error.message);
    return Labels.empty;
  }
}
