import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { load } from '../load.ts';
import { median, table } from '../report.ts';
import { PATHS, VARIANTS, type Variant } from './variants.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const REQUESTS_PER_ROUND = Number(process.env.BENCH_REQUESTS ?? 20_000);
const CONNECTIONS = 20;

interface Subject {
  readonly variant: Variant;
  readonly child: ChildProcess;
  readonly port: number;
}

/** What was measured of one subject, round by round. */
interface Figures {
  readonly subject: Subject;
  readonly cpuMicros: number[];
  readonly perSecond: number[];
}

/**
 * CPU time and throughput of one application with different instrumentation. Every variant runs in a process of its own;
 * rounds are interleaved, so that whatever else the machine does hits all alike, and medians are compared.
 */
export async function benchInstrumentOverhead(): Promise<void> {
  const subjects = await Promise.all(VARIANTS.map(startSubject));
  try {
    for (const path of PATHS) {
      const figures = subjects.map((subject): Figures => ({ subject, cpuMicros: [], perSecond: [] }));
      for (const subject of subjects) await run(subject, path);
      for (let round = 0; round < ROUNDS; round++) {
        for (const each of figures) await measure(each, path);
      }
      report(path, figures);
    }
  } finally {
    for (const { child } of subjects) child.kill();
  }
}

async function startSubject(variant: Variant): Promise<Subject> {
  const index = VARIANTS.indexOf(variant);
  const child = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [String(index)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { variant, child, port };
}

async function measure({ subject, cpuMicros, perSecond }: Figures, path: string): Promise<void> {
  const before = await cpuMicrosOf(subject.child);
  const seconds = await run(subject, path);
  const after = await cpuMicrosOf(subject.child);
  cpuMicros.push((after - before) / REQUESTS_PER_ROUND);
  perSecond.push(REQUESTS_PER_ROUND / seconds);
}

function run({ port }: Subject, path: string): Promise<number> {
  return load({ port, path, connections: CONNECTIONS, requests: REQUESTS_PER_ROUND });
}

async function cpuMicrosOf(child: ChildProcess): Promise<number> {
  child.send('usage');
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

function report(path: string, figures: readonly Figures[]): void {
  const rows = figures.map((own) => {
    const { framework, instrumentation } = own.subject.variant;
    const plain = figures.find(
      ({ subject: { variant } }) => variant.framework === framework && variant.instrumentation === 'none',
    )!;
    const [cpu, perSecond] = [median(own.cpuMicros).toFixed(2), median(own.perSecond).toFixed(0)];
    if (own === plain) return [framework, instrumentation, cpu, '–', '–', perSecond, '–'];
    // Round by round against the plain variant of the same round: what the machine did in that minute cancels out.
    const added = median(own.cpuMicros.map((micros, round) => micros - plain.cpuMicros[round]!));
    const share = median(own.cpuMicros.map((micros, round) => micros / plain.cpuMicros[round]! - 1));
    const lost = median(own.perSecond.map((rate, round) => 1 - rate / plain.perSecond[round]!));
    return [framework, instrumentation, cpu, added.toFixed(2), percent(share), perSecond, percent(lost)];
  });
  const title = `Instrumentation overhead, GET ${path}: ${ROUNDS} interleaved rounds of ${REQUESTS_PER_ROUND} requests, medians`;
  const header = ['framework', 'instrumentation', 'CPU µs/request', 'added µs', 'added', 'requests/s', 'lost'];
  console.log(table(title, header, rows));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
