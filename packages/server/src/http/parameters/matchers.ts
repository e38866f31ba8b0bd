import type { Matcher } from '@hearth/model';
import { ParseError, parseMetricSelector } from '@hearth/promql';
import { badData, type HttpError, invalidParameter } from '../errors/http-errors.ts';

/** Where a message names the parameter: Prometheus does so in some calls and not in others. */
interface Naming {
  readonly parameter?: string;
}

/** Of `match[]`. Throws what the client is told. */
export function parseMatcherSets(selectors: readonly string[], naming: Naming = {}): readonly (readonly Matcher[])[] {
  const sets = selectors.map((selector) => parseSelector(selector, naming));
  for (const matchers of sets) {
    if (matchers.some((matcher) => !matcher.matches(''))) continue;
    throw refuse('match[] must contain at least one non-empty matcher', naming);
  }
  return sets;
}

export function parseSelector(selector: string, naming: Naming = {}): readonly Matcher[] {
  try {
    return parseMetricSelector(selector);
  } catch (error) {
    if (error instanceof ParseError) throw refuse(error.message, naming, error);
    throw error;
  }
}

function refuse(reason: string, { parameter }: Naming, cause?: unknown): HttpError {
  return parameter === undefined ? badData(reason, cause) : invalidParameter(parameter, reason, cause);
}
