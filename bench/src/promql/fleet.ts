import { createLabels, formatFloat, type Labels } from '@hearth/model';
import { createRandom } from '../support/random.ts';
import { createGenerators, type Generators } from './generators.ts';
import { SCRAPES } from './period.ts';

const INSTANCES = 10;
const ENDPOINTS = [
  '/',
  '/login',
  '/cart',
  '/orders',
  '/orders/:id',
  '/search',
  '/users/:id',
  '/api/items',
  '/static',
  '/health',
];
const METHODS = ['GET', 'POST'];
const STATUSES = ['200', '201', '304', '400', '404', '500'];
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];
const CPUS = 8;
const MODES = ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'];
const CLIENTS = 50;
const JENKINS_JOBS = 100;

/** One value for each scrape; NaN where the target did not answer. */
export interface RecordedSeries {
  readonly labels: Labels;
  /** When in the interval its target is scraped. */
  readonly phaseMs: number;
  readonly values: Float64Array;
}

/**
 * 6,000 series of ten replicas of a web application, their hosts and a Jenkins over six hours. Each replica restarts now and
 * then: two scrapes are missed, and its counters begin at zero. The same on every call.
 */
export function recordFleet(): RecordedSeries[] {
  const series: RecordedSeries[] = [];
  for (let i = 0; i < INSTANCES; i++) {
    const random = createRandom(100 + i);
    const target = { job: 'shop', instance: `10.0.0.${i + 1}:3000` };
    const record = recorder(series, target, 1_000 + i * 1_300, createGenerators(random, restartsOf(random)));
    recordRequests(record);
    recordDurations(record);
    recordRateLimits(record);
    recordProcess(record, i);
    recordHost(record);
  }
  const random = createRandom(1);
  recordJenkins(recorder(series, { job: 'jenkins', instance: 'jenkins:8080' }, 14_500, createGenerators(random, [])));
  if (series.length !== 6_000) throw new Error(`BUG: a fleet of ${series.length} series`);
  return series;
}

interface Recorder {
  readonly make: Generators;
  add(name: string, labels: Readonly<Record<string, string>>, values: Float64Array): void;
}

function recorder(
  series: RecordedSeries[],
  target: Readonly<Record<string, string>>,
  phaseMs: number,
  make: Generators,
): Recorder {
  return {
    make,
    add: (name, labels, values) =>
      void series.push({ labels: createLabels({ __name__: name, ...target, ...labels }), phaseMs, values }),
  };
}

/** The scrapes after which a replica starts anew: about two in six hours. */
function restartsOf(random: () => number): number[] {
  const restarts: number[] = [];
  for (let scrape = 60; scrape < SCRAPES - 60; scrape++) if (random() < 2 / SCRAPES) restarts.push(scrape);
  return restarts;
}

/** 120 series of a replica. */
function recordRequests({ make, add }: Recorder): void {
  for (const endpoint of ENDPOINTS) {
    for (const method of METHODS) {
      for (const status of STATUSES) {
        const perScrape = status.startsWith('2') ? 20 : status === '500' ? 0.2 : 2;
        add('http_requests_total', { endpoint, method, status }, make.counter(perScrape));
      }
    }
  }
}

/** 280 series: twelve buckets, sum and count of twenty histograms. */
function recordDurations({ make, add }: Recorder): void {
  const name = 'http_request_duration_seconds';
  for (const endpoint of ENDPOINTS) {
    for (const method of METHODS) {
      const { buckets, sum } = make.histogram(BOUNDS, 20);
      for (const [i, bound] of BOUNDS.entries()) {
        add(`${name}_bucket`, { endpoint, method, le: formatFloat(bound) }, buckets[i]!);
      }
      add(`${name}_sum`, { endpoint, method }, sum);
      add(`${name}_count`, { endpoint, method }, buckets.at(-1)!);
    }
  }
}

/** 100 series. */
function recordRateLimits({ make, add }: Recorder): void {
  for (let i = 0; i < CLIENTS; i++) {
    const client = `client-${i}`;
    add('rate_limit_remaining', { client }, make.gauge({ from: 0, to: 100, isInteger: true }));
    add('rate_limit_hits_total', { client }, make.counter(0.5));
  }
}

/** 6 series. */
function recordProcess({ make, add }: Recorder, index: number): void {
  add('process_resident_memory_bytes', {}, make.gauge({ from: 5e7, to: 4e8, isInteger: true }));
  add('process_cpu_seconds_total', {}, make.counter(1.5));
  add('process_start_time_seconds', {}, make.startTime());
  add('nodejs_eventloop_lag_seconds', {}, make.gauge({ from: 0.0005, to: 0.05, isInteger: false }));
  add('app_info', { version: index < 7 ? '1.4.2' : '1.5.0' }, make.constant(1));
  add('up', {}, make.up());
}

/** 64 series. */
function recordHost({ make, add }: Recorder): void {
  for (let cpu = 0; cpu < CPUS; cpu++) {
    for (const mode of MODES) {
      add('node_cpu_seconds_total', { cpu: String(cpu), mode }, make.counter(mode === 'idle' ? 12 : 0.4));
    }
  }
}

/** 300 series. */
function recordJenkins({ make, add }: Recorder): void {
  for (let i = 0; i < JENKINS_JOBS; i++) {
    const job = { jenkins_job: `team-${i % 8}/service-${i}` };
    add('jenkins_last_build_result', job, make.gauge({ from: 0, to: 2, isInteger: true, stays: 0.98 }));
    add('jenkins_last_build_duration_seconds', job, make.gauge({ from: 20, to: 900, isInteger: false, stays: 0.98 }));
    add('jenkins_builds_total', job, make.counter(0.02));
  }
}
