import { createAnchoredRegexp, isValidLabelName, MatcherError, type ValidationScheme } from '@hearth/model';
import { DEFAULT_RELABEL_RULE } from '../defaults.ts';
import { tryNearest } from '../nearest.ts';
import type { RelabelAction, RelabelRule } from '../types.ts';
import { readList, readSections } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place, Reader } from '../yaml/place.ts';
import { readCount, readText } from '../yaml/scalars.ts';

const ACTIONS: readonly RelabelAction[] = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
];

const WITH_TARGET: ReadonlySet<RelabelAction> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

/** Letters and underscores with groups in between, such as `job_${1}`: a name of the legacy scheme in the making. */
const LEGACY_TEMPLATE = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

export function readRelabelRules(section: string, scheme: ValidationScheme): Reader<readonly RelabelRule[]> {
  return readSections(section, (place) => readFields(place, (fields) => readRule(fields, scheme)));
}

function readRule(fields: Fields, nameValidationScheme: ValidationScheme): RelabelRule {
  const rule: RelabelRule = {
    action: fields.read('action', readAction) ?? DEFAULT_RELABEL_RULE.action,
    sourceLabels: fields.read('source_labels', readLabelNames) ?? DEFAULT_RELABEL_RULE.sourceLabels,
    separator: fields.read('separator', readText) ?? DEFAULT_RELABEL_RULE.separator,
    regex: fields.read('regex', readRegex) ?? DEFAULT_RELABEL_RULE.regex,
    modulus: fields.read('modulus', readCount) ?? DEFAULT_RELABEL_RULE.modulus,
    targetLabel: fields.read('target_label', readText) ?? DEFAULT_RELABEL_RULE.targetLabel,
    replacement: fields.read('replacement', readText) ?? DEFAULT_RELABEL_RULE.replacement,
    nameValidationScheme,
  };
  checkTarget(rule, fields);
  checkFieldsOfAction(rule, fields);
  checkTemplates(rule, fields);
  return rule;
}

function readAction(place: Place): RelabelAction | undefined {
  const text = readText(place);
  if (text === undefined || place.isNull) return undefined;
  const action = ACTIONS.find((each) => each === text.toLowerCase());
  if (action) return action;
  const nearest = tryNearest(text, ACTIONS);
  const suggestion = nearest === undefined ? `it is one of ${ACTIONS.join(', ')}` : `did you mean "${nearest}"?`;
  place.report(`unknown relabel action "${text}"`, { suggestion });
  return undefined;
}

const readLabelNames = readList((place) => {
  const name = readText(place);
  if (name === undefined) return undefined;
  if (!isValidLabelName(name, 'utf8')) place.report(`"${name}" is not a valid label name`);
  return name;
});

function readRegex(place: Place): string | undefined {
  const pattern = readText(place);
  if (pattern === undefined) return undefined;
  try {
    createAnchoredRegexp(pattern);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    place.report(error.reason);
  }
  return pattern;
}

function checkTarget({ action, targetLabel, nameValidationScheme }: RelabelRule, fields: Fields): void {
  if (!WITH_TARGET.has(action)) return;
  if (targetLabel === '') {
    fields.placeOf('action').report(`the action ${action} needs a target_label`, { code: 'missing' });
    return;
  }
  const isTemplate = action === 'replace' && targetLabel.includes('$');
  const isFine = isTemplate
    ? isNameTemplate(targetLabel, nameValidationScheme)
    : isValidLabelName(targetLabel, nameValidationScheme);
  if (!isFine) fields.placeOf('target_label').report(`"${targetLabel}" is not a valid target_label for ${action}`);
}

/** In UTF-8 names a dollar is a letter like any other. */
function isNameTemplate(template: string, scheme: ValidationScheme): boolean {
  return scheme === 'utf8' ? isValidLabelName(template, scheme) : LEGACY_TEMPLATE.test(template);
}

function checkFieldsOfAction(rule: RelabelRule, fields: Fields): void {
  const { action, replacement, modulus, separator, targetLabel } = rule;
  const others = {
    source_labels: fields.has('source_labels'),
    target_label: targetLabel !== DEFAULT_RELABEL_RULE.targetLabel,
    regex: fields.find('regex') !== undefined,
    modulus: modulus !== DEFAULT_RELABEL_RULE.modulus,
    separator: separator !== DEFAULT_RELABEL_RULE.separator,
    replacement: replacement !== DEFAULT_RELABEL_RULE.replacement,
  };
  const allowOnly = (...allowed: readonly string[]) => {
    for (const [name, isSet] of Object.entries(others)) {
      if (!isSet || allowed.includes(name)) continue;
      fields
        .placeOf(name)
        .report(`the action ${action} takes ${allowed.join(' and ')} only, not ${name}`, { code: 'conflict' });
    }
  };
  if (action === 'keepequal' || action === 'dropequal') allowOnly('source_labels', 'target_label');
  if (action === 'labeldrop' || action === 'labelkeep') allowOnly('regex');
  if ((action === 'lowercase' || action === 'uppercase') && others.replacement) {
    fields.placeOf('replacement').report(`the action ${action} takes no replacement`, { code: 'conflict' });
  }
  if (action === 'hashmod' && modulus === 0) {
    const place = fields.placeOf(fields.has('modulus') ? 'modulus' : 'action');
    place.report('the action hashmod needs a modulus above 0', { code: 'missing' });
  }
}

/** A choice of thousands of literals can have no groups taken from: better said now than while scraping. */
function checkTemplates(
  { action, regex, replacement, targetLabel, nameValidationScheme }: RelabelRule,
  fields: Fields,
): void {
  if (action === 'labelmap' && !isNameTemplate(replacement, nameValidationScheme)) {
    fields.placeOf('replacement').report(`"${replacement}" is not a valid replacement for labelmap`);
  }
  if (action !== 'labelmap' && action !== 'replace') return;
  try {
    const regexp = createAnchoredRegexp(regex);
    const [sample = ''] = regexp.setMatches ?? [];
    regexp.expand(sample, replacement);
    regexp.expand(sample, targetLabel);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    if (error.code === 'regexp_too_large') fields.placeOf('regex').report(error.reason);
  }
}
