import { createMatcher, type Labels, LabelsBuilder, type Matcher } from '@hearth/model';

/** What the storage is asked: it does not have the external labels, so that one that matches asks for their absence. */
export function withoutExternal(matchers: readonly Matcher[], externalLabels: Labels): readonly Matcher[] {
  return matchers.map((matcher) => {
    const { type, name, value } = matcher;
    return type === '=' && externalLabels.get(name) === value ? createMatcher('=', name, '') : matcher;
  });
}

/** The series' own labels win. */
export function withExternal(labels: Labels, externalLabels: Labels): Labels {
  if (externalLabels.size === 0) return labels;
  const builder = new LabelsBuilder(externalLabels);
  for (const { name, value } of labels) builder.set(name, value);
  return builder.build();
}
