import { quoteGo } from '@hearth/model';
import { aggregationSignatures } from './aggregations.ts';
import type { PositionRange } from './tree.ts';

export type TokenKind =
  | 'end'
  | 'identifier'
  /** An identifier with a colon in it, which only names of metrics may have. */
  | 'metric identifier'
  | 'string'
  | 'number'
  | 'duration'
  /** Punctuation, and words with a meaning of their own. */
  | 'symbol';

export interface Token extends PositionRange {
  readonly kind: TokenKind;
  /** As it was written. */
  readonly text: string;
  /** Of a string what it says, of a word its name in lower case, of all else the text. */
  readonly value: string;
}

const OPERATOR_WORDS = ['and', 'or', 'unless', 'atan2'];

const KEYWORDS = [
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'fill_left',
  'fill_right',
  'bool',
];

/** Functions that are words of the language too: `@ start()`, and what Prometheus' duration expressions call. */
const CALL_WORDS = ['start', 'end', 'step', 'range', 'max_of', 'min_of'];

/** Every word that is no mere identifier outside braces. They are read without regard to case. */
export const words: ReadonlySet<string> = new Set([
  ...OPERATOR_WORDS,
  ...aggregationSignatures.keys(),
  ...KEYWORDS,
  ...CALL_WORDS,
]);

export const callWords: ReadonlySet<string> = new Set(CALL_WORDS);

/** Words that a duration in brackets may have. */
export const durationWords: ReadonlySet<string> = new Set(['step', 'range', 'max_of', 'min_of']);

const keywords: ReadonlySet<string> = new Set(KEYWORDS);
const notMetricNames: ReadonlySet<string> = new Set(['atan2', 'on', 'ignoring', 'group_left', 'group_right', 'bool']);

const OPERATOR_MARKS = '+ - * / % ^ == != < > <= >= </ >/ =~ !~ @'.split(' ');
const operators: ReadonlySet<string> = new Set([...OPERATOR_WORDS, ...OPERATOR_MARKS]);

export function isSymbol(token: Token, value: string): boolean {
  return token.kind === 'symbol' && token.value === value;
}

/** Whether a token that stands where an operand has to names a metric: most words of the language may. */
export function isMetricName(token: Token): boolean {
  if (token.kind === 'symbol') return words.has(token.value) && !notMetricNames.has(token.value);
  return token.kind === 'identifier' || token.kind === 'metric identifier';
}

export function isNumber({ kind }: Token): boolean {
  return kind === 'number' || kind === 'duration';
}

export function startsExpression(token: Token): boolean {
  if (token.kind === 'string' || isNumber(token) || isMetricName(token)) return true;
  return token.kind === 'symbol' && '({+-'.includes(token.value);
}

/** Whether a token that stands in a list of label names is one. Prometheus lets `without` be none. */
export function isLabelName(token: Token): boolean {
  if (token.kind === 'symbol') return words.has(token.value) && token.value !== 'without';
  return token.kind === 'identifier' || token.kind === 'metric identifier' || token.kind === 'string';
}

/** How a message names a token, in Prometheus' words. */
export function describeToken({ kind, text, value }: Token): string {
  if (kind === 'end') return 'end of input';
  if (kind === 'identifier' || kind === 'metric identifier') return `${kind} ${quoteGo(text)}`;
  if (kind === 'symbol') {
    if (keywords.has(value)) return `<${text}>`;
    if (operators.has(value)) return `<op:${text}>`;
    if (aggregationSignatures.has(value)) return `<aggr:${text}>`;
    return quoteGo(text);
  }
  const start = text.length > 10 ? Array.from(text.slice(0, 20)).slice(0, 10).join('') : text;
  return `${kind} ${quoteGo(start)}${text.length > 10 ? '...' : ''}`;
}
