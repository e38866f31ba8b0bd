import { isValidLabelName, isValidLabelValue, isValidMetricName, type Labels, METRIC_NAME } from '@hearth/model';
import type { ScrapeConfig } from '../../config/types.ts';
import { ScrapeError } from '../scrape-error.ts';

/** No series of any target has more labels, whatever is configured. */
export const MAX_LABELS = 1000;
/** So much of a name or value is shown. */
const SHOWN_CHARACTERS = 50;

export type LabelRules = Pick<ScrapeConfig, 'limits' | 'metricNameValidationScheme'>;

/** Throws a ScrapeError that names metric and label if a series may not be stored as it is. */
export function checkLabels(labels: Labels, { limits, metricNameValidationScheme }: LabelRules): void {
  const metric = labels.get(METRIC_NAME);
  if (metric === '') {
    throw new ScrapeError(
      'missing_metric_name',
      `relabelling leaves no metric name: ${labels.toString().slice(0, 200)}`,
    );
  }
  if (!isValidMetricName(metric, metricNameValidationScheme)) throw invalidName('metric name', metric);
  const most = limits.labels === 0 ? MAX_LABELS : limits.labels;
  if (labels.size > most) {
    const figures = `metric: ${shown(metric)}, labels: ${labels.size}, limit: ${most}`;
    throw new ScrapeError('label_limit', `label_limit exceeded (${figures})`);
  }
  for (let i = 0; i < labels.size; i++) checkLabel(labels, i, { limits, metricNameValidationScheme });
}

function checkLabel(labels: Labels, index: number, { limits, metricNameValidationScheme }: LabelRules): void {
  const name = labels.nameAt(index);
  const value = labels.valueAt(index);
  if (!isValidLabelName(name, metricNameValidationScheme)) throw invalidName('label name', name);
  if (!isValidLabelValue(value)) {
    throw new ScrapeError('invalid_value', `the value of the label ${shown(name)} is not valid text`);
  }
  if (exceeds(name, limits.labelNameLength)) {
    const figures = `${place(labels, name)}, length: ${byteLength(name)}, limit: ${limits.labelNameLength}`;
    throw new ScrapeError('label_name_length_limit', `label_name_length_limit exceeded (${figures})`);
  }
  if (exceeds(value, limits.labelValueLength)) {
    const lengths = `length: ${byteLength(value)}, limit: ${limits.labelValueLength}`;
    const figures = `${place(labels, name)}, value: ${JSON.stringify(shown(value))}, ${lengths}`;
    throw new ScrapeError('label_value_length_limit', `label_value_length_limit exceeded (${figures})`);
  }
}

/** A text never has fewer bytes than UTF-16 units, and never more than three for each. */
function exceeds(text: string, limit: number): boolean {
  if (limit === 0 || text.length * 3 <= limit) return false;
  return text.length > limit || byteLength(text) > limit;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

function place(labels: Labels, name: string): string {
  return `metric: ${shown(labels.get(METRIC_NAME))}, label: ${shown(name)}`;
}

function invalidName(what: string, name: string): ScrapeError {
  return new ScrapeError('invalid_name', `invalid ${what} ${JSON.stringify(shown(name))}`);
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
