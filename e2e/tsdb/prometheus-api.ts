import { createLabels } from '@hearth/model';
import type { PrometheusServer } from './prometheus-tools.ts';

/** Samples by series: the series' key, and each sample as `<milliseconds> <value>` with the value as JavaScript prints it. */
export type SamplesBySeries = Map<string, string[]>;

export function printSample(timeMs: number, value: number): string {
  return `${timeMs} ${Object.is(value, -0) ? '-0' : value}`;
}

interface MatrixAnswer {
  readonly status: string;
  readonly data: { readonly result: readonly { metric: Record<string, string>; values: [number, string][] }[] };
}

interface ExemplarAnswer {
  readonly status: string;
  readonly data: readonly {
    readonly seriesLabels: Record<string, string>;
    readonly exemplars: readonly { labels: Record<string, string>; value: string; timestamp: number }[];
  }[];
}

/** What Prometheus has of a selector in the day up to `timeMs`. Staleness markers and deleted samples are not shown. */
export async function querySamples(
  server: PrometheusServer,
  selector: string,
  timeMs: number,
): Promise<SamplesBySeries> {
  const answer = await get<MatrixAnswer>(server, 'query', { query: `${selector}[1d]`, time: String(timeMs / 1000) });
  return new Map(
    answer.data.result.map(({ metric, values }) => [
      createLabels(metric).key,
      values.map(([seconds, text]) => printSample(Math.round(seconds * 1000), numberOf(text))),
    ]),
  );
}

/** Exemplars of all series as `<series key> <labels> <milliseconds> <value>`, sorted. */
export async function queryExemplars(server: PrometheusServer, selector: string, timeMs: number): Promise<string[]> {
  const range = { start: String(timeMs / 1000 - 86_400), end: String(timeMs / 1000) };
  const answer = await get<ExemplarAnswer>(server, 'query_exemplars', { query: selector, ...range });
  return answer.data
    .flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels, value, timestamp }) => {
        const sample = printSample(Math.round(timestamp * 1000), numberOf(value));
        return `${createLabels(seriesLabels).key} ${createLabels(labels).toString()} ${sample}`;
      }),
    )
    .sort((a, b) => (a < b ? -1 : 1));
}

export async function deleteSeries(server: PrometheusServer, selector: string): Promise<void> {
  const query = new URLSearchParams({ 'match[]': selector });
  const answer = await fetch(`${server.url}/api/v1/admin/tsdb/delete_series?${query}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`Prometheus does not delete: ${answer.status} ${await answer.text()}`);
}

async function get<T>(server: PrometheusServer, path: string, parameters: Record<string, string>): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const body = (await answer.json()) as T & { status: string };
  if (body.status !== 'success') throw new Error(`Prometheus answers ${JSON.stringify(body)}`);
  return body;
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
