import type { Labels } from '@hearth/model';
import { type ExecuteOptions, executeTemplate } from '../templates/execute-template.ts';
import { functionNames } from '../templates/functions.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import { TemplateError } from '../templates/template-error.ts';
import type { Template } from '../templates/tree.ts';
import { type TemplateStruct, textMap, type Value } from '../templates/value.ts';

/** In front of every template of an alert: shorter names for its data. */
const DEFINITIONS =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

/** Parses the value of a label or annotation of an alerting rule. Throws a TemplateError. */
export function parseAlertTemplate(alert: string, text: string): Template {
  return parseTemplate(DEFINITIONS + text, { name: `__alert_${alert}`, functions: functionNames });
}

export interface AlertTemplateData {
  readonly labels: Labels;
  readonly value: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** What `.` is in the templates of one alert. */
export function createAlertData({ labels, value, externalLabels, externalUrl }: AlertTemplateData): TemplateStruct {
  const toMap = (each: Labels) => textMap(Array.from(each, (label) => [label.name, label.value]));
  return {
    typeName:
      'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    fields: new Map<string, Value>([
      ['Labels', toMap(labels)],
      ['ExternalLabels', toMap(externalLabels)],
      ['ExternalURL', externalUrl],
      ['Value', value],
    ]),
    methods: new Map(),
  };
}

export interface Expansion {
  readonly text: string;
  /** Why the text is only about the failure. */
  readonly failure: TemplateError | undefined;
}

/** Never throws what a template is at fault for: an alert with a poor description is better than none. */
export async function expandAlertTemplate(
  template: Template,
  data: TemplateStruct,
  options: Omit<ExecuteOptions, 'data'>,
): Promise<Expansion> {
  try {
    return { text: await executeTemplate(template, { ...options, data }), failure: undefined };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const reason = `error executing template ${template.name}: ${error.message}`;
    return { text: `<error expanding template: ${reason}>`, failure: error };
  }
}
