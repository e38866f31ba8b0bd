import { createLabels, Labels } from '@hearth/model';
import type { RelabelRule } from '../../config/types.ts';
import { createRelabeler } from '../../relabel/create-relabeler.ts';
import { badData } from '../errors/http-errors.ts';
import { valuePart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { ApiAnswer } from './route.ts';

/** What the rules of a scrape pool make of labels, one rule after the other; none of them sees what was dropped. */
export function answerRelabelSteps(config: ConfigView, form: FormValues): ApiAnswer {
  const pool = form.get('scrapePool');
  if (pool === '') throw badData('no scrapePool parameter provided');
  const json = form.get('labels');
  if (json === '') throw badData('no labels parameter provided');
  const labels = parseLabels(json);
  const rules = config.relabelRules(pool);
  if (rules === undefined) throw badData(`error retrieving scrape config: scrape pool "${pool}" not found`);

  let kept: Labels | undefined = labels;
  const steps = rules.map((rule) => {
    kept = kept === undefined ? undefined : createRelabeler([rule]).relabel(kept);
    return { rule: printRule(rule), output: kept ?? Labels.empty, keep: kept !== undefined };
  });
  return { data: valuePart({ steps }) };
}

function parseLabels(json: string): Labels {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('it is no object');
    return createLabels(Object.entries(value).map(([name, text]) => [name, checkText(name, text)] as const));
  } catch (error) {
    throw badData(`error parsing labels: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`the value of ${JSON.stringify(name)} is no string`);
  return value;
}

function printRule(rule: RelabelRule): unknown {
  return {
    source_labels: rule.sourceLabels.length === 0 ? undefined : rule.sourceLabels,
    separator: rule.separator,
    regex: rule.regex,
    modulus: rule.modulus === 0 ? undefined : rule.modulus,
    target_label: rule.targetLabel === '' ? undefined : rule.targetLabel,
    replacement: rule.replacement,
    action: rule.action,
  };
}
