import { expect, test } from 'vitest';
import { hearth } from '../testing/run-hearth.ts';

test('--version prints the version and nothing else', async () => {
  expect(await hearth('--version')).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/), err: '' });
});

test('--help says what it is, which commands there are, and where to start', async () => {
  const { code, out, err } = await hearth('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const part of ['Watches a web application', 'demo [options]', '$ hearth demo', 'Exit codes: 0']) {
    expect(out).toContain(part);
  }
});

test.each([
  ['demo', '--help'],
  ['help', 'demo'],
])('%s %s explains the command with examples', async (...argv) => {
  const { code, out, err } = await hearth(...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const part of ['--host', '--port', '--replicas', '$ hearth demo --replicas 5', 'Ctrl-C stops']) {
    expect(out).toContain(part);
  }
});

test('no help is wider than 100 columns', async () => {
  const tsdb = ['list', 'dump', 'verify', 'import', 'analyze', 'snapshot', 'bench'].map((name) => [
    'tsdb',
    name,
    '--help',
  ]);
  const check = ['config', 'web-config', 'metrics'].map((name) => ['check', name, '--help']);
  const query = [[], ['series'], ['labels']].map((names) => ['query', ...names, '--help']);
  const groups = [['--help'], ['demo', '--help'], ['tsdb', '--help'], ['check', '--help']];
  for (const argv of [...groups, ...tsdb, ...check, ...query]) {
    const { out } = await hearth(...argv);
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  }
});

test('without a command it prints the help, as an error', async () => {
  expect(await hearth()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: hearth') });
});

test.each<[string[], string]>([
  [['dmeo'], "error: unknown command 'dmeo'\n(Did you mean demo?)\nTry: hearth --help"],
  [['demo', '--prot', '1'], "error: unknown option '--prot'\n(Did you mean --port?)\nTry: hearth demo --help"],
  [['demo', 'x'], "error: too many arguments for 'demo'. Expected 0 arguments but got 1."],
  [['demo', '--port', '0'], 'It takes a whole number from 1 to 65535.'],
  [['demo', '--port', '65536'], 'It takes a whole number from 1 to 65535.'],
  [['demo', '--port', '33o7'], "option '--port <number>' argument '33o7' is invalid."],
  [['demo', '--port', '1e3'], 'It takes a whole number from 1 to 65535.'],
  [['demo', '--port'], "option '--port <number>' argument missing"],
  [['demo', '--replicas', '0'], 'It takes a whole number from 1 to 9.'],
  [['demo', '--replicas', '10'], 'It takes a whole number from 1 to 9.'],
  [['demo', '--replicas', '-1'], 'It takes a whole number from 1 to 9.'],
  [['demo', '--host', '0.0.0.0'], 'It has no authentication, so it listens where only this machine reaches it'],
  [['demo', '--host', 'example.org'], "option '--host <address>' argument 'example.org' is invalid."],
])('%j is bad usage', async (argv, message) => {
  const { code, out, err } = await hearth(...argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('an application that has not been built is a failure that says what to do', async () => {
  expect(await hearth('demo')).toEqual({
    code: 1,
    out: '',
    err: 'error[HEARTH_NOT_BUILT]: the sample application has not been built; run: npm run build',
  });
});
