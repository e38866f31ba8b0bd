import { aggregationSignatures, type Expression, functionSignatures, parseExpression, walk } from '@hearth/promql';

/** Counts what the queries that gave data were made of. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(query: string): void {
    const parts = new Set<string>();
    walk(parseExpression(query, { experimentalFunctions: true }), (node) => {
      for (const part of partsOf(node)) parts.add(part);
    });
    for (const part of parts) this.#counts.set(part, (this.#counts.get(part) ?? 0) + 1);
  }

  /** Of `parts`, those that were in fewer than `least` queries, with how many. */
  rarerThan(least: number, parts: readonly string[]): readonly string[] {
    return parts
      .map((part) => [part, this.#counts.get(part) ?? 0] as const)
      .filter(([, count]) => count < least)
      .map(([part, count]) => `${part}: ${count}`);
  }
}

/** Every part that the language has without experimental features. */
export const STABLE_PARTS: readonly string[] = [
  ...[...functionSignatures.values()].filter(({ isExperimental }) => !isExperimental).map(({ name }) => name),
  ...[...aggregationSignatures.keys()].filter((name) => !name.startsWith('limit')),
  ...'+ - * / % ^ == != > < >= <= and or unless'.split(' '),
  ...'== bool,on,ignoring,group_left,group_right,by,without,@ start,@ end,@ timestamp,offset,negative offset'.split(
    ',',
  ),
  ...'subquery,subquery with step,negation,parentheses,= ,!=,=~,!~'.split(','),
];

function partsOf(node: Expression): readonly string[] {
  switch (node.kind) {
    case 'call':
      return [node.functionName];
    case 'aggregation':
      return [node.operator, node.without ? 'without' : 'by'];
    case 'binary': {
      const { operator, matching, returnsBool } = node;
      const parts = [operator, ...(returnsBool ? ['== bool'] : [])];
      if (matching === undefined) return parts;
      if (matching.cardinality === 'many-to-one') parts.push('group_left');
      if (matching.cardinality === 'one-to-many') parts.push('group_right');
      return [...parts, matching.on ? 'on' : 'ignoring'];
    }
    case 'vectorSelector':
      return [...modifiersOf(node), ...node.matchers.map(({ type }) => (type === '=' ? '= ' : type))];
    case 'subquery':
      return ['subquery', ...(node.stepMs === undefined ? [] : ['subquery with step']), ...modifiersOf(node)];
    case 'unary':
      return ['negation'];
    case 'parentheses':
      return ['parentheses'];
    case 'number':
    case 'string':
    case 'matrixSelector':
      return [];
  }
}

function modifiersOf({ at, offsetMs }: Extract<Expression, { offsetMs: number }>): readonly string[] {
  const parts = at === undefined ? [] : [`@ ${at.kind}`];
  if (offsetMs !== 0) parts.push(offsetMs < 0 ? 'negative offset' : 'offset');
  return parts;
}
