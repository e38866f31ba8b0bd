import { functionSignatures } from './functions.ts';
import type { BinaryExpression, Expression, ValueType } from './tree.ts';

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
      return binaryTypeOf(expression);
    case 'call': {
      const signature = functionSignatures.get(expression.functionName);
      if (!signature) throw new Error(`BUG: a call of ${expression.functionName}, which is no function`);
      return signature.returnType;
    }
  }
}

/** Kept, because a long chain asks for the type of all that is below at each of its operators. */
const binaryTypes = new WeakMap<BinaryExpression, ValueType>();

function binaryTypeOf(binary: BinaryExpression): ValueType {
  let type = binaryTypes.get(binary);
  if (type === undefined) {
    const areScalars = valueTypeOf(binary.left) === 'scalar' && valueTypeOf(binary.right) === 'scalar';
    type = areScalars ? 'scalar' : 'vector';
    binaryTypes.set(binary, type);
  }
  return type;
}

/** How the documentation calls a type. */
export function describeValueType(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}
