import { createHash } from 'node:crypto';
import { quoteGo } from '@hearth/model';
import { invalidParameter } from '../errors/http-errors.ts';
import type { FormValues } from '../parameters/form-values.ts';
import type { RuleGroupView } from '../views/rules-view.ts';

const INTEGER = /^[+-]?\d+$/;
const MAX_GROUPS = 2 ** 31 - 1;

type Named = Pick<RuleGroupView, 'name' | 'file'>;

interface Page<T> {
  readonly items: readonly T[];
  /** What the next page begins with; `undefined` on the last one. */
  readonly next: T | undefined;
}

/** How a page names the group that it begins with: the hash that Prometheus takes. */
export function tokenOf({ file, name }: Named): string {
  return createHash('sha256').update(`${file};${name}`).digest('hex');
}

/** What cuts a page out of a list of groups, as `group_limit` and `group_next_token` want it. */
export function parsePage(query: FormValues): <T>(items: readonly T[], groupOf: (item: T) => Named) => Page<T> {
  const limitText = query.get('group_limit');
  const token = query.get('group_next_token');
  if (limitText === '') {
    if (token === '') return (items) => ({ items, next: undefined });
    const reason = 'group_limit needs to be present in order to paginate over the groups';
    throw invalidParameter('group_next_token', reason);
  }
  const limit = parseGroupLimit(limitText);
  return (items, groupOf) => {
    const start = token === '' ? 0 : items.findIndex((item) => tokenOf(groupOf(item)) === token);
    if (start < 0) {
      throw invalidParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
    }
    return { items: items.slice(start, start + limit), next: items[start + limit] };
  };
}

function parseGroupLimit(text: string): number {
  const fault = INTEGER.test(text) ? 'value out of range' : 'invalid syntax';
  if (fault === 'invalid syntax' || Math.abs(Number(text)) > MAX_GROUPS) {
    const reason = `group_limit needs to be a valid number: strconv.ParseInt: parsing ${quoteGo(text)}: ${fault}`;
    throw invalidParameter('group_limit', reason);
  }
  if (Number(text) <= 0) throw invalidParameter('group_limit', 'group_limit needs to be greater than 0');
  return Number(text);
}
