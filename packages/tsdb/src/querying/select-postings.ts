import type { Matcher } from '@hearth/model';
import type { Pace } from '../file/pace.ts';
import type { LabelIndex } from './label-index.ts';
import { intersect, NO_POSTINGS, type Postings, union, without } from './postings.ts';

const VALUES_BETWEEN_RESTS = 128;

/** A value may be long, and an expression slow: so few are matched before the pace is asked. */
export interface SelectOptions {
  readonly pace: Pace;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The series that all matchers match, as Prometheus finds them: a matcher that does not match the empty value narrows
 * the list down, one that does takes away the series with other values, so that those without the label stay.
 *
 * `signal` makes it throw its reason.
 */
export async function selectPostings(
  index: LabelIndex,
  matchers: readonly Matcher[],
  options: SelectOptions,
): Promise<Postings> {
  const narrowing = cheapFirst(matchers.filter((matcher) => !matcher.matches('')));
  const taking = matchers.filter((matcher) => matcher.matches(''));
  let selected: Postings | undefined;
  for (const matcher of narrowing) {
    const matching = await seriesWithValue(index, matcher, { accepts: true, ...options });
    selected = selected === undefined ? matching : intersect(selected, matching);
    if (selected.length === 0) return NO_POSTINGS;
  }
  selected ??= await index.allPostings();
  for (const matcher of taking) {
    if (selected.length === 0) return NO_POSTINGS;
    if (isAnything(matcher)) continue;
    selected = without(selected, await seriesWithValue(index, matcher, { accepts: false, ...options }));
  }
  options.signal?.throwIfAborted();
  return selected;
}

/** Those first that need no look at all values: what they leave may be nothing. */
function cheapFirst(narrowing: readonly Matcher[]): readonly Matcher[] {
  const isCheap = (matcher: Matcher) => tryKnownValues(matcher, true) !== undefined;
  return [...narrowing.filter(isCheap), ...narrowing.filter((matcher) => !isCheap(matcher))];
}

interface ValueOptions extends SelectOptions {
  /** Whether the values are wanted that match, or those that do not. */
  readonly accepts: boolean;
}

/** The series that have the label with a value that is accepted. */
async function seriesWithValue(index: LabelIndex, matcher: Matcher, options: ValueOptions): Promise<Postings> {
  options.signal?.throwIfAborted();
  const known = tryKnownValues(matcher, options.accepts);
  if (known !== undefined) return union(await index.postings(matcher.name, known), options.pace);
  const values = await acceptedValues(await index.labelValues(matcher.name), matcher, options);
  return union(await index.postings(matcher.name, values), options.pace);
}

/** The accepted values that are not empty, where they can be told without looking at those that there are. */
function tryKnownValues(matcher: Matcher, accepts: boolean): readonly string[] | undefined {
  const isNegative = matcher.type === '!=' || matcher.type === '!~';
  if (isNegative === accepts) return undefined;
  const isEquality = matcher.type === '=' || matcher.type === '!=';
  const values = isEquality ? [matcher.value] : matcher.setMatches;
  return values?.filter((value) => value !== '');
}

async function acceptedValues(
  values: readonly string[],
  matcher: Matcher,
  { accepts, pace, signal }: ValueOptions,
): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const [i, value] of values.entries()) {
    if (matcher.matches(value) === accepts) accepted.push(value);
    if (i % VALUES_BETWEEN_RESTS !== 0) continue;
    signal?.throwIfAborted();
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  return accepted;
}

function isAnything({ type, value }: Matcher): boolean {
  return type === '=~' && value === '.*';
}
