import type { Expression } from './tree.ts';

/** The expressions right below this one, in the order in which Prometheus visits them: a parameter comes last. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [expression.selector];
    case 'subquery':
    case 'parentheses':
    case 'unary':
      return [expression.expression];
    case 'binary':
      return [expression.left, expression.right];
    case 'aggregation': {
      const { expression: operand, parameter } = expression;
      return parameter === undefined ? [operand] : [operand, parameter];
    }
    case 'call':
      return expression.arguments;
  }
}

/**
 * Visits an expression and all below it, parents first. `ancestors` starts with the root, and is valid during the visit
 * only.
 */
export function walk(
  expression: Expression,
  visit: (expression: Expression, ancestors: readonly Expression[]) => void,
): void {
  const ancestors: Expression[] = [];
  const descend = (node: Expression) => {
    visit(node, ancestors);
    ancestors.push(node);
    for (const child of children(node)) descend(child);
    ancestors.pop();
  };
  descend(expression);
}
