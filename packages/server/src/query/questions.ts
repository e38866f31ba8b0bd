import { formatDuration } from '@hearth/model';
import { HearthError } from '../errors.ts';
import { type ApiAnswer, RefusedQuestion } from './answer.ts';
import { parseLabelSets, parseQueryData, parseTexts, ShapeError } from './api-data.ts';
import type { ApiServer } from './api-server.ts';
import { escapeLabelName } from './escape-name.ts';
import { type Evaluation, evaluationParameters, toSeconds } from './evaluation.ts';
import { showPlace } from './show-place.ts';

/** What the server says, checked. */
export interface CheckedAnswer<T> extends ApiAnswer {
  readonly parsed: T;
}

export interface QueryQuestion {
  readonly text: string;
  readonly evaluation: Evaluation;
  readonly timeoutMs: number;
}

/** Times are Unix milliseconds; absent: as far as the server's data go. */
export interface SeriesQuestion {
  readonly selectors: readonly string[];
  readonly start?: number;
  readonly end?: number;
}

export async function askQuery(server: ApiServer, { text, evaluation, timeoutMs }: QueryQuestion) {
  const times = evaluationParameters(evaluation);
  const parameters = new URLSearchParams({ query: text, ...times, timeout: formatDuration(timeoutMs) });
  const path = evaluation.kind === 'range' ? 'query_range' : 'query';
  const answer = await withPlace(text, () => server.ask({ path, parameters, method: 'POST' }));
  return check(answer, parseQueryData);
}

export async function askSeries(server: ApiServer, question: SeriesQuestion) {
  const parameters = seriesParameters(question);
  const ask = () => server.ask({ path: 'series', parameters, method: 'POST' });
  return check(await withPlaceInOne(question.selectors, ask), parseLabelSets);
}

/** The names of labels, or the values of one. */
export async function askLabels(server: ApiServer, question: SeriesQuestion & { readonly name: string | undefined }) {
  const { name, selectors } = question;
  const parameters = seriesParameters(question);
  const path = name === undefined ? 'labels' : `label/${encodeURIComponent(escapeLabelName(name))}/values`;
  const method = name === undefined ? 'POST' : 'GET';
  return check(await withPlaceInOne(selectors, () => server.ask({ path, parameters, method })), parseTexts);
}

function seriesParameters({ selectors, start, end }: SeriesQuestion): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const selector of selectors) parameters.append('match[]', selector);
  if (start !== undefined) parameters.set('start', toSeconds(start));
  if (end !== undefined) parameters.set('end', toSeconds(end));
  return parameters;
}

function check<T>(answer: ApiAnswer, parse: (data: unknown) => T): CheckedAnswer<T> {
  try {
    return { ...answer, parsed: parse(answer.data) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const message = `the answer is not what the API of Prometheus promises: ${error.message}`;
    throw new HearthError('HEARTH_NO_API', message, { cause: error });
  }
}

/** The server does not say which of several selectors is wrong. */
function withPlaceInOne<T>(selectors: readonly string[], ask: () => Promise<T>): Promise<T> {
  return selectors.length === 1 ? withPlace(selectors[0], ask) : ask();
}

/** Shows where in the text the fault is, if the server says so. */
async function withPlace<T>(text: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RefusedQuestion)) throw error;
    throw queryFailure(text, error.message, error);
  }
}

/** The message, and below it the text with a caret at the place that the message names. */
export function queryFailure(text: string, message: string, cause: unknown): HearthError {
  return new HearthError('HEARTH_QUERY', [message, ...showPlace(text, message)].join('\n'), { cause });
}
