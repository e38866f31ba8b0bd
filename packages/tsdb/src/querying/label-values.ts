import type { Matcher } from '@hearth/model';
import type { LabelIndex } from './label-index.ts';
import { intersects } from './postings.ts';
import { type SelectOptions, selectPostings } from './select-postings.ts';

const VALUES_AT_ONCE = 128;

/** The values of one label among the series that match, sorted. */
export async function selectLabelValues(
  index: LabelIndex,
  selection: { readonly name: string; readonly matchers: readonly Matcher[] },
  options: SelectOptions,
): Promise<readonly string[]> {
  const { name, matchers } = selection;
  const own = matchers.filter((matcher) => matcher.name === name);
  const all = await index.labelValues(name);
  const values = own.length === 0 ? all : all.filter((value) => own.every((matcher) => matcher.matches(value)));
  if (own.length === matchers.length || values.length === 0) return values;

  const selected = await selectPostings(index, matchers, options);
  const found: string[] = [];
  for (let i = 0; i < values.length; i += VALUES_AT_ONCE) {
    const some = values.slice(i, i + VALUES_AT_ONCE);
    const lists = await index.postings(name, some);
    found.push(...some.filter((_, j) => intersects(selected, lists[j])));
    const rest = options.pace();
    if (rest !== undefined) await rest;
  }
  return found;
}
