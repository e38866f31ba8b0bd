import { createLabels } from '@hearth/model';
import { type PlainRecord, sample } from './plain-records.ts';

/** The n-th commit of the endless writer: a series, and samples of which some fill several pages. */
export function endlessCommit(n: number): PlainRecord[] {
  const count = n % 10 === 0 ? 4000 : 50;
  return [
    { series: [{ ref: n, labels: createLabels({ n: String(n) }) }] },
    { samples: Array.from({ length: count }, (_, i) => sample(n, 1000 * n + i, Math.sqrt(n * i))) },
  ];
}
