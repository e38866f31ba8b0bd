import { expect, test } from 'vitest';
import { createStaticDiscoverer } from './static-discoverer.ts';
import type { TargetGroup } from './target-group.ts';
import { testDiscoverer } from './testing/discoverer.suite.ts';

testDiscoverer(
  'static discovery',
  () => ({
    addresses: ['a:1', 'b:2'],
    createDiscoverer: () =>
      createStaticDiscoverer({ kind: 'static', groups: [{ targets: ['a:1', 'b:2'], labels: {} }] }),
  }),
  { changes: false },
);

test('labels belong to their group', async () => {
  const groups = [
    { targets: ['a:1'], labels: { team: 'x' } },
    { targets: ['b:1'], labels: {} },
  ];
  const found = await new Promise<readonly TargetGroup[]>((resolve) =>
    createStaticDiscoverer({ kind: 'static', groups }).start(resolve),
  );
  expect(found.map(({ source, labels }) => [source, labels.toString()])).toEqual([
    ['static_configs 0', '{team="x"}'],
    ['static_configs 1', '{}'],
  ]);
});
