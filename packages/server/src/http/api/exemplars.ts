import type { Matcher } from '@hearth/model';
import { type Expression, walk } from '@hearth/promql';
import type { SeriesExemplars, StoredExemplar } from '@hearth/tsdb';
import { badData } from '../errors/http-errors.ts';
import { listPart } from '../json/json-part.ts';
import type { JsonWriter } from '../json/json-writer.ts';
import { writeFloat, writeTime } from '../json/result-part.ts';
import { writeLabels } from '../json/write-labels.ts';
import { parseRange } from '../parameters/range.ts';
import type { StorageView } from '../views/storage-view.ts';
import { parsePlainQuery } from './expressions.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, READ_BY_FORM } from './route.ts';

/** `/query_exemplars`: those of every series that a query selects. */
export function exemplarRoutes(storage: () => Pick<StorageView, 'exemplars'>): readonly ApiRoute[] {
  return [{ methods: READ_BY_FORM, path: '/query_exemplars', answer: (call) => answerExemplars(storage, call) }];
}

async function answerExemplars(
  storage: () => Pick<StorageView, 'exemplars'>,
  { form, signal }: ApiCall,
): Promise<ApiAnswer> {
  const range = parseRange(form);
  if (range.endMs < range.startMs) throw badData('end timestamp must not be before start timestamp');
  const selectors = selectorsOf(parsePlainQuery(form.get('query')));
  if (selectors.length === 0) return {};
  const found = await storage().exemplars(selectors, range, signal);
  return { data: listPart(found, writeSeriesExemplars) };
}

function selectorsOf(expression: Expression): readonly (readonly Matcher[])[] {
  const selectors: (readonly Matcher[])[] = [];
  walk(expression, (node) => {
    if (node.kind === 'vectorSelector') selectors.push(node.matchers);
  });
  return selectors;
}

function writeSeriesExemplars(writer: JsonWriter, { series, exemplars }: SeriesExemplars): void {
  writer.ascii('{"seriesLabels":');
  writeLabels(writer, series);
  writer.ascii(',"exemplars":[');
  for (const [i, exemplar] of exemplars.entries()) {
    if (i > 0) writer.ascii(',');
    writeExemplar(writer, exemplar);
  }
  writer.ascii(']}');
}

function writeExemplar(writer: JsonWriter, { labels, value, timestampMs }: StoredExemplar): void {
  writer.ascii('{"labels":');
  writeLabels(writer, labels);
  writer.ascii(',"value":');
  writeFloat(writer, value);
  writer.ascii(',"timestamp":');
  writeTime(writer, timestampMs);
  writer.ascii('}');
}
