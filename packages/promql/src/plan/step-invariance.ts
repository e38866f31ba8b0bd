import type { Expression } from '../syntax/tree.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import { withoutParentheses } from './parentheses.ts';

/** Their results change with the evaluation time even where their arguments do not. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set([...DATE_FUNCTIONS, 'predict_linear', 'time', 'timestamp']);

/**
 * Whether an expression has the same value at every step: all of its selectors are fixed by `@`, and nothing in it asks for
 * the time. As in Prometheus, the parameter of an aggregation does not count.
 */
export function isStepInvariant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
    case 'string':
      return true;
    case 'vectorSelector':
    case 'subquery':
      return expression.at !== undefined;
    case 'matrixSelector':
      return isStepInvariant(expression.selector);
    case 'parentheses':
    case 'unary':
    case 'aggregation':
      return isStepInvariant(expression.expression);
    case 'binary':
      return isStepInvariant(expression.left) && isStepInvariant(expression.right);
    case 'call': {
      const { functionName } = expression;
      if (functionName === 'timestamp') {
        const argument = withoutParentheses(expression.arguments[0]);
        return argument.kind === 'vectorSelector' && isStepInvariant(argument);
      }
      return !TIME_DEPENDENT.has(functionName) && expression.arguments.every(isStepInvariant);
    }
  }
}
