import { expect, test } from 'vitest';
import { HearthError } from '../errors.ts';
import { createRecordingTerminal, type RecordingTerminal } from '../testing/recording-terminal.ts';
import type { Hint, Part } from './part.ts';
import type { Row } from './row.ts';
import { runDemo } from './run-demo.ts';

interface Run {
  readonly terminal: RecordingTerminal;
  readonly stop: AbortController;
  readonly hurry: AbortController;
  readonly ended: Promise<void>;
}

function run(parts: readonly Part[]): Run {
  const terminal = createRecordingTerminal();
  const [stop, hurry] = [new AbortController(), new AbortController()];
  const ended = runDemo({ parts, terminal, stop: stop.signal, hurry: hurry.signal });
  return { terminal, stop, hurry, ended };
}

/** A part that writes down what is done to it. */
interface PartOptions {
  readonly start?: () => Promise<void>;
  readonly rows?: readonly Row[];
  readonly hint?: Hint;
}

function createPart(
  name: string,
  diary: string[],
  { start = async () => {}, rows = [], hint }: PartOptions = {},
): Part {
  return {
    start: () => {
      diary.push(`start ${name}`);
      return start();
    },
    rows: () => rows,
    hint: () => hint,
    stop: async (hurry) => void diary.push(hurry.aborted ? `stop ${name} in a hurry` : `stop ${name}`),
  };
}

async function untilShown({ outLines }: RecordingTerminal): Promise<void> {
  while (!outLines.includes('  Ctrl-C stops everything.')) await new Promise(setImmediate);
}

test('starts the parts in order, shows them all, and stops them in the opposite order', async () => {
  const diary: string[] = [];
  const first = { what: 'first', where: 'http://127.0.0.1:1', parts: [] };
  const second = { what: 'second', where: 'http://127.0.0.1:2', metrics: 'http://127.0.0.1:2/metrics' };
  const { terminal, stop, ended } = run([
    createPart('first', diary, { rows: [first] }),
    createPart('second', diary, { rows: [second], hint: { words: 'Ask it', command: 'curl second' } }),
  ]);
  await untilShown(terminal);
  expect(terminal.outLines).toEqual([
    '',
    '  What     Where                Metrics',
    '  first    http://127.0.0.1:1',
    '  second   http://127.0.0.1:2   http://127.0.0.1:2/metrics',
    '',
    '  Ask it: curl second',
    '  Ctrl-C stops everything.',
    '',
  ]);
  stop.abort();
  await ended;
  expect(diary).toEqual(['start first', 'start second', 'stop second', 'stop first']);
  expect(terminal.outLines.at(-1)).toBe('Everything has stopped.');
});

test('when a part cannot start, every part is stopped and the reason is thrown', async () => {
  const diary: string[] = [];
  const reason = new HearthError('HEARTH_LISTEN', 'cannot listen');
  const { terminal, ended } = run([
    createPart('first', diary),
    createPart('second', diary, { start: () => Promise.reject(reason) }),
    createPart('third', diary),
  ]);
  await expect(ended).rejects.toBe(reason);
  expect(diary).toEqual(['start first', 'start second', 'stop third', 'stop second', 'stop first']);
  expect(terminal.outLines).toEqual([]);
});

test('a stop while a part starts does not wait for it, starts no other and shows no table', async () => {
  const diary: string[] = [];
  const { terminal, stop, ended } = run([
    createPart('slow', diary, { start: () => new Promise(() => {}) }),
    createPart('next', diary),
  ]);
  stop.abort();
  await ended;
  expect(diary).toEqual(['start slow', 'stop next', 'stop slow']);
  expect(terminal.outLines.join('\n')).not.toContain('Where');
});

test('a start that fails because of the stop is not a failure', async () => {
  const diary: string[] = [];
  let fail: (error: Error) => void = () => {};
  const start = (): Promise<void> =>
    new Promise((_, reject) => {
      fail = reject;
    });
  const { stop, ended } = run([createPart('slow', diary, { start })]);
  stop.abort();
  fail(new HearthError('HEARTH_STOPPED', 'stopped'));
  await ended;
  expect(diary).toEqual(['start slow', 'stop slow']);
});

test('a stop in a hurry is passed on, and is not a success', async () => {
  const diary: string[] = [];
  const { terminal, stop, hurry, ended } = run([createPart('only', diary)]);
  await untilShown(terminal);
  hurry.abort();
  stop.abort();
  await expect(ended).rejects.toMatchObject({ code: 'HEARTH_KILLED' });
  expect(diary).toEqual(['start only', 'stop only in a hurry']);
});
