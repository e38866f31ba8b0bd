import { type Labels, LabelsBuilder, METRIC_NAME } from '@hearth/model';
import { createAlertData, expandAlertTemplate } from './alert-template.ts';
import { type Alerts, alertSamples, type FoundAlert, updateAlerts } from './alerts.ts';
import type { AlertingRule, RecordingRule, TemplatedLabel } from './rule-group.ts';
import type { RuleQuery, RuleSample } from './rule-sample.ts';

/** What rules need of their surroundings. */
export interface RuleContext {
  readonly query: RuleQuery;
  readonly externalLabels: Labels;
  /** Where users reach this server. */
  readonly externalUrl: string;
  /** Told about templates that fail; the alert is there all the same. */
  readonly warn: (message: string) => void;
  /** How an evaluation shares the event loop: called now and then, and waited for where it returns a promise. */
  readonly pace: () => Promise<void> | undefined;
}

/** A rule that cannot be evaluated, because of its result. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly code: 'duplicate_labels' | 'limit_exceeded' | 'refused_sample';

  constructor(code: RuleError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface EvaluationTime {
  readonly timestampMs: number;
  /** How far before that the query looks, and the samples are written. */
  readonly queryOffsetMs: number;
  readonly limit: number | undefined;
}

/** The series that a recording rule writes. */
export async function evaluateRecordingRule(
  rule: RecordingRule,
  { timestampMs, queryOffsetMs, limit }: EvaluationTime,
  { query }: RuleContext,
): Promise<readonly RuleSample[]> {
  const result = await query(rule.query, timestampMs - queryOffsetMs);
  const keys = new Set<string>();
  const samples = result.map(({ labels, value }) => {
    const renamed = new LabelsBuilder(labels).set(METRIC_NAME, rule.record);
    for (const label of rule.labels) renamed.set(label.name, label.value);
    const written = renamed.build();
    keys.add(written.key);
    return { labels: written, value };
  });
  if (keys.size < samples.length) throw duplicates('rule');
  if (limit !== undefined && samples.length > limit) {
    throw new RuleError('limit_exceeded', `exceeded limit of ${limit} with ${samples.length} series`);
  }
  return samples;
}

function duplicates(kind: 'rule' | 'alert'): RuleError {
  const reason = `vector contains metrics with the same labelset after applying ${kind} labels`;
  return new RuleError('duplicate_labels', reason);
}

/** Brings a rule's alerts up to date, and gives what is written about them. */
export async function evaluateAlertingRule(
  rule: AlertingRule,
  { timestampMs, queryOffsetMs, limit, alerts }: EvaluationTime & { readonly alerts: Alerts },
  context: RuleContext,
): Promise<readonly RuleSample[]> {
  const result = await context.query(rule.query, timestampMs - queryOffsetMs);
  const found = new Map<string, FoundAlert>();
  for (const sample of result) {
    await context.pace();
    const alert = await expandAlert(rule, { sample, timestampMs }, context);
    if (found.has(alert.labels.key)) throw duplicates('alert');
    found.set(alert.labels.key, alert);
  }
  const active = updateAlerts(alerts, found, rule, timestampMs);
  if (limit !== undefined && active.length > limit) {
    alerts.clear();
    throw new RuleError('limit_exceeded', `exceeded limit of ${limit} with ${active.length} alerts`);
  }
  return active.flatMap((alert) => alertSamples(alert, rule.alert));
}

async function expandAlert(
  rule: AlertingRule,
  { sample, timestampMs }: { readonly sample: RuleSample; readonly timestampMs: number },
  context: RuleContext,
): Promise<FoundAlert> {
  const { externalLabels, externalUrl, query, warn, pace } = context;
  const data = createAlertData({ ...sample, externalLabels, externalUrl });
  const expand = async ({ name, template }: TemplatedLabel): Promise<string> => {
    const { text, failure } = await expandAlertTemplate(template, data, { timestampMs, externalUrl, query, pace });
    if (failure) warn(`${rule.alert}: ${name}: ${failure.message}`);
    return text;
  };
  const labels = new LabelsBuilder(sample.labels).del(METRIC_NAME);
  for (const label of rule.labels) labels.set(label.name, await expand(label));
  labels.set('alertname', rule.alert);
  const annotations = new Map<string, string>();
  for (const annotation of rule.annotations) annotations.set(annotation.name, await expand(annotation));
  return { labels: labels.build(), annotations, value: sample.value };
}
