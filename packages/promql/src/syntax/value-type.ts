import { functionSignatures } from './functions.ts';
import type { Expression, ValueType } from './tree.ts';

/** What an expression evaluates to. */
export function valueTypeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vectorSelector':
    case 'aggregation':
      return 'vector';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'parentheses':
    case 'unary':
      return valueTypeOf(expression.expression);
    case 'binary':
      return valueTypeOf(expression.left) === 'scalar' && valueTypeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector';
    case 'call': {
      const signature = functionSignatures.get(expression.functionName);
      if (!signature) throw new Error(`BUG: a call of ${expression.functionName}, which is no function`);
      return signature.returnType;
    }
  }
}

/** How the documentation calls a type. */
export function describeValueType(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}
