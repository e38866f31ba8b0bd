import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { type Alert, type Alerts, alertSamples, updateAlerts } from './alerts.ts';

const MINUTE_MS = 60_000;
const labels = createLabels({ alertname: 'A', x: '1' });
const present = new Map([[labels.key, { labels, annotations: new Map(), value: 1 }]]);
const absent = new Map();

/** The states minute by minute of one alert that is there (`1`) or not (`0`). */
function statesOf(presence: string, rule: { forMs: number; keepFiringForMs: number }): string {
  const alerts: Alerts = new Map();
  return Array.from(presence, (each, minute) => {
    updateAlerts(alerts, each === '1' ? present : absent, rule, minute * MINUTE_MS);
    return { pending: 'p', firing: 'f', inactive: 'i' }[alerts.get(labels.key)?.state ?? 'inactive'];
  }).join('');
}

test.each([
  ['110', 0, 0, 'ffi'],
  ['0111101', 2, 0, 'ippffip'],
  ['1101111', 2, 0, 'ppippff'],
  ['1110011', 1, 2, 'pffffff'],
  ['1100001', 0, 2, 'ffffiif'],
  ['11001000', 1, 2, 'pffffffi'],
])('%s with for %d and keep_firing_for %d: %s', (presence, forMinutes, keepMinutes, states) => {
  expect(statesOf(presence, { forMs: forMinutes * MINUTE_MS, keepFiringForMs: keepMinutes * MINUTE_MS })).toBe(states);
});

test('a resolved alert is remembered for a quarter of an hour', () => {
  const alerts: Alerts = new Map();
  const rule = { forMs: 0, keepFiringForMs: 0 };
  updateAlerts(alerts, present, rule, 0);
  updateAlerts(alerts, absent, rule, MINUTE_MS);
  expect(alerts.get(labels.key)).toMatchObject({ state: 'inactive', firedAtMs: 0, resolvedAtMs: MINUTE_MS });
  updateAlerts(alerts, absent, rule, 16 * MINUTE_MS);
  expect(alerts.size).toBe(1);
  updateAlerts(alerts, absent, rule, 17 * MINUTE_MS);
  expect(alerts.size).toBe(0);
});

test('one that comes back is a new one', () => {
  const alerts: Alerts = new Map();
  const rule = { forMs: 0, keepFiringForMs: 0 };
  for (const [minute, found] of [present, absent, present].entries()) {
    updateAlerts(alerts, found, rule, minute * MINUTE_MS);
  }
  expect(alerts.get(labels.key)).toMatchObject({ state: 'firing', activeAtMs: 2 * MINUTE_MS, resolvedAtMs: undefined });
});

test('a longer "for" takes an alert back', () => {
  const alerts: Alerts = new Map();
  updateAlerts(alerts, present, { forMs: 0, keepFiringForMs: 0 }, 0);
  updateAlerts(alerts, present, { forMs: 5 * MINUTE_MS, keepFiringForMs: 0 }, MINUTE_MS);
  expect(alerts.get(labels.key)).toMatchObject({ state: 'pending', activeAtMs: 0, firedAtMs: undefined });
});

test('what is written about an alert', () => {
  const alert: Alert = {
    labels,
    annotations: new Map(),
    state: 'pending',
    value: 5,
    activeAtMs: 90_500,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    keepFiringSinceMs: undefined,
  };
  expect(alertSamples(alert, 'A').map((sample) => `${sample.labels.toMetricString()} ${sample.value}`)).toEqual([
    'ALERTS{alertname="A", alertstate="pending", x="1"} 1',
    'ALERTS_FOR_STATE{alertname="A", x="1"} 90',
  ]);
});
