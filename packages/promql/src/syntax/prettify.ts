import { printAggregationHead, printNode, printOperator, printSubqueryTail } from './printing.ts';
import type { Expression } from './tree.ts';

const MAX_LINE_BYTES = 100;
const INDENT = '  ';

/** Prints an expression as Prometheus formats queries: what does not fit on a line of 100 bytes is broken and indented. */
export function prettifyExpression(expression: Expression): string {
  return new Prettifier().prettify(expression, 0);
}

class Prettifier {
  /** On one line. Kept, because each level asks for the line of all that is below it. */
  readonly #lines = new Map<Expression, string>();

  prettify(node: Expression, level: number): string {
    const indent = INDENT.repeat(level);
    if (node.kind === 'unary') {
      return `${indent}${node.operator}${this.prettify(node.expression, level).trim()}`;
    }
    const line = this.#print(node);
    if (isShort(line)) {
      // Prometheus forgets the indentation of a subquery.
      return node.kind === 'subquery' ? line : indent + line;
    }
    switch (node.kind) {
      case 'number':
      case 'string':
      case 'vectorSelector':
      case 'matrixSelector':
        return indent + line;
      case 'subquery':
        return this.prettify(node.expression, level) + printSubqueryTail(node);
      case 'parentheses':
        return this.#prettifyList(indent, [node.expression], level);
      case 'binary': {
        const operator = `${indent}${printOperator(node)}`;
        return `${this.prettify(node.left, level + 1)}\n${operator}\n${this.prettify(node.right, level + 1)}`;
      }
      case 'aggregation': {
        const { parameter, expression } = node;
        const expressions = parameter === undefined ? [expression] : [parameter, expression];
        return this.#prettifyList(indent + printAggregationHead(node), expressions, level);
      }
      case 'call':
        return this.#prettifyList(indent + node.functionName, node.arguments, level);
    }
  }

  #prettifyList(head: string, expressions: readonly Expression[], level: number): string {
    const lines = expressions.map((expression) => this.prettify(expression, level + 1)).join(',\n');
    return `${head}(\n${lines}\n${INDENT.repeat(level)})`;
  }

  #print(node: Expression): string {
    let line = this.#lines.get(node);
    if (line === undefined) {
      line = printNode(node, (child) => this.#print(child));
      this.#lines.set(node, line);
    }
    return line;
  }
}

function isShort(line: string): boolean {
  return line.length <= MAX_LINE_BYTES && new TextEncoder().encode(line).length <= MAX_LINE_BYTES;
}
