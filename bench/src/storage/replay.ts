import { cp, rm } from 'node:fs/promises';
import { median, table } from '../report.ts';
import { megabytes, ratio } from '../support/figures.ts';
import { cpuSecondsOf, memoryOf, type Program, startWorker } from '../support/programs.ts';
import { headSeriesOf, prometheusIsMissing, startPrometheus } from '../support/prometheus.ts';
import { loadNote, playScene, type Scene, settingOf } from '../support/scene.ts';
import type { LogWriterOptions } from './log-writer.ts';
import { PAGES, SERIES_PER_PAGE } from './page.ts';

const ROUNDS = settingOf('BENCH_REPLAY_ROUNDS', 3);
/**
 * 480 are two hours. The first two thirds of 180 are in finished chunks, which a replay finds in files; a third is encoded
 * anew. Multiples of 120 finish the last chunk and leave it open, which is the most there can be to encode.
 */
const SCRAPES = settingOf('BENCH_REPLAY_SCRAPES', 180);
const INTERVAL_MS = 15_000;
const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

interface Opening {
  /** From the start of the program on. */
  readonly readySeconds: number;
  /** Opening of the storage alone, in the words of each. */
  readonly replaySeconds: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** A storage that is ready to be queried. */
interface Opened {
  readonly program: Program;
  readonly replaySeconds: number;
  series(): Promise<number>;
}

interface Subject {
  readonly name: string;
  /** Starts on a data directory of its own. */
  open(data: string, started: (program: Program) => void): Promise<Opened>;
}

/** How long a start takes with two hours of samples, or a part of them, in the log. Each opens copies of one directory, in turn. */
export async function benchReplay(): Promise<void> {
  if (prometheusIsMissing) {
    console.log('\nReplay of the log: skipped, no prometheus and promtool on the PATH');
    return;
  }
  await playScene(async (scene) => {
    const samples = await writeLog(scene);
    const openings: Opening[][] = SUBJECTS.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, subject] of SUBJECTS.entries()) openings[i]!.push(await measure(subject, scene));
    }
    report(samples, openings);
  });
}

/** From an even hour on, because chunks end there: what is in finished chunks must not depend on the time of the day. */
async function writeLog({ directory, add }: Scene): Promise<number> {
  const startMs = (Math.floor(Date.now() / TWO_HOURS_MS) - 1) * TWO_HOURS_MS;
  const options: LogWriterOptions = {
    directory: `${directory}/log`,
    startMs,
    scrapes: SCRAPES,
    intervalMs: INTERVAL_MS,
  };
  const writer = add(startWorker('storage/log-writer', options));
  const { samples } = await writer.message<{ samples: number }>();
  await writer.stop();
  return samples;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'hearth',
    async open(data, started) {
      const program = startWorker('storage/opener', { directory: data });
      started(program);
      const { replaySeconds } = await program.message<{ replaySeconds: number }>();
      const series = async () => {
        program.send({ question: 'series' });
        return (await program.message<{ series: number }>()).series;
      };
      return { program, replaySeconds, series };
    },
  },
  {
    name: 'prometheus',
    async open(data, started) {
      const prometheus = await startPrometheus({ data, config: {}, started });
      const { program } = prometheus;
      const [, text] = await program.printed(/msg="WAL replay completed".* total_replay_duration=(\S+)/);
      return { program, replaySeconds: secondsOf(text!), series: () => headSeriesOf(prometheus) };
    },
  },
];

async function measure(subject: Subject, { directory, add }: Scene): Promise<Opening> {
  const data = `${directory}/${subject.name}`;
  await cp(`${directory}/log`, data, { recursive: true });
  const start = performance.now();
  const { program, replaySeconds, series } = await subject.open(data, add);
  const readySeconds = (performance.now() - start) / 1000;
  const cpuSeconds = await cpuSecondsOf(program.pid);
  const { residentBytes } = await memoryOf(program.pid);
  const found = await series();
  await program.stop();
  if (found !== PAGES * SERIES_PER_PAGE) throw new Error(`${subject.name} found ${found} series in the log`);
  await rm(data, { recursive: true });
  return { readySeconds, replaySeconds, cpuSeconds, residentBytes };
}

/** A duration as Go prints it, of less than an hour. */
function secondsOf(text: string): number {
  const [, minutes = '0', number, unit] = /^(?:(\d+)m)?([\d.]+)(m?s|µs)$/.exec(text)!;
  return Number(minutes) * 60 + Number(number) * { s: 1, ms: 1e-3, µs: 1e-6 }[unit as 's' | 'ms' | 'µs'];
}

function report(samples: number, openings: readonly (readonly Opening[])[]): void {
  const of = (i: number, figure: keyof Opening) => median(openings[i]!.map((opening) => opening[figure]));
  const rows = SUBJECTS.map(({ name }, i) => {
    const seconds = (figure: keyof Opening) => [of(i, figure).toFixed(2), ratio(of(i, figure), of(1, figure))];
    const memory = [megabytes(of(i, 'residentBytes')), ratio(of(i, 'residentBytes'), of(1, 'residentBytes'))];
    return [
      name,
      String(samples),
      ...seconds('readySeconds'),
      ...seconds('replaySeconds'),
      ...seconds('cpuSeconds'),
      ...memory,
    ];
  });
  const columns = ['ready s', 'replay s', 'CPU s', 'resident MB'].flatMap((column) => [column, 'ratio']);
  const title = `Replay of the log: ${SCRAPES} scrapes, median of ${ROUNDS} rounds in turn; ${loadNote()}`;
  console.log(table(title, ['storage', 'samples', ...columns], rows));
}
