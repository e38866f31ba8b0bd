import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRecordingTerminal } from '../testing/recording-terminal.ts';
import { createProgress, renderProgress } from './progress.ts';

test.each([
  [0, 4800, 'Reading [························]   0 %, 0 B of 4.8 KB'],
  [1_200_000, 4_800_000, 'Reading [######··················]  25 %, 1.2 MB of 4.8 MB'],
  [5_000_000_000, 4_000_000_000, 'Reading [########################] 100 %, 4.0 GB of 4.0 GB'],
  [0, 0, 'Reading [########################] 100 %, 0 B of 0 B'],
  [999, undefined, 'Reading 999 B'],
])('%d of %d', (done, total, line) => {
  expect(renderProgress('Reading', done, total)).toBe(line);
});

test('is drawn at once, and then ten times a second at most', () => {
  const [terminal, clock] = [createRecordingTerminal(), createFakeClock()];
  const progress = createProgress('Reading', terminal, clock);
  for (let i = 1; i <= 30; i++) {
    progress.update(i, undefined);
    clock.advance(10);
  }
  expect(terminal.statusLines).toEqual(['Reading 1 B', 'Reading 11 B', 'Reading 21 B']);
});
