import type { Labels, Matcher, Querier, Queryable, TimeRange } from '@hearth/model';
import { badData } from '../errors/http-errors.ts';
import { listPart } from '../json/json-part.ts';
import { writeLabels } from '../json/write-labels.ts';
import { parseLimit } from '../parameters/limits.ts';
import { parseMatcherSets } from '../parameters/matchers.ts';
import { parseRange } from '../parameters/range.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, READ_BY_FORM } from './route.ts';
import { TRUNCATED } from './truncated.ts';
import { withQuerier } from './with-querier.ts';

/** `/series`: the labels of all series that match. */
export function seriesRoutes(storage: () => Queryable): readonly ApiRoute[] {
  return [{ methods: READ_BY_FORM, path: '/series', answer: (call) => answerSeries(storage, call) }];
}

async function answerSeries(storage: () => Queryable, { form, signal }: ApiCall): Promise<ApiAnswer> {
  if (form.problem !== undefined) throw badData(`error parsing form values: ${form.problem}`);
  const selectors = form.all('match[]');
  if (selectors.length === 0) throw badData('no match[] parameter provided');
  const limit = parseLimit(form);
  const range = parseRange(form);
  const matcherSets = parseMatcherSets(selectors, { parameter: 'match[]' });

  const found: Labels[] = [];
  const warnings = await withQuerier(storage(), range, async (querier) => {
    const enough = limit === 0 ? Infinity : limit + 1;
    for await (const batch of distinctSeries(querier, { matcherSets, range, signal })) {
      for (const labels of batch) if (found.length < enough) found.push(labels);
      if (found.length >= enough) break;
    }
  });
  const isTruncated = limit > 0 && found.length > limit;
  return {
    data: listPart(isTruncated ? found.slice(0, limit) : found, writeLabels),
    warnings: isTruncated ? [...warnings, TRUNCATED] : warnings,
  };
}

interface SeriesSelection {
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly signal: AbortSignal;
}

/** Each series once, though several sets of matchers may find it. */
async function* distinctSeries(
  querier: Querier,
  { matcherSets, range, signal }: SeriesSelection,
): AsyncGenerator<readonly Labels[]> {
  const seen = new Set<string>();
  for (const matchers of matcherSets) {
    for await (const batch of querier.series({ ...range, matchers }, signal)) {
      if (matcherSets.length === 1) yield batch;
      else yield batch.filter(({ key }) => !seen.has(key) && seen.add(key));
    }
  }
}
