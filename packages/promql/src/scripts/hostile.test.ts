import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseScript } from './parse-script.ts';
import { ScriptError } from './script-error.ts';
import { parseMetric, parseSequence, SeriesNotationError } from './series-notation.ts';

const COMMANDS = 'load load_with_nhcb clear eval eval_fail instant range at from to step'.split(' ');
const VALUES = '5m 0 1x3 1+2x3 _ _x9 stale {{ }} a { } b="c" , = " # @st NaN'.split(' ');
const EXPECTATIONS = 'expect fail warn no_warn ordered string vector msg: regex: ( expected_fail_regexp'.split(' ');
const PIECES = [...COMMANDS, ...VALUES, ...EXPECTATIONS, ' ', '\n'];

const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function failureOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

test('whatever a script says, it is read or refused', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const failures = [() => parseMetric(text), () => parseSequence(text)].map(failureOf);
      for (const failure of failures) if (failure) expect(failure).toBeInstanceOf(SeriesNotationError);
      const failure = failureOf(() => parseScript(text));
      if (failure) expect(failure).toBeInstanceOf(ScriptError);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['braces', '{'.repeat(200_000)],
  ['histograms', '{{'.repeat(50_000)],
  ['spaces', `a${' '.repeat(200_000)}x`],
  ['labels', `a{${'b="c",'.repeat(50_000)}`],
  ['digits', '1'.repeat(200_000)],
  ['signs', '1+'.repeat(100_000)],
  ['words of an eval', `eval range from ${'to step '.repeat(2_000)}`],
])('many %s do not take longer than a test may', (_, text) => {
  for (const read of [parseMetric, parseSequence]) {
    const failure = failureOf(() => read(text));
    if (failure) expect(failure).toBeInstanceOf(SeriesNotationError);
  }
  const failure = failureOf(() => parseScript(text));
  if (failure) expect(failure).toBeInstanceOf(ScriptError);
});
