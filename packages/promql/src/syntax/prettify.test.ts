import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryExpression } from '../testing/arbitrary-expressions.ts';
import { parseExpression } from './parse-expression.ts';
import { prettifyExpression } from './prettify.ts';
import { printExpression } from './printing.ts';

const LONG = `${'a'.repeat(38)}{b="c"}`;

function prettify(text: string): string {
  return prettifyExpression(parseExpression(text, { experimentalFunctions: true }));
}

describe('prettifyExpression', () => {
  it.each([
    ['sum  by(x)(a)', ['sum by (x) (a)']],
    [`${LONG}+${LONG}`, [`${LONG} + ${LONG}`]],
    [`${LONG}+${LONG}*2+2`, [`  ${LONG} + ${LONG} * 2`, '+', '  2']],
    [`sum by (x)(${LONG}-${LONG})`, ['sum by (x) (', `  ${LONG} - ${LONG}`, ')']],
    [
      `topk(1,${LONG}>bool on(x) group_left ${LONG})`,
      ['topk(', '  1,', `    ${LONG}`, '  > bool on (x) group_left ()', `    ${LONG}`, ')'],
    ],
    [
      `label_replace(${LONG}, "destination", "$1", "source_of_the_label", "(.*)")`,
      ['label_replace(', `  ${LONG},`, '  "destination",', '  "$1",', '  "source_of_the_label",', '  "(.*)"', ')'],
    ],
    [`-(${LONG}+${LONG}+123)`, ['-(', `  ${LONG} + ${LONG} + 123`, ')']],
    [
      `max_over_time((${LONG}+${LONG}+123)[1h:5m]offset 1m)`,
      ['max_over_time(', '  (', `    ${LONG} + ${LONG} + 123`, '  )[1h:5m] offset 1m', ')'],
    ],
    [`a{b="${'ü'.repeat(50)}"}`, [`a{b="${'ü'.repeat(50)}"}`]],
    [`abs(a{b="${'ü'.repeat(47)}"})`, ['abs(', `  a{b="${'ü'.repeat(47)}"}`, ')']],
  ])('%s', (text, lines) => {
    expect(prettify(text).split('\n')).toEqual(lines);
  });

  it('changes nothing but blanks', () => {
    fc.assert(
      fc.property(arbitraryExpression({ maxDepth: 6 }), (expression) => {
        const pretty = prettifyExpression(expression);
        const parsed = parseExpression(pretty, { experimentalFunctions: true });
        expect(printExpression(parsed)).toBe(printExpression(expression));
      }),
      { numRuns: 300 },
    );
  });

  it('takes no time where the query is deep and long', () => {
    const deep = `${'abs('.repeat(400)}a{b="${'x'.repeat(100_000)}"}${')'.repeat(400)}`;
    expect(prettify(deep).split('\n')).toHaveLength(801);
  });
});
