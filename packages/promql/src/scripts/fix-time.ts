import { parseExpression } from '../syntax/parse-expression.ts';
import type { Expression } from '../syntax/tree.ts';
import { children } from '../syntax/walking.ts';

/** A query and when to run it. */
export interface TimedQuery {
  readonly text: string;
  readonly timestampMs: number;
}

/** Their results depend on when they are called even where their arguments do not. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'range',
  'start',
  'step',
  'time',
  'timestamp',
  'year',
]);

/**
 * The query with `@ timestampMs` at each selector that has no time of its own, to run at other times: it has to result in
 * the same. None for a query that cannot be held at a time like that. Throws a ParseError.
 */
export function fixTime({ text, timestampMs }: TimedQuery): readonly TimedQuery[] {
  const ends: number[] = [];
  if (!collectEnds(parseExpression(text, { experimentalFunctions: true }), ends)) return [];
  const at = ` @ ${timestampMs / 1000}`;
  let fixed = '';
  let done = 0;
  for (const end of ends.sort((a, b) => a - b)) {
    fixed += text.slice(done, end) + at;
    done = end;
  }
  fixed = (fixed + text.slice(done)).replaceAll(/@\s*(?:start|end)\s*\(\s*\)/g, at.trim());
  return otherTimes(timestampMs).map((other) => ({ text: fixed, timestampMs: other }));
}

function otherTimes(timestampMs: number): readonly number[] {
  if (timestampMs === 0) return [-1000, 0, 1000];
  return [-10 * timestampMs, 0, Math.trunc(timestampMs / 5), timestampMs, 10 * timestampMs];
}

/** Adds where selectors without a time end; what is in a subquery follows its time. Whether no call is in the way. */
function collectEnds(expression: Expression, ends: number[]): boolean {
  switch (expression.kind) {
    case 'vectorSelector':
    case 'subquery':
      if (expression.at === undefined) ends.push(expression.position.end);
      return true;
    case 'matrixSelector': {
      const { selector, position } = expression;
      if (selector.at === undefined) ends.push(Math.max(position.end, selector.position.end));
      return true;
    }
    case 'call':
      if (TIME_DEPENDENT.has(expression.functionName)) return false;
  }
  return children(expression).every((child) => collectEnds(child, ends));
}
