/** What a simple pattern has between literals: `.*` or `.+`. */
export const ANY = 0;
export const SOME = 1;
export type Gap = typeof ANY | typeof SOME;

/** Literals and gaps in turn: no two literals and no two gaps follow each other, and no literal is empty. */
export type Sequence = readonly (string | Gap)[];

/**
 * Appends one more part, merging it with the last one where both are of one kind. Returns false, having done nothing,
 * where a gap of two characters or more would come about: for that a sequence has no form.
 */
export function appendPart(target: (string | Gap)[], part: string | Gap): boolean {
  if (part === '') return true;
  const last = target.at(-1);
  if (last === undefined || typeof last !== typeof part) {
    target.push(part);
  } else if (typeof last === 'string') {
    target[target.length - 1] = last + part;
  } else {
    if (last === SOME && part === SOME) return false;
    target[target.length - 1] = last === SOME || part === SOME ? SOME : ANY;
  }
  return true;
}

/** The text of a sequence without gaps. */
export function literalOf(sequence: Sequence): string | undefined {
  if (sequence.length === 0) return '';
  return sequence.length === 1 && typeof sequence[0] === 'string' ? sequence[0] : undefined;
}

/**
 * Whether the whole text has the form of the sequence. Takes for each literal the first place where it fits, which
 * leaves the most room for the rest, so it never has to go back.
 */
export function matchesSequence(sequence: Sequence, text: string): boolean {
  let limit = text.length;
  let count = sequence.length;
  const last = sequence.at(-1);
  if (count > 1 && typeof last === 'string') {
    if (!text.endsWith(last)) return false;
    limit -= last.length;
    count--;
  }

  let position = 0;
  let gap: Gap | undefined;
  for (let i = 0; i < count; i++) {
    const part = sequence[i];
    if (typeof part !== 'string') {
      gap = part;
      continue;
    }
    const start = gap === undefined ? prefixStart(text, part) : text.indexOf(part, position + gap);
    if (start < 0 || start + part.length > limit) return false;
    position = start + part.length;
    gap = undefined;
  }
  return gap === undefined ? position === limit : position + gap <= limit;
}

function prefixStart(text: string, prefix: string): number {
  return text.startsWith(prefix) ? 0 : -1;
}
