import { expect, test } from 'vitest';
import type { Engine, QueryResult } from '../engine.ts';
import { PromqlError } from '../errors.ts';
import { parseMetricSelector } from '../syntax/parse-metric-selector.ts';
import { runScript } from './run-script.ts';

const stats = { samplesRead: 0, peakSamples: 0, queuedMs: 0, preparationMs: 0, evaluationMs: 0 };

/** Evaluates one selector whose samples are never too old; `fail` fails and `warn` warns. */
function createFakeEngine(calls: string[] = []): Engine {
  const evaluate: Engine['instant'] = async (queryable, { text, timestampMs }) => {
    const selector = text.replace(/ @.*/, '');
    if (selector === 'fail') throw new PromqlError('execution', 'it fails');
    const querier = await queryable.querier({ startMs: 0, endMs: timestampMs });
    const at = / @ (.*)/.exec(text)?.[1];
    const endMs = at === undefined ? timestampMs : Number(at) * 1000;
    const samples = [];
    for await (const batch of querier.select({ startMs: 0, endMs, matchers: parseMetricSelector(selector) })) {
      for (const [i, labels] of batch.labels.entries()) {
        samples.push({ labels, value: batch.values[batch.offsets[i + 1] - 1] });
      }
    }
    const warning = { level: 'warning', message: 'PromQL warning: careful (1:1)', position: undefined } as const;
    return {
      value: { kind: 'vector', timestampMs, samples },
      annotations: selector === 'warn' ? [warning] : [],
      stats,
    };
  };
  return {
    instant: (queryable, query) => {
      calls.push(`${query.text} at ${query.timestampMs}`);
      return evaluate(queryable, query);
    },
    async range(queryable, { text, startMs, endMs, stepMs }): Promise<QueryResult> {
      calls.push(`${text} from ${startMs} to ${endMs} step ${stepMs}`);
      const result = await evaluate(queryable, { text, timestampMs: startMs + stepMs });
      if (result.value.kind !== 'vector') throw new Error('BUG: not a vector');
      const timestamps = Float64Array.of(startMs + stepMs);
      const series = result.value.samples.map(({ labels, value }) => ({
        labels,
        timestamps,
        values: Float64Array.of(value),
      }));
      return { ...result, value: { kind: 'matrix', series } };
    },
    explain: () => '',
  };
}

async function run(script: string, engine = createFakeEngine()): Promise<string[]> {
  const outcomes: string[] = [];
  for await (const { line, verdict, reason } of runScript(script, { engine })) {
    outcomes.push(`${line} ${verdict}${reason === undefined ? '' : `: ${reason}`}`);
  }
  return outcomes;
}

test('each evaluation has an outcome', async () => {
  const outcomes = await run(`
load 1m
  a{x="1"} 1 2 3
  a{x="2"} 1+1x2

eval instant at 2m a
  a{x="1"} 3
  a{x="2"} 3

eval instant at 1m a
  a{x="1"} 2

eval range from 1m to 2m step 1m a{x="1"}
  a{x="1"} _ 3

clear
eval instant at 1m a`);
  expect(outcomes).toEqual(['6 passed', '10 failed: got a{x="2"} 2, which is not expected', '13 passed', '17 passed']);
});

test('an instant query is run in other ways, too', async () => {
  const calls: string[] = [];
  await run('eval instant at 50s a', createFakeEngine(calls));
  expect(calls).toEqual([
    'a at 50000',
    'a from -10000 to 110000 step 60000',
    'a @ 50 at -500000',
    'a @ 50 from -560000 to -440000 step 60000',
    'a @ 50 at 0',
    'a @ 50 from -60000 to 60000 step 60000',
    'a @ 50 at 10000',
    'a @ 50 from -50000 to 70000 step 60000',
    'a @ 50 at 50000',
    'a @ 50 from -10000 to 110000 step 60000',
    'a @ 50 at 500000',
    'a @ 50 from 440000 to 560000 step 60000',
  ]);
});

test('failures', async () => {
  const outcomes = await run(`
eval instant at 0 fail
  expect fail msg: it fails

eval instant at 0 fail
  expect fail regex: is? fails

eval instant at 0 fail

eval instant at 0 a
  expect fail`);
  expect(outcomes).toEqual([
    '2 passed',
    '5 failed: expected the failure what fits /is? fails/, got "it fails"',
    '8 failed: the query fails: it fails',
    '10 failed: expected a failure, anything, got none',
  ]);
});

test('annotations', async () => {
  const outcomes = await run(`
eval instant at 0 warn
  expect warn msg: PromQL warning: careful (1:1)

eval instant at 0 warn

eval instant at 0 warn
  expect no_warn

eval instant at 0 warn
  expect info

eval_warn instant at 0 a`);
  expect(outcomes).toEqual([
    '2 passed',
    '5 passed',
    '7 failed: expected no warning, got "PromQL warning: careful (1:1)"',
    '10 failed: expected the info anything, got none',
    '13 failed: expected the warning anything, got none',
  ]);
});

test('what fails for lack of native histograms is skipped', async () => {
  const outcomes = await run(`
load_with_nhcb 1m
  h_bucket{le="+Inf"} 1 2
  mixed {{count:1}} 2

eval instant at 1m h
  h {{count:1}}

eval instant at 1m h{}
  h 5

eval instant at 1m h{}

eval instant at 1m h_bucket
  h_bucket{le="+Inf"} 2

eval instant at 1m mixed
  mixed 2`);
  expect(outcomes).toEqual([
    '6 skipped: native histograms are not supported: one is expected',
    '9 skipped: native histograms are not supported: h is selected',
    '12 passed',
    '14 passed',
    '17 passed',
  ]);
});

test('data that go back in time are refused', async () => {
  await expect(run('load 1m\n a 1 2\n\nload 1m\n a 5')).rejects.toThrow(
    'line 4: a: the sample at 0 ms is not later than the last one',
  );
});
