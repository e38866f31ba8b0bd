import { type Sequence, SOME } from './sequence.ts';

/** A longer expression takes V8 longer than RE2. */
const MAX_SOURCE_LENGTH = 1 << 14;

/**
 * A JavaScript expression for sequences that ignore case, or `undefined` where one has two literals or more, or where
 * there are too many.
 *
 * JavaScript's `iu` folds case as RE2 does: by Unicode's simple folding, so `k` matches the Kelvin sign. What is built
 * here has no repetition, so it cannot backtrack: a gap at an end is an anchor that is missing.
 */
export function tryFoldingRegExp(alternatives: readonly Sequence[]): RegExp | undefined {
  const sources: string[] = [];
  for (const sequence of alternatives) {
    if (sequence.filter((part) => typeof part === 'string').length > 1) return undefined;
    sources.push(sourceOf(sequence));
  }
  const source = sources.join('|');
  return source.length > MAX_SOURCE_LENGTH ? undefined : new RegExp(source, 'iu');
}

function sourceOf(sequence: Sequence): string {
  const start = typeof sequence[0] === 'number' ? '' : '^';
  const end = typeof sequence.at(-1) === 'number' ? '' : '$';
  const middle = sequence.map((part) => (typeof part === 'string' ? escapeRegExp(part) : part === SOME ? '[^]' : ''));
  return start + middle.join('') + end;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
