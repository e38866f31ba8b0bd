import { Labels } from '@hearth/model';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { Discoverer, OnGroups } from './discoverer.ts';
import { MergedDiscovery } from './merged-discovery.ts';

function createManual(): Discoverer & { show(...sources: readonly string[]): void } {
  let onGroups: OnGroups = () => {};
  return {
    start: (callback) => {
      onGroups = callback;
    },
    stop: async () => {},
    show: (...sources) => onGroups(sources.map((source) => ({ source, targets: [], labels: Labels.empty }))),
  };
}

function setUp(count: number) {
  const clock = createFakeClock();
  const discoverers = Array.from({ length: count }, createManual);
  const calls: string[] = [];
  const merged = new MergedDiscovery(discoverers, { clock, patienceMs: 100 });
  merged.start((groups) => void calls.push(groups.map(({ source }) => source).join(' ')));
  return { clock, discoverers, calls, merged };
}

test('groups come in the order of their discoverers, as soon as all have said something', () => {
  const { clock, discoverers, calls } = setUp(2);
  discoverers[1]?.show('c');
  discoverers[0]?.show('a', 'b');
  clock.advance(0);
  expect(calls).toEqual(['a b c']);
});

test('one that says nothing is waited for, but not for ever', () => {
  const { clock, discoverers, calls } = setUp(2);
  discoverers[0]?.show('a');
  clock.advance(99);
  expect(calls).toEqual([]);
  clock.advance(1);
  expect(calls).toEqual(['a']);
});

test('changes that follow each other closely are passed on together', () => {
  const { clock, discoverers, calls } = setUp(1);
  discoverers[0]?.show('a');
  clock.advance(0);
  for (const source of ['b', 'c', 'd']) discoverers[0]?.show(source);
  clock.advance(4_999);
  expect(calls).toEqual(['a']);
  clock.advance(1);
  expect(calls).toEqual(['a', 'd']);
});

test('without discoverers there are no groups, which is said', () => {
  const { clock, calls } = setUp(0);
  clock.advance(0);
  expect(calls).toEqual(['']);
});

test('after the end nothing is said', async () => {
  const { clock, discoverers, calls, merged } = setUp(1);
  discoverers[0]?.show('a');
  await merged.stop();
  discoverers[0]?.show('b');
  clock.advance(10_000);
  expect(calls).toEqual([]);
});
