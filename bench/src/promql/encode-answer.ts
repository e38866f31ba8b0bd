import { formatJsonFloat, type Labels } from '@hearth/model';
import type { SeriesSamples, Value } from '@hearth/promql';

/** What Prometheus' API answers to a range query, byte for byte but for `stats`. */
export function encodeAnswer(value: Value): Buffer {
  if (value.kind !== 'matrix') throw new Error(`BUG: a range query with a ${value.kind}`);
  const series = value.series.map(encodeSeries).join(',');
  return Buffer.from(`{"status":"success","data":{"resultType":"matrix","result":[${series}]}}`);
}

function encodeSeries({ labels, timestamps, values }: SeriesSamples): string {
  let text = `{"metric":${encodeLabels(labels)},"values":[`;
  for (let i = 0; i < values.length; i++) {
    text += `${i === 0 ? '' : ','}[${timestamps[i]! / 1000},"${formatJsonFloat(values[i]!)}"]`;
  }
  return `${text}]}`;
}

function encodeLabels(labels: Labels): string {
  return JSON.stringify(Object.fromEntries([...labels].map(({ name, value }) => [name, value])));
}
