import type { ValidationScheme } from '@hearth/model';
import { DEFAULTS } from '../defaults.ts';
import type { AlertingConfig, AlertmanagerConfig } from '../types.ts';
import { NOT_YET, type Refusal } from '../unsupported.ts';
import { readSections } from '../yaml/collections.ts';
import { readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readChoice, readDuration, readText } from '../yaml/scalars.ts';
import { readDiscovery } from './discovery.ts';
import { readHttpClient } from './http-client.ts';
import { readRelabelRules } from './relabel-rules.ts';

export const NO_ALERTING: AlertingConfig = { alertRelabelRules: [], alertmanagers: [] };

const NO_AWS: Refusal = { reason: 'requests are not signed for AWS', instead: 'use basic_auth or authorization' };

export function readAlerting(place: Place, scheme: ValidationScheme): AlertingConfig | undefined {
  return readFields(place, (fields) => {
    const readAlertmanagers = readSections('alertmanagers', (item) => readAlertmanager(item, scheme));
    const alertmanagers = fields.read('alertmanagers', readAlertmanagers) ?? [];
    const rules = fields.read('alert_relabel_configs', readRelabelRules('alert_relabel_configs', scheme)) ?? [];
    if ('alertmanagers' in NOT_YET && alertmanagers.some(hasTargets)) {
      fields.reportRefusal('alertmanagers', NOT_YET.alertmanagers);
    }
    if ('alert_relabel_configs' in NOT_YET && rules.length > 0) {
      fields.reportRefusal('alert_relabel_configs', NOT_YET.alert_relabel_configs);
    }
    return { alertRelabelRules: rules, alertmanagers };
  });
}

/** Prometheus' own example file has an Alertmanager without a target. */
function hasTargets({ discovery }: AlertmanagerConfig): boolean {
  return discovery.some((each) => each.kind !== 'static' || each.groups.some(({ targets }) => targets.length > 0));
}

function readAlertmanager(place: Place, scheme: ValidationScheme): AlertmanagerConfig | undefined {
  return readFields(place, (fields) => {
    fields.refuse({ sigv4: NO_AWS });
    const relabelRules = fields.read('relabel_configs', readRelabelRules('relabel_configs', scheme)) ?? [];
    return {
      scheme: fields.read('scheme', readText) ?? DEFAULTS.scheme,
      pathPrefix: fields.read('path_prefix', readText) ?? '',
      timeoutMs: fields.read('timeout', readDuration) ?? DEFAULTS.alertmanagerTimeoutMs,
      apiVersion: fields.read('api_version', readChoice(['v2'])) ?? 'v2',
      httpClient: readHttpClient(fields),
      discovery: readDiscovery(fields, { checksAddresses: relabelRules.length === 0 }),
      relabelRules,
      alertRelabelRules: fields.read('alert_relabel_configs', readRelabelRules('alert_relabel_configs', scheme)) ?? [],
    };
  });
}
