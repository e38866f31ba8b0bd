import { quoteGo } from '@hearth/model';
import { badData, invalidParameter } from '../errors/http-errors.ts';
import type { FormValues } from './form-values.ts';

const INTEGER = /^[+-]?\d+$/;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** How many items are wanted at most; 0 where nothing says so. */
export function parseLimit(form: FormValues, name = 'limit'): number {
  const text = form.get(name);
  if (text === '') return 0;
  const limit = parseInteger(text, (reason) =>
    invalidParameter(name, `strconv.Atoi: parsing ${quoteGo(text)}: ${reason}`),
  );
  if (limit < 0) throw invalidParameter(name, `${name} must be non-negative`);
  return limit;
}

/** A number for which nothing and negative ones mean "all". */
export function parseLooseLimit(form: FormValues, name: string): number {
  const text = form.get(name);
  return text === '' ? -1 : parseInteger(text, () => badData(`${name} must be a number`));
}

function parseInteger(text: string, refuse: (reason: string) => Error): number {
  if (!INTEGER.test(text)) throw refuse('invalid syntax');
  const value = BigInt(text.replace('+', ''));
  if (value > MAX_INT64 || value < MIN_INT64) throw refuse('value out of range');
  return Number(value);
}
