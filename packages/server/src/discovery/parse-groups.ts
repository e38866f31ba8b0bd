import { createLabels, isValidLabelName, isValidLabelValue, Labels } from '@hearth/model';
import type { TargetGroup } from './target-group.ts';

/** No list of groups has more targets. */
const MAX_TARGETS = 100_000;

/**
 * Reads what files and servers describe targets with, a list of `{targets: […], labels: {…}}`, as it comes out of JSON or
 * YAML. Throws an Error that says what is wrong where.
 */
export function parseGroups(value: unknown, sourceOf: (index: number) => string): readonly TargetGroup[] {
  if (!Array.isArray(value)) throw new Error(`expected a list of target groups, got ${describe(value)}`);
  let targetCount = 0;
  return value.map((group: unknown, index) => {
    const place = `group ${index}`;
    if (!isRecord(group)) throw new Error(`${place}: expected targets and labels, got ${describe(group)}`);
    for (const key of Object.keys(group)) {
      if (key !== 'targets' && key !== 'labels') throw new Error(`${place}: unknown field ${JSON.stringify(key)}`);
    }
    const targets = parseTargets(group.targets, place);
    targetCount += targets.length;
    if (targetCount > MAX_TARGETS) throw new Error(`more than ${MAX_TARGETS} targets`);
    return { source: sourceOf(index), targets, labels: parseLabels(group.labels, place) };
  });
}

function parseTargets(value: unknown, place: string): readonly Labels[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${place}: expected a list of targets, got ${describe(value)}`);
  return value.map((address: unknown, index) => {
    if (typeof address !== 'string')
      throw new Error(`${place}, target ${index}: expected an address, got ${describe(address)}`);
    return createLabels({ __address__: address });
  });
}

function parseLabels(value: unknown, place: string): Labels {
  if (value === undefined || value === null) return Labels.empty;
  if (!isRecord(value)) throw new Error(`${place}: expected labels, got ${describe(value)}`);
  const pairs = Object.entries(value).map(([name, text]): [string, string] => {
    if (!isValidLabelName(name, 'utf8')) throw new Error(`${place}: ${JSON.stringify(name)} is not a valid label name`);
    if (typeof text !== 'string' || !isValidLabelValue(text)) {
      throw new Error(`${place}, label ${name}: expected a text, got ${describe(text)}`);
    }
    return [name, text];
  });
  return createLabels(pairs);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
}
