import { type Labels, LabelsBuilder, METRIC_NAME } from '@hearth/model';
import type { AlertingRule } from './rule-group.ts';
import type { RuleSample } from './rule-sample.ts';

/** A series that an alerting rule has found, and what became of it. Times are Unix milliseconds. */
export interface Alert {
  readonly labels: Labels;
  annotations: Annotations;
  state: AlertState;
  /** Of the last evaluation that had it. */
  value: number;
  /** When it was first there. */
  activeAtMs: number;
  firedAtMs: number | undefined;
  /** When it went, after having fired. */
  resolvedAtMs: number | undefined;
  /** Since when it fires only because of `keep_firing_for`. */
  keepFiringSinceMs: number | undefined;
}

/** Expanded, by name; unlike labels, they may be empty. */
export type Annotations = ReadonlyMap<string, string>;

export type AlertState = 'inactive' | 'pending' | 'firing';

/** Resolved alerts are remembered this long, so that who is told about alerts learns of it also after a failure. */
const RESOLVED_RETENTION_MS = 15 * 60_000;

/** A series of an evaluation's result, expanded. */
export interface FoundAlert {
  readonly labels: Labels;
  readonly annotations: Annotations;
  readonly value: number;
}

/** By the key of their labels. */
export type Alerts = Map<string, Alert>;

/**
 * Takes the result of an evaluation over into a rule's alerts: new ones are pending, and fire when they have been there for
 * long enough; those that are no longer there are forgotten, or resolved if they have fired. Returns those that are pending
 * or firing.
 */
export function updateAlerts(
  alerts: Alerts,
  found: ReadonlyMap<string, FoundAlert>,
  rule: Pick<AlertingRule, 'forMs' | 'keepFiringForMs'>,
  timestampMs: number,
): readonly Alert[] {
  for (const [key, each] of found) takeOver(alerts, key, each, timestampMs);
  const active: Alert[] = [];
  for (const [key, alert] of alerts) {
    if (found.has(key)) alert.keepFiringSinceMs = undefined;
    else if (!keepsFiring(alert, rule, timestampMs)) {
      resolve(alerts, key, alert, timestampMs);
      continue;
    }
    settle(alert, rule, timestampMs);
    active.push(alert);
  }
  return active;
}

function takeOver(alerts: Alerts, key: string, { labels, annotations, value }: FoundAlert, timestampMs: number): void {
  const known = alerts.get(key);
  if (known && known.state !== 'inactive') {
    known.value = value;
    known.annotations = annotations;
    return;
  }
  alerts.set(key, {
    labels,
    annotations,
    value,
    state: 'pending',
    activeAtMs: timestampMs,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    keepFiringSinceMs: undefined,
  });
}

function keepsFiring(
  alert: Alert,
  { keepFiringForMs }: Pick<AlertingRule, 'keepFiringForMs'>,
  timestampMs: number,
): boolean {
  if (alert.state !== 'firing' || keepFiringForMs === 0) return false;
  alert.keepFiringSinceMs ??= timestampMs;
  return timestampMs - alert.keepFiringSinceMs < keepFiringForMs;
}

function resolve(alerts: Alerts, key: string, alert: Alert, timestampMs: number): void {
  const { state, resolvedAtMs } = alert;
  const isOver = resolvedAtMs !== undefined && timestampMs - resolvedAtMs > RESOLVED_RETENTION_MS;
  if (state === 'pending' || isOver) alerts.delete(key);
  if (state === 'inactive') return;
  alert.state = 'inactive';
  alert.resolvedAtMs = timestampMs;
}

/** Fires a pending alert whose time has come, and takes back one that fires too early after `for` has been changed. */
function settle(alert: Alert, { forMs }: Pick<AlertingRule, 'forMs'>, timestampMs: number): void {
  const isDue = timestampMs - alert.activeAtMs >= forMs;
  if (alert.state === 'pending' && isDue) {
    alert.state = 'firing';
    alert.firedAtMs = timestampMs;
  } else if (alert.state === 'firing' && !isDue) {
    alert.state = 'pending';
    alert.firedAtMs = undefined;
    alert.keepFiringSinceMs = undefined;
  }
}

/** What is written about an alert: that it is there, and since when, which a restart reads. */
export function alertSamples({ labels, state, activeAtMs }: Alert, alertName: string): readonly RuleSample[] {
  const base = new LabelsBuilder(labels).set('alertname', alertName);
  return [
    { labels: base.set(METRIC_NAME, 'ALERTS').set('alertstate', state).build(), value: 1 },
    {
      labels: new LabelsBuilder(labels).set('alertname', alertName).set(METRIC_NAME, 'ALERTS_FOR_STATE').build(),
      value: Math.floor(activeAtMs / 1000),
    },
  ];
}
