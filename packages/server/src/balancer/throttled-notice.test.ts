import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createThrottledNotice } from './throttled-notice.ts';

test('says the first at once, then counts, then says how many there were', () => {
  const clock = createFakeClock();
  const said: string[] = [];
  const notice = createThrottledNotice((count) => `refused ${count}`, {
    clock,
    everyMs: 10_000,
    log: (line) => said.push(line),
  });
  notice();
  notice();
  notice();
  clock.advance(9_999);
  notice();
  expect(said).toEqual(['refused 1']);
  clock.advance(1);
  notice();
  expect(said).toEqual(['refused 1', 'refused 4']);
});
