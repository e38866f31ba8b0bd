import type { LabelValues } from '../metrics/metric.ts';

/**
 * The same for the same labels in any order, and different for different ones: names are sorted, and every text is preceded
 * by its length.
 */
export function labelsKey(labels: LabelValues, except?: string): string {
  let key = '';
  for (const name of Object.keys(labels).sort()) {
    if (name === except) continue;
    const value = String(labels[name]);
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** Tells the lines of one metric apart. `name` is empty for the metric's own. */
export function lineKey(name: string, labels: LabelValues): string {
  return `${name}\n${labelsKey(labels)}`;
}
