import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { registerReadings } from './reading.ts';

it('shows what is counted elsewhere, as it is when it is asked for', async () => {
  const registry = new Registry();
  let count = 1;
  registerReadings(registry, [
    { name: 'a_total', help: 'All a.', type: 'counter', read: () => count },
    { name: 'b', help: 'Some b.', type: 'gauge', read: () => [{ labels: { kind: 'x"y' }, value: count / 2 }] },
  ]);
  count = 3;
  expect(await registry.metrics()).toBe(
    '# HELP a_total All a.\n# TYPE a_total counter\na_total 3\n\n' +
      '# HELP b Some b.\n# TYPE b gauge\nb{kind="x\\"y"} 1.5\n',
  );
});
