import { isAbsolute, join } from 'node:path';
import { createLabels, LabelError, Labels } from '@hearth/model';
import { parseMetric, parseSequence, SeriesNotationError } from '@hearth/promql';
import { ConfigError } from '../config/config-error.ts';
import type { Finding } from '../config/finding.ts';
import { readList, readRecord, readTexts } from '../config/yaml/collections.ts';
import { type Fields, readFields } from '../config/yaml/fields.ts';
import { parseYaml } from '../config/yaml/parse-yaml.ts';
import type { Place, Reader } from '../config/yaml/place.ts';
import { readBoolean, readDuration, readNumber, readText } from '../config/yaml/scalars.ts';
import type {
  AlertTest,
  ExpectedAlert,
  ExpectedSample,
  InputSeries,
  QueryTest,
  RuleTestFile,
  TestGroup,
} from './test-file.ts';

const MINUTE_MS = 60_000;

/** Reads a test file. Throws a ConfigError with everything that is wrong with it. */
export function parseTestFile(text: string, file: string): RuleTestFile {
  const findings: Finding[] = [];
  const root = parseYaml(text, file, findings, []);
  const parsed = root && readFields(root, (fields) => readFile(fields, root));
  if (findings.length > 0) throw new ConfigError(findings);
  return parsed ?? { file, ruleFiles: [], evaluationIntervalMs: MINUTE_MS, groupOrder: [], isFuzzy: false, groups: [] };
}

function readFile(fields: Fields, { file, directory }: Place): RuleTestFile {
  const evaluationIntervalMs = fields.read('evaluation_interval', readDuration) || MINUTE_MS;
  const ruleFiles = (fields.read('rule_files', readTexts) ?? []).filter((pattern) => pattern !== '');
  return {
    file,
    ruleFiles: ruleFiles.map((pattern) => (isAbsolute(pattern) ? pattern : join(directory, pattern))),
    evaluationIntervalMs,
    groupOrder: readGroupOrder(fields),
    isFuzzy: fields.read('fuzzy_compare', readBoolean) ?? false,
    groups:
      fields.read(
        'tests',
        readList((place) => readGroup(place, evaluationIntervalMs)),
      ) ?? [],
  };
}

function readGroupOrder(fields: Fields): readonly string[] {
  const names = fields.read('group_eval_order', readTexts) ?? [];
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) {
    fields.placeOf('group_eval_order').report(`the group ${repeated} is there twice`, { code: 'conflict' });
  }
  return names;
}

function readGroup(place: Place, evaluationIntervalMs: number): TestGroup | undefined {
  return readFields(place, (fields) => ({
    name: fields.read('name', readText) || undefined,
    place: place.describe(),
    intervalMs: fields.read('interval', readDuration) || evaluationIntervalMs,
    series: fields.read('input_series', readList(readSeries)) ?? [],
    alertTests: fields.read('alert_rule_test', readList(readAlertTest)) ?? [],
    queryTests: fields.read('promql_expr_test', readList(readQueryTest)) ?? [],
    externalLabels: fields.read('external_labels', readLabels) ?? Labels.empty,
    externalUrl: fields.read('external_url', readText) ?? '',
    startMs: fields.read('start_timestamp', readTimestamp) ?? 0,
  }));
}

function readSeries(place: Place): InputSeries | undefined {
  return readFields(place, (fields) => {
    const labels = fields.read('series', notation(parseMetric));
    const values = fields.read('values', notation(parseSequence)) ?? [];
    if (!fields.has('series')) place.report('a series must be set', { code: 'missing' });
    if (values.includes('histogram')) {
      const reason = 'native histograms are not supported';
      fields.placeOf('values').report(reason, { code: 'not_supported' });
    }
    return labels && { labels, values };
  });
}

/** A reader of texts in the notation of series. */
function notation<T>(parse: (text: string) => T): Reader<T> {
  return (place) => {
    const text = readText(place);
    if (text === undefined) return undefined;
    try {
      return parse(text.trim());
    } catch (error) {
      if (!(error instanceof SeriesNotationError)) throw error;
      place.report(error.message);
      return undefined;
    }
  };
}

function readAlertTest(place: Place): AlertTest | undefined {
  return readFields(place, (fields) => {
    const alert = fields.read('alertname', readText) ?? '';
    if (alert === '') place.report('alertname must be set', { code: 'missing' });
    return {
      place: place.describe(),
      evalMs: fields.read('eval_time', readDuration) ?? 0,
      alert,
      expected:
        fields.read(
          'exp_alerts',
          readList((each) => readAlert(each, alert)),
        ) ?? [],
    };
  });
}

function readAlert(place: Place, alertname: string): ExpectedAlert | undefined {
  if (place.isNull) return { labels: createLabels({ alertname }), annotations: new Map() };
  return readFields(place, (fields) => ({
    labels: createLabels({ ...fields.read('exp_labels', readRecord(readText)), alertname }),
    annotations: new Map(Object.entries(fields.read('exp_annotations', readRecord(readText)) ?? {})),
  }));
}

function readQueryTest(place: Place): QueryTest | undefined {
  return readFields(place, (fields) => ({
    place: place.describe(),
    query: fields.read('expr', readText) ?? '',
    evalMs: fields.read('eval_time', readDuration) ?? 0,
    expected: fields.read('exp_samples', readList(readSample)) ?? [],
  }));
}

function readSample(place: Place): ExpectedSample | undefined {
  return readFields(place, (fields) => {
    if (fields.has('histogram')) {
      const reason = 'native histograms are not supported';
      fields.placeOf('histogram').report(reason, { code: 'not_supported' });
    }
    const labels = fields.read('labels', notation(parseLooseMetric)) ?? Labels.empty;
    return { labels, value: fields.read('value', readFloat) ?? 0 };
  });
}

/** Also nothing at all, and spaces in front of the braces. */
function parseLooseMetric(text: string): Labels {
  return text === '' ? Labels.empty : parseMetric(text.replace(/^([\w:]+)\s+(?=\{)/, '$1'));
}

const SPECIAL_FLOATS: ReadonlyMap<string, number> = new Map([
  ['.nan', Number.NaN],
  ['.inf', Infinity],
  ['+.inf', Infinity],
  ['-.inf', -Infinity],
]);

function readFloat(place: Place): number | undefined {
  return SPECIAL_FLOATS.get(place.plainText?.toLowerCase() ?? '') ?? readNumber(place);
}

function readLabels(place: Place): Labels | undefined {
  const record = readRecord(readText)(place);
  try {
    return record && createLabels(record);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    place.report(error.reason);
    return undefined;
  }
}

/** Unix seconds, or a date such as `2021-01-01T00:00:00Z`. */
function readTimestamp(place: Place): number | undefined {
  const text = readText(place);
  if (text === undefined || text === '') return undefined;
  const ms = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : tryDate(text);
  if (ms !== undefined && Number.isFinite(ms)) return Math.round(ms);
  place.report(`"${text}" is no time`, { suggestion: 'write it like 1609459200 or 2021-01-01T00:00:00Z' });
  return undefined;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

function tryDate(text: string): number | undefined {
  return RFC_3339.test(text) ? Date.parse(text) : undefined;
}
