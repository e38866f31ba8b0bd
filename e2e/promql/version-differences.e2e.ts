import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';
import { type Contest, startContest } from './contest.ts';
import { DATA_START_MS } from './nasty-data.ts';
import { type Outcome, prometheusMajor } from './reference.ts';

interface Case {
  readonly change: string;
  readonly query: string;
  /** After the start of the data. */
  readonly atMs: number;
  readonly ours: string;
  readonly prometheus2: string;
}

/** Each as PromQL would print it; errors by what they complain about. */
const CASES: readonly Case[] = [
  {
    change: 'a range has no sample that lies on its left edge (3.0)',
    query: 'count_over_time(load{rack="1"}[1m])',
    atMs: 600_377,
    ours: '{job="web", rack="1"} 3',
    prometheus2: '{job="web", rack="1"} 4',
  },
  {
    change: 'nor has the time in which a selector looks back (3.0)',
    query: 'single',
    atMs: 1_000_123 + 300_000,
    ours: '',
    prometheus2: '{__name__="single", job="api"} 7.5',
  },
  {
    change: 'nor has a subquery (3.0)',
    query: 'count_over_time(vector(1)[1m:30s])',
    atMs: 600_000,
    ours: '{} 2',
    prometheus2: '{} 3',
  },
  {
    change:
      'a counter that begins within the range is extrapolated back by half an interval at most, if not to zero (3.0)',
    query: 'increase(pods{pod="p1"}[5m])',
    atMs: 750_000 + 90_500,
    ours: '{job="web", pod="p1"} 6.5251333333333',
    prometheus2: '{job="web", pod="p1"} 7.02513333333333',
  },
  {
    change: 'holt_winters is double_exponential_smoothing (3.0)',
    query: 'holt_winters(load[1m], 0.5, 0.5)',
    atMs: 0,
    ours: 'error: unknown function',
    prometheus2: '',
  },
  {
    change: 'a dot in a regular expression matches a line feed (3.0)',
    query: String.raw`label_replace(label_replace(vector(1), "a", "x\ny", "", ""), "b", "$1", "a", "x(.)y")`,
    atMs: 0,
    ours: String.raw`{a="x\ny", b="\n"} 1`,
    prometheus2: String.raw`{a="x\ny"} 1`,
  },
  {
    change: 'the deviation of a single number that is none is none (3.0)',
    query: 'stddev(vector(NaN))',
    atMs: 0,
    ours: '{} NaN',
    prometheus2: '{} 0',
  },
  {
    change: 'atan2 drops the metric name (3.0)',
    query: 'still_total atan2 Inf',
    atMs: 600_000,
    ours: '{job="api"} 0',
    prometheus2: '{__name__="still_total", job="api"} 0',
  },
  {
    change: 'a duration is a number of seconds (3.0)',
    query: 'vector(5m)',
    atMs: 0,
    ours: '{} 300',
    prometheus2: 'error: unexpected duration',
  },
  {
    change: 'names may be any UTF-8, in quotes (3.0)',
    query: '{"still_total", "missing.label"=""}',
    atMs: 600_000,
    ours: '{__name__="still_total", job="api"} 5000000',
    prometheus2: 'error: unexpected',
  },
  {
    change: 'what several series match is an error also if the comparison is false for all of them (3.0)',
    query: 'up{job="api"} > on (job) still_total',
    atMs: 600_000,
    ours: 'error: multiple matches for labels',
    prometheus2: '',
  },
];

/** What we answer otherwise than every Prometheus. */
const OURS: readonly Omit<Case, 'prometheus2'>[] = [
  {
    change: 'timestamp() heeds an offset beside @',
    query: 'timestamp(still_total @ 1700000640 offset -5m)',
    atMs: 1_800_000,
    ours: '{job="api"} 1700000920.123',
  },
];

describe.skipIf(prometheusIsMissing)(prometheusSuite('what is answered otherwise than by Prometheus 2'), () => {
  let contest: Contest;

  beforeAll(async () => {
    contest = await startContest();
  });

  afterAll(() => contest?.close());

  const ask = ({ query, atMs }: Omit<Case, 'prometheus2'>) =>
    contest.ask({ text: query, times: { kind: 'instant', timestampMs: DATA_START_MS + atMs } });

  test.each(CASES)('$change: $query', async (each) => {
    const { expected, actual } = await ask(each);
    expect(printed(actual)).toContain(each.ours);
    expect(printed(expected)).toContain(prometheusMajor() === 2 ? each.prometheus2 : each.ours);
    if (prometheusMajor() === 2) expect(printed(actual)).not.toBe(printed(expected));
  });

  test.each(OURS)('by no Prometheus: $change: $query', async (each) => {
    const { expected, actual } = await ask(each);
    expect(printed(actual)).toBe(each.ours);
    expect(printed(expected)).not.toBe(each.ours);
  });
});

function printed(outcome: Outcome): string {
  if ('error' in outcome) return `error: ${outcome.error}`;
  if (outcome.value.kind !== 'vector') return outcome.value.kind;
  return outcome.value.samples.map(({ labels, value }) => `${labels.toString()} ${value}`).join('\n');
}
