import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { load } from '../load.ts';
import { median, table } from '../report.ts';
import { VARIANTS, type Variant } from './variants.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const REQUESTS_PER_ROUND = Number(process.env.BENCH_REQUESTS ?? 20_000);
const CONNECTIONS = 20;

interface Subject {
  readonly variant: Variant;
  readonly child: ChildProcess;
  readonly port: number;
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
    for (const subject of subjects) await run(subject);
    for (let round = 0; round < ROUNDS; round++) {
      for (const subject of subjects) await measure(subject);
    }
    report(subjects);
  } finally {
    for (const { child } of subjects) child.kill();
  }
}

async function startSubject(variant: Variant): Promise<Subject> {
  const index = VARIANTS.indexOf(variant);
  const child = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [String(index)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { variant, child, port, cpuMicros: [], perSecond: [] };
}

async function measure(subject: Subject): Promise<void> {
  const before = await cpuMicrosOf(subject.child);
  const seconds = await run(subject);
  const after = await cpuMicrosOf(subject.child);
  subject.cpuMicros.push((after - before) / REQUESTS_PER_ROUND);
  subject.perSecond.push(REQUESTS_PER_ROUND / seconds);
}

function run({ port }: Subject): Promise<number> {
  return load({ port, path: '/games/42', connections: CONNECTIONS, requests: REQUESTS_PER_ROUND });
}

async function cpuMicrosOf(child: ChildProcess): Promise<number> {
  child.send('usage');
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

function report(subjects: readonly Subject[]): void {
  const rows = subjects.map((subject) => {
    const plain = subjects.find(
      ({ variant }) => variant.framework === subject.variant.framework && variant.instrumentation === 'none',
    )!;
    // Round by round against the plain variant of the same round: what the machine did in that minute cancels out.
    const added = median(subject.cpuMicros.map((cpu, round) => cpu - plain.cpuMicros[round]!));
    const share = median(subject.cpuMicros.map((cpu, round) => cpu / plain.cpuMicros[round]! - 1));
    const lost = median(subject.perSecond.map((rate, round) => 1 - rate / plain.perSecond[round]!));
    const isPlain = subject === plain;
    return [
      subject.variant.framework,
      subject.variant.instrumentation,
      median(subject.cpuMicros).toFixed(2),
      isPlain ? '–' : added.toFixed(2),
      isPlain ? '–' : `${(share * 100).toFixed(1)} %`,
      median(subject.perSecond).toFixed(0),
      isPlain ? '–' : `${(lost * 100).toFixed(1)} %`,
    ];
  });
  const title = `Instrumentation overhead: ${ROUNDS} interleaved rounds of ${REQUESTS_PER_ROUND} requests, medians`;
  const header = ['framework', 'instrumentation', 'CPU µs/request', 'added µs', 'added', 'requests/s', 'lost'];
  console.log(table(title, header, rows));
}
