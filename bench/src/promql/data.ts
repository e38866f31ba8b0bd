import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { startWorker } from '../support/programs.ts';
import type { Scene } from '../support/scene.ts';
import type { DataWriterOptions } from './data-writer.ts';
import { importFleet, startVictoriaMetrics, victoriaMetricsIsMissing } from './victoria-metrics.ts';

/** The fleet's samples, in a directory for each who is asked. */
export interface Data {
  readonly hearth: string;
  readonly prometheus: string;
  readonly victoriaMetrics: string;
}

/** In the scene's directory, or, where `BENCH_QUERY_DATA` names one, there: it is kept, and found by the next run. */
export async function prepareData(scene: Scene): Promise<Data> {
  const directory = process.env.BENCH_QUERY_DATA ?? scene.directory;
  await mkdir(directory, { recursive: true });
  const placeOf = (name: string) => join(directory, name);
  const data = {
    hearth: placeOf('hearth'),
    prometheus: placeOf('prometheus'),
    victoriaMetrics: placeOf('victoria-metrics'),
  };
  await once(placeOf('hearth.done'), () => writeFleet(data.hearth, scene));
  await once(placeOf('prometheus.done'), () => cp(data.hearth, data.prometheus, { recursive: true }));
  if (!victoriaMetricsIsMissing) {
    await once(placeOf('victoria-metrics.done'), () => fillVictoriaMetrics(data.victoriaMetrics, scene));
  }
  return data;
}

async function once(marker: string, make: () => Promise<void>): Promise<void> {
  if (existsSync(marker)) return;
  await make();
  await writeFile(marker, '');
}

async function writeFleet(directory: string, { add }: Scene): Promise<void> {
  const options: DataWriterOptions = { directory };
  const writer = add(startWorker('promql/data-writer', options));
  const { samples } = await writer.message<{ samples: number }>();
  await writer.stop();
  console.log(`\nWrote ${samples} samples.`);
}

async function fillVictoriaMetrics(directory: string, { add }: Scene): Promise<void> {
  const { program, origin } = await startVictoriaMetrics({ data: directory, port: await freePort(), started: add });
  await importFleet(origin);
  await program.stop();
}
