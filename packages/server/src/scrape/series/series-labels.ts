import { type Label, type Labels, LabelsBuilder } from '@hearth/model';

/** `undefined`: what has these labels is dropped. */
export type Relabel = (labels: Labels) => Labels | undefined;

const EXPORTED_PREFIX = 'exported_';

export interface SeriesLabelsOptions {
  /** Those of the target, without internal ones. */
  readonly target: Labels;
  /** What a series says itself wins over the target's labels. */
  readonly honorLabels: boolean;
  /** `metric_relabel_configs`. */
  readonly relabel: Relabel;
}

/** What a target's series are stored as. */
export function createSeriesLabels({ target, honorLabels, relabel }: SeriesLabelsOptions): Relabel {
  const own = [...target];
  const join = honorLabels ? addMissing : override;
  return (exposed) => relabel(join(exposed, own));
}

function addMissing(exposed: Labels, own: readonly Label[]): Labels {
  const builder = new LabelsBuilder(exposed);
  for (const { name, value } of own) if (!exposed.has(name)) builder.set(name, value);
  return builder.build();
}

/** What stands in the way keeps its value, under a name with `exported_` in front, more than once if need be: shorter names first. */
function override(exposed: Labels, own: readonly Label[]): Labels {
  const builder = new LabelsBuilder(exposed);
  const conflicts: Label[] = [];
  for (const { name, value } of own) {
    const existing = exposed.get(name);
    if (existing !== '') conflicts.push({ name, value: existing });
    builder.set(name, value);
  }
  conflicts.sort((a, b) => a.name.length - b.name.length);
  for (const { name, value } of conflicts) {
    let exported = EXPORTED_PREFIX + name;
    while (builder.get(exported) !== '') exported = EXPORTED_PREFIX + exported;
    builder.set(exported, value);
  }
  return builder.build();
}
