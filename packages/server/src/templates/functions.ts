import { type Labels, parseDuration } from '@hearth/model';
import { builtins } from './builtins.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  toFloat,
  toTime,
} from './humanize.ts';
import { matchRegexp, replaceAll } from './regexp.ts';
import { sortByLabel, TemplateSample } from './sample.ts';
import { stripDomain, stripPort, titleCase, urlQueryEscape } from './texts.ts';
import { GoDuration } from './times.ts';
import { TemplateMap, type Value } from './value.ts';

/** What functions may ask of the world. */
export interface FunctionContext {
  readonly timestampMs: number;
  /** Where users reach this server: `http://example.org/prefix`. */
  readonly externalUrl: string;
  /** Runs an instant query. */
  query(text: string, timestampMs: number): Promise<readonly { readonly labels: Labels; readonly value: number }[]>;
}

/** What a function takes at one place: anything, or values of one Go type. */
export type Parameter = 'any' | 'string' | 'sample' | 'samples';

export interface TemplateFunction {
  readonly parameters: readonly Parameter[];
  /** What all further arguments have to be, if there may be any. */
  readonly rest?: Parameter;
  /** The arguments are of the right number and types. What it throws is what the template fails with. */
  call(args: readonly Value[], context: FunctionContext): Value | Promise<Value>;
}

export const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...builtins,
  ['query', { parameters: ['string'], call: async ([text], context) => runQuery(text as string, context) }],
  ['first', { parameters: ['samples'], call: ([samples]) => first(samples as readonly TemplateSample[]) }],
  ['label', { parameters: ['string', 'sample'], call: ([name, sample]) => labelOf(sample, name as string) }],
  ['value', { parameters: ['sample'], call: ([sample]) => (sample as TemplateSample).value }],
  ['strvalue', { parameters: ['sample'], call: ([sample]) => labelOf(sample, '__value__') }],
  ['sortByLabel', { parameters: ['string', 'samples'], call: ([name, samples]) => sorted(name, samples) }],
  [
    'args',
    { parameters: [], rest: 'any', call: (args) => new TemplateMap(new Map(args.map((arg, i) => [`arg${i}`, arg]))) },
  ],
  ['humanize', numeric(humanize)],
  ['humanize1024', numeric(humanize1024)],
  ['humanizeDuration', numeric(humanizeDuration)],
  ['humanizePercentage', numeric(humanizePercentage)],
  ['humanizeTimestamp', numeric(humanizeTimestamp)],
  ['toTime', numeric(toTime)],
  ['toDuration', numeric((value) => new GoDuration(toFloat(value) * 1000))],
  ['now', { parameters: [], call: (_, { timestampMs }) => timestampMs / 1000 }],
  ['parseDuration', textual(parseSignedDuration)],
  ['title', textual(titleCase)],
  ['toUpper', textual((text) => text.toUpperCase())],
  ['toLower', textual((text) => text.toLowerCase())],
  ['stripPort', textual(stripPort)],
  ['stripDomain', textual(stripDomain)],
  ['urlQueryEscape', textual(urlQueryEscape)],
  ['safeHtml', textual((text) => text)],
  ['graphLink', textual((expression) => `/graph?g0.expr=${urlQueryEscape(expression)}&g0.tab=0`)],
  ['tableLink', textual((expression) => `/graph?g0.expr=${urlQueryEscape(expression)}&g0.tab=1`)],
  [
    'match',
    { parameters: ['string', 'string'], call: ([pattern, text]) => matchRegexp(pattern as string, text as string) },
  ],
  [
    'reReplaceAll',
    {
      parameters: ['string', 'string', 'string'],
      call: ([pattern, replacement, text]) => replaceAll(pattern as string, replacement as string, text as string),
    },
  ],
  ['externalURL', { parameters: [], call: (_, { externalUrl }) => externalUrl }],
  ['pathPrefix', { parameters: [], call: (_, { externalUrl }) => pathOf(externalUrl) }],
]);

export const functionNames: ReadonlySet<string> = new Set(functions.keys());

function numeric(calculate: (value: Value) => Value): TemplateFunction {
  return { parameters: ['any'], call: ([value]) => calculate(value) };
}

function textual(change: (text: string) => Value): TemplateFunction {
  return { parameters: ['string'], call: ([text]) => change(text as string) };
}

async function runQuery(text: string, { query, timestampMs }: FunctionContext): Promise<Value> {
  const samples = await query(text, timestampMs);
  return samples.map(({ labels, value }) => new TemplateSample(labels, value));
}

function first(samples: readonly TemplateSample[]): TemplateSample {
  if (samples.length === 0) throw new Error('first() called on vector with no elements');
  return samples[0];
}

function labelOf(sample: Value, name: string): string {
  return (sample as TemplateSample).labels.get(name);
}

function sorted(name: Value, samples: Value): Value {
  return sortByLabel(name as string, samples as readonly TemplateSample[]);
}

/** Seconds. */
function parseSignedDuration(text: string): number {
  const isNegative = text.startsWith('-');
  return (parseDuration(isNegative ? text.slice(1) : text) / 1000) * (isNegative ? -1 : 1);
}

function pathOf(externalUrl: string): string {
  const { pathname } = new URL(externalUrl);
  return pathname === '/' && !externalUrl.endsWith('/') ? '' : pathname;
}
