import { expect, test } from 'vitest';
import { functionSignatures } from './functions.ts';

test.each([
  ['time', [], 0, 0, 'scalar', false],
  ['rate', ['matrix'], 1, 1, 'vector', false],
  ['hour', ['vector'], 0, 1, 'vector', false],
  ['round', ['vector', 'scalar'], 1, 2, 'vector', false],
  ['quantile_over_time', ['scalar', 'matrix'], 2, 2, 'vector', false],
  ['label_join', ['vector', 'string', 'string', 'string'], 3, Infinity, 'vector', false],
  ['sort_by_label', ['vector', 'string'], 1, Infinity, 'vector', true],
  ['histogram_quantiles', ['vector', 'string', 'scalar', 'scalar'], 3, 12, 'vector', true],
  ['info', ['vector', 'vector'], 1, 2, 'vector', true],
  ['min_of', ['scalar', 'scalar'], 2, 2, 'scalar', true],
])('%s', (name, argumentTypes, minArguments, maxArguments, returnType, isExperimental) => {
  expect(functionSignatures.get(name)).toEqual({
    name,
    argumentTypes,
    minArguments,
    maxArguments,
    returnType,
    isExperimental,
  });
});

test('there are as many as in Prometheus 3.14', () => {
  const signatures = [...functionSignatures.values()];
  expect(signatures).toHaveLength(90);
  expect(signatures.filter(({ isExperimental }) => isExperimental)).toHaveLength(17);
});
