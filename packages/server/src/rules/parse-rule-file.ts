import {
  createLabels,
  isValidLabelName,
  isValidMetricName,
  Labels,
  LabelsBuilder,
  METRIC_NAME,
  quoteGo,
} from '@hearth/model';
import { ParseError, parseExpression } from '@hearth/promql';
import { ConfigError } from '../config/config-error.ts';
import type { Finding } from '../config/finding.ts';
import { readRecord, readSections } from '../config/yaml/collections.ts';
import { type Fields, readFields } from '../config/yaml/fields.ts';
import { parseYaml } from '../config/yaml/parse-yaml.ts';
import type { Place } from '../config/yaml/place.ts';
import { readCount, readDuration, readText } from '../config/yaml/scalars.ts';
import { TemplateError } from '../templates/template-error.ts';
import { parseAlertTemplate } from './alert-template.ts';
import type { AlertingRule, RecordingRule, Rule, RuleGroup, TemplatedLabel } from './rule-group.ts';

export interface RuleFileOptions {
  /** Allows what Prometheus keeps behind `promql-experimental-functions`. */
  readonly experimentalFunctions?: boolean;
}

/**
 * Reads a rule file. Throws a ConfigError with everything that is wrong with it: Prometheus' rules of what is valid, and
 * every template and query parsed.
 */
export function parseRuleFile(text: string, file: string, options: RuleFileOptions = {}): readonly RuleGroup[] {
  const findings: Finding[] = [];
  const root = parseYaml(text, file, findings, []);
  const readGroups = readSections('groups', (group) => readGroup(group, options));
  const groups = root && readFields(root, (fields) => fields.read('groups', readGroups));
  if (groups) reportRepeatedNames(groups);
  if (findings.length > 0) throw new ConfigError(findings);
  return (groups ?? []).map(({ group }) => group);
}

/** With the place of its name, to report at. */
interface PlacedGroup {
  readonly group: RuleGroup;
  readonly place: Place;
}

function readGroup(place: Place, options: RuleFileOptions): PlacedGroup | undefined {
  return readFields(place, (fields) => {
    const name = fields.read('name', readText) ?? '';
    if (name === '') fields.placeOf('name').report('the name of a group must not be empty', { code: 'missing' });
    const labels = fields.read('labels', readLabels) ?? Labels.empty;
    const group: RuleGroup = {
      name,
      file: place.file,
      intervalMs: fields.read('interval', readDuration) || undefined,
      queryOffsetMs: fields.read('query_offset', readDuration),
      limit: fields.read('limit', readCount) || undefined,
      labels,
      rules:
        fields.read(
          'rules',
          readSections('rules', (rule) => readRule(rule, { groupLabels: labels, options })),
        ) ?? [],
    };
    return { group, place: fields.placeOf('name') };
  });
}

function reportRepeatedNames(groups: readonly PlacedGroup[]): void {
  const names = new Set<string>();
  for (const { group, place } of groups) {
    if (names.has(group.name)) {
      place.report(`the group ${quoteGo(group.name)} is there twice in this file`, { code: 'conflict' });
    }
    names.add(group.name);
  }
}

function readLabels(place: Place): Labels | undefined {
  const values = readRecord(readText, checkLabelName)(place);
  return values && createLabels(values);
}

function checkLabelName(name: string, key: Place): void {
  if (name === METRIC_NAME || !isValidLabelName(name, 'utf8')) key.report(`invalid label name: ${name}`);
}

function checkAnnotationName(name: string, key: Place): void {
  if (!isValidLabelName(name, 'utf8')) key.report(`invalid annotation name: ${name}`);
}

interface RuleSurroundings {
  readonly groupLabels: Labels;
  readonly options: RuleFileOptions;
}

function readRule(place: Place, { groupLabels, options }: RuleSurroundings): Rule | undefined {
  return readFields(place, (fields) => {
    const record = fields.read('record', readText) ?? '';
    const alert = fields.read('alert', readText) ?? '';
    if (record !== '' && alert !== '') {
      fields.placeOf('alert').report('only one of record and alert must be set', { code: 'conflict' });
    }
    if (record === '' && alert === '') place.report('one of record and alert must be set', { code: 'missing' });
    const query = readQuery(fields, options);
    if (record === '') return readAlertingRule(fields, { alert, query, groupLabels });
    return readRecordingRule(fields, { record, query, groupLabels });
  });
}

function readQuery(fields: Fields, options: RuleFileOptions): string {
  const query = fields.read('expr', readText) ?? '';
  const place = fields.placeOf('expr');
  if (query === '') {
    place.report('expr must be set', { code: 'missing' });
    return query;
  }
  try {
    parseExpression(query, options);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    place.report(`could not parse expression: ${error.message}`);
  }
  return query;
}

interface RuleHead {
  readonly query: string;
  readonly groupLabels: Labels;
}

const FOR_ALERTS = ['for', 'keep_firing_for', 'annotations'];

function readRecordingRule(
  fields: Fields,
  { record, query, groupLabels }: RuleHead & { readonly record: string },
): RecordingRule {
  for (const name of FOR_ALERTS) {
    if (fields.has(name)) fields.placeOf(name).report(`${name} is for alerting rules, this is a recording rule`);
  }
  const place = fields.placeOf('record');
  if (!isValidMetricName(record, 'utf8')) place.report(`invalid recording rule name: ${record}`);
  if (/[{}]/.test(record)) {
    place.report(`braces in the name of a recording rule: ${record}`, { suggestion: 'should it be in expr?' });
  }
  const own = fields.read('labels', readLabels) ?? Labels.empty;
  const merged = new LabelsBuilder(groupLabels);
  for (const { name, value } of own) merged.set(name, value);
  return { kind: 'recording', record, query, labels: merged.build() };
}

function readAlertingRule(
  fields: Fields,
  { alert, query, groupLabels }: RuleHead & { readonly alert: string },
): AlertingRule {
  const readOwn = readRecord((value) => readTemplate(value, alert), checkLabelName);
  const own = fields.read('labels', readOwn) ?? {};
  const annotations = fields.read(
    'annotations',
    readRecord((value) => readTemplate(value, alert), checkAnnotationName),
  );
  const inherited = Array.from(groupLabels, ({ name, value }) => [name, readTemplateText(value, alert, fields.place)]);
  return {
    kind: 'alerting',
    alert,
    query,
    forMs: fields.read('for', readDuration) ?? 0,
    keepFiringForMs: fields.read('keep_firing_for', readDuration) ?? 0,
    labels: toList({ ...Object.fromEntries(inherited), ...own }),
    annotations: toList(annotations ?? {}),
  };
}

type UnnamedTemplate = Omit<TemplatedLabel, 'name'>;

function toList(templates: Readonly<Record<string, UnnamedTemplate | undefined>>): readonly TemplatedLabel[] {
  return Object.entries(templates).flatMap(([name, template]) => (template ? { name, ...template } : []));
}

function readTemplate(place: Place, alert: string): UnnamedTemplate | undefined {
  const text = readText(place);
  return text === undefined ? undefined : readTemplateText(text, alert, place);
}

function readTemplateText(text: string, alert: string, place: Place): UnnamedTemplate | undefined {
  try {
    return { text, template: parseAlertTemplate(alert, text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    place.report(error.message);
    return undefined;
  }
}
