import { compareUtf8, isValidLabelName, type Matcher, type Querier, type Queryable, quoteGo } from '@hearth/model';
import { badData } from '../errors/http-errors.ts';
import { listPart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import { parseLimit } from '../parameters/limits.ts';
import { parseMatcherSets } from '../parameters/matchers.ts';
import { parseRange } from '../parameters/range.ts';
import { unescapeLabelName } from '../parameters/unescape-name.ts';
import { type ApiAnswer, type ApiRoute, READ, READ_BY_FORM } from './route.ts';
import { TRUNCATED } from './truncated.ts';
import { withQuerier } from './with-querier.ts';

/** `/labels` and `/label/<name>/values`. */
export function labelRoutes(storage: () => Queryable): readonly ApiRoute[] {
  return [
    {
      methods: READ_BY_FORM,
      path: '/labels',
      answer: ({ form }) => answerList(storage, form, (querier, matchers) => querier.labelNames(matchers)),
    },
    {
      methods: READ,
      path: '/label/:name/values',
      answer: ({ form, path }) => {
        const name = unescapeLabelName(path.name);
        if (!isValidLabelName(name, 'utf8')) throw badData(`invalid label name: ${quoteGo(name)}`);
        return answerList(storage, form, (querier, matchers) => querier.labelValues(name, matchers));
      },
    },
  ];
}

type ReadList = (querier: Querier, matchers: readonly Matcher[]) => Promise<readonly string[]>;

async function answerList(storage: () => Queryable, form: FormValues, read: ReadList): Promise<ApiAnswer> {
  const limit = parseLimit(form);
  const range = parseRange(form);
  const matcherSets = parseMatcherSets(form.all('match[]'));

  let found: readonly string[] = [];
  const warnings = await withQuerier(storage(), range, async (querier) => {
    found = await readUnion(querier, matcherSets, read);
  });
  const isTruncated = limit > 0 && found.length > limit;
  return {
    data: listPart(isTruncated ? found.slice(0, limit) : found, (writer, text) => writer.value(text)),
    warnings: isTruncated ? [...warnings, TRUNCATED] : warnings,
  };
}

/** Sorted. No set of matchers at all stands for every series. */
async function readUnion(
  querier: Querier,
  matcherSets: readonly (readonly Matcher[])[],
  read: ReadList,
): Promise<readonly string[]> {
  if (matcherSets.length < 2) return read(querier, matcherSets[0] ?? []);
  const all = new Set<string>();
  for (const matchers of matcherSets) for (const text of await read(querier, matchers)) all.add(text);
  return [...all].sort(compareUtf8);
}
