import type { Exemplar, LabelValues, MetricReading, Sample } from '../metrics/metric.ts';
import type { ExpositionFormat } from './accept.ts';

/**
 * Yields the lines of one metric, one string a line with its line feed.
 *
 * Formats: https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0. What differs in OpenMetrics: a
 * counter's family is named without `_total` and its samples always with it, and exemplars are shown.
 */
export function* metricLines(
  data: MetricReading,
  format: ExpositionFormat,
  defaultLabels: LabelValues,
): Generator<string> {
  const isOpenMetrics = format === 'openmetrics';
  const isCounter = data.type === 'counter';
  const family = isOpenMetrics && isCounter ? data.name.replace(/_total$/, '') : data.name;
  const sampleName = isOpenMetrics && isCounter ? `${family}_total` : data.name;
  const labelText = createLabelWriter(defaultLabels);
  yield `# HELP ${family} ${isOpenMetrics ? escapeLabelValue(data.help) : escapeHelp(data.help)}\n`;
  yield `# TYPE ${family} ${data.type}\n`;
  for (const sample of data.values) {
    const exemplar = isOpenMetrics && sample.exemplar ? exemplarText(sample.exemplar) : '';
    yield `${sample.metricName ?? sampleName}${labelText(sample)} ${formatValue(sample.value)}${exemplar}\n`;
  }
}

export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return Number.isNaN(value) ? 'NaN' : String(value);
}

/**
 * Writes `{…}`: a sample's own labels, those it shares with its neighbours, and the registry's default labels unless they
 * are overridden. The shared part is written once for all neighbours.
 */
function createLabelWriter(defaultLabels: LabelValues): (sample: Sample) => string {
  const withDefaults = (labels: LabelValues) => ({ ...labels, ...defaultLabels, ...labels });
  let lastShared: LabelValues | undefined;
  let lastSharedText = '';
  return ({ labels, sharedLabels }) => {
    if (sharedLabels === undefined) return inBraces(labelPairs(withDefaults(labels)));
    if (sharedLabels !== lastShared) {
      lastShared = sharedLabels;
      lastSharedText = labelPairs(withDefaults(sharedLabels));
    }
    const own = labelPairs(labels);
    return inBraces(own !== '' && lastSharedText !== '' ? `${own},${lastSharedText}` : own + lastSharedText);
  };
}

function inBraces(pairs: string): string {
  return pairs === '' ? '' : `{${pairs}}`;
}

function labelPairs(labels: LabelValues): string {
  let text = '';
  for (const name in labels) {
    if (text !== '') text += ',';
    text += `${name}="${escapeLabelValue(String(labels[name]))}"`;
  }
  return text;
}

function exemplarText(exemplar: Exemplar): string {
  return ` # {${labelPairs(exemplar.labelSet)}} ${formatValue(exemplar.value)} ${exemplar.timestamp}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };

/** Help of the older format leaves quotes alone; label values and OpenMetrics' help do not. */
function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => ESCAPES[character]!);
}

function escapeLabelValue(text: string): string {
  return /[\\\n"]/.test(text) ? text.replace(/[\\\n"]/g, (character) => ESCAPES[character]!) : text;
}
