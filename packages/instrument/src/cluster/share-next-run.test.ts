import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareNextRun } from './share-next-run.ts';

/** Each run ends when the test says so. */
function setUp() {
  const ends: ((result: string | Error) => void)[] = [];
  const ask = shareNextRun(
    () =>
      new Promise<string>((resolve, reject) => {
        ends.push((result) => (typeof result === 'string' ? resolve(result) : reject(result)));
      }),
  );
  return { ask, ends };
}

test('runs for who asks while nothing runs', async () => {
  const { ask, ends } = setUp();
  const first = ask();
  ends[0]!('one');
  expect(await first).toBe('one');
  const second = ask();
  ends[1]!('two');
  expect(await second).toBe('two');
});

test('gives all who ask during a run the same next run', async () => {
  const { ask, ends } = setUp();
  const first = ask();
  const [second, third] = [ask(), ask()];
  expect(ends).toHaveLength(1);
  ends[0]!('one');
  expect(await first).toBe('one');
  expect(ends).toHaveLength(2);
  ends[1]!('two');
  expect(await Promise.all([second, third])).toEqual(['two', 'two']);
});

test('never runs twice at a time, nor answers by a run that had begun before it was asked', async () => {
  const step = fc.record({ act: fc.constantFrom('ask', 'end'), microtasks: fc.nat(4) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
      let begun = 0;
      let end: (() => void) | undefined;
      const ask = shareNextRun(async () => {
        expect(end).toBeUndefined();
        const run = begun++;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return run;
      });
      const endRun = () => {
        end?.();
        end = undefined;
      };
      const answers: Promise<void>[] = [];
      for (const { act, microtasks } of steps) {
        const begunBefore = begun;
        if (act === 'end') endRun();
        else answers.push(ask().then((run) => expect(run).toBeGreaterThanOrEqual(begunBefore)));
        for (let i = 0; i < microtasks; i++) await Promise.resolve();
      }
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        endRun();
      }
      await Promise.all(answers);
    }),
  );
});

test('tells those of a failed run, and runs again for the others', async () => {
  const { ask, ends } = setUp();
  const first = ask();
  const second = ask();
  ends[0]!(new Error('no'));
  await expect(first).rejects.toThrow('no');
  ends[1]!('two');
  expect(await second).toBe('two');
});
