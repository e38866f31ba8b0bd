import { describe, expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import type { Discoverer, DiscoveryFailure, OnFailure } from '../discoverer.ts';
import type { TargetGroup } from '../target-group.ts';

/** What a discoverer looks at, and how a test changes it. */
export interface DiscoveryScene {
  createDiscoverer(clock: FakeClock, onFailure: OnFailure): Discoverer;
  /** What two targets, `a:1` and `b:2`, or only the first of them, are called there. */
  readonly addresses: readonly [string, string];
  /** Absent where nothing can ever change. */
  readonly world?: {
    /** From now on there are so many of the two targets. */
    show(count: 0 | 1 | 2): Promise<void> | void;
    /** From now on looking for them fails. */
    fail(): Promise<void> | void;
    /** What a failure says. */
    readonly failure: RegExp;
    readonly refreshIntervalMs: number;
  };
}

export interface SuiteOptions {
  /** Whether what is looked at can change. It can unless this is false. */
  readonly changes?: boolean;
}

/** The contract of `Discoverer`. A scene starts with both targets. */
export function testDiscoverer(
  name: string,
  setUp: () => Promise<DiscoveryScene> | DiscoveryScene,
  { changes = true }: SuiteOptions = {},
): void {
  describe(`${name} keeps to the contract of discoverers`, () => {
    test('groups come after start has returned, and never after stop', async () => {
      const { discoverer, found } = start(await setUp());
      expect(found.calls).toEqual([]);
      await eventually(() => found.calls.length).toBe(1);
      await discoverer.stop();
      await discoverer.stop();
      expect(found.calls).toHaveLength(1);
    });

    test('a discoverer that is stopped at once says nothing', async () => {
      const { discoverer, found, failures } = start(await setUp());
      await discoverer.stop();
      await new Promise(setImmediate);
      expect([found.calls, failures]).toEqual([[], []]);
    });

    test('all targets that are there are found, each source once', async () => {
      const scene = await setUp();
      const { discoverer, found } = start(scene);
      await eventually(() => found.calls.length).toBe(1);
      expect(addressesOf(found.calls[0])).toEqual(scene.addresses);
      const sources = found.calls[0].map(({ source }) => source);
      expect(new Set(sources).size).toBe(sources.length);
      await discoverer.stop();
    });
  });

  if (!changes) return;
  describe(`${name}, when something changes`, () => {
    test('finds it after its refresh interval, and passes on nothing if nothing has changed', async () => {
      const scene = await setUp();
      const world = worldOf(scene);
      const { discoverer, found, lookAgain } = start(scene);
      await eventually(() => found.calls.length).toBe(1);
      await lookAgain();
      expect(found.calls).toHaveLength(1);
      await world.show(1);
      await lookAgain();
      await eventually(() => found.calls.length).toBe(2);
      expect(addressesOf(found.calls[1])).toEqual(scene.addresses.slice(0, 1));
      await world.show(0);
      await lookAgain();
      await eventually(() => found.calls.length).toBe(3);
      expect(addressesOf(found.calls[2])).toEqual([]);
      await discoverer.stop();
    });

    test('keeps what it had while looking fails, says so, and recovers', async () => {
      const scene = await setUp();
      const world = worldOf(scene);
      const { discoverer, found, failures, lookAgain } = start(scene);
      await eventually(() => found.calls.length).toBe(1);
      await world.fail();
      await lookAgain();
      await eventually(() => failures.length).toBe(1);
      expect(failures[0]?.message).toMatch(world.failure);
      expect(found.calls).toHaveLength(1);
      await world.show(1);
      await lookAgain();
      await eventually(() => found.calls.length).toBe(2);
      expect(addressesOf(found.calls[1])).toEqual(scene.addresses.slice(0, 1));
      await discoverer.stop();
    });
  });
}

function worldOf({ world }: DiscoveryScene): NonNullable<DiscoveryScene['world']> {
  if (world === undefined) throw new Error('BUG: a scene that can change has a world');
  return world;
}

function start(scene: DiscoveryScene) {
  const clock = createFakeClock();
  let timers = 0;
  const counting: FakeClock = {
    ...clock,
    after(delayMs, callback) {
      timers++;
      return clock.after(delayMs, callback);
    },
  };
  const failures: DiscoveryFailure[] = [];
  const discoverer = scene.createDiscoverer(counting, (failure) => void failures.push(failure));
  const found = { calls: [] as (readonly TargetGroup[])[] };
  discoverer.start((groups) => void found.calls.push(groups));
  let timersPerLook: number | undefined;
  return {
    discoverer,
    found,
    failures,
    /** Lets the refresh interval pass, and waits for the look that follows: it sets as many timers as the first one did. */
    async lookAgain() {
      await new Promise(setImmediate);
      timersPerLook ??= timers;
      const expected = timers + timersPerLook;
      clock.advance(scene.world?.refreshIntervalMs ?? 0);
      await eventually(() => timers).toBe(expected);
    },
  };
}

export function addressesOf(groups: readonly TargetGroup[]): readonly string[] {
  return groups.flatMap(({ targets }) => targets.map((labels) => labels.get('__address__')));
}
