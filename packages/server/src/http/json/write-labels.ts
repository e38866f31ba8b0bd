import type { Labels } from '@hearth/model';
import type { JsonWriter } from './json-writer.ts';

/** ASCII that stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

export function writeLabels(writer: JsonWriter, labels: Labels): void {
  let json = '{';
  for (let i = 0; i < labels.size; i++) {
    if (i > 0) json += ',';
    json += `${quote(labels.nameAt(i))}:${quote(labels.valueAt(i))}`;
  }
  writer.raw(`${json}}`);
}

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
