import { compareUtf8, type Labels } from '@hearth/model';
import { type TemplateStruct, textMap, type Value } from './value.ts';

/** A sample of a query's result, as templates see it. */
export class TemplateSample implements TemplateStruct {
  readonly typeName = '*template.sample';
  readonly labels: Labels;
  readonly value: number;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: TemplateStruct['methods'] = new Map();

  constructor(labels: Labels, value: number) {
    this.labels = labels;
    this.value = value;
    this.fields = new Map<string, Value>([
      ['Labels', textMap(Array.from(labels, (label) => [label.name, label.value]))],
      ['Value', value],
    ]);
  }
}

/** Stable. */
export function sortByLabel(name: string, samples: readonly TemplateSample[]): readonly TemplateSample[] {
  return samples.toSorted((a, b) => compareUtf8(a.labels.get(name), b.labels.get(name)));
}
