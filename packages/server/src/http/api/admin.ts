import { quoteGo } from '@hearth/model';
import { badData, HttpError, invalidParameter } from '../errors/http-errors.ts';
import { valuePart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import { parseSelector } from '../parameters/matchers.ts';
import { parseRange } from '../parameters/range.ts';
import type { StorageView } from '../views/storage-view.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, CHANGE } from './route.ts';

export interface AdminRoutesOptions {
  readonly isEnabled: boolean;
  readonly storage: () => Pick<StorageView, 'deleteSeries' | 'cleanTombstones' | 'snapshot'>;
}

/** `/admin/tsdb/…`: what deletes and copies. There as well when it is switched off, to say so. */
export function adminRoutes({ isEnabled, storage }: AdminRoutesOptions): readonly ApiRoute[] {
  const route = (name: string, answer: ApiRoute['answer']): ApiRoute => ({
    methods: CHANGE,
    path: `/admin/tsdb/${name}`,
    role: 'admin',
    answer: (call) => {
      if (!isEnabled) throw new HttpError('unavailable', 'admin APIs disabled');
      return answer(call);
    },
  });
  return [
    route('delete_series', (call) => deleteSeries(storage(), call)),
    route('clean_tombstones', async () => {
      await storage().cleanTombstones();
      return {};
    }),
    route('snapshot', async ({ form }) => {
      const name = await storage().snapshot({ withHead: !parseSkipHead(form) });
      return { data: valuePart({ name }) };
    }),
  ];
}

/** Nothing is deleted where one of the selectors is wrong. */
async function deleteSeries(storage: Pick<StorageView, 'deleteSeries'>, { form }: ApiCall): Promise<ApiAnswer> {
  if (form.problem !== undefined) throw badData(`error parsing form values: ${form.problem}`);
  const selectors = form.all('match[]');
  if (selectors.length === 0) throw badData('no match[] parameter provided');
  const range = parseRange(form);
  const matcherSets = selectors.map((selector) => parseSelector(selector, { parameter: 'match[]' }));
  if (range.startMs > range.endMs) return {};
  for (const matchers of matcherSets) await storage.deleteSeries(matchers, range);
  return {};
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['', '0', 'f', 'F', 'false', 'FALSE', 'False'];

function parseSkipHead(form: FormValues): boolean {
  const text = form.get('skip_head');
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  const reason = `unable to parse boolean: strconv.ParseBool: parsing ${quoteGo(text)}: invalid syntax`;
  throw invalidParameter('skip_head', reason);
}
