/** What a simple pattern has between literals: `.*` or `.+`. */
export const ANY = 0;
export const SOME = 1;
export type Gap = typeof ANY | typeof SOME;

/** Literals and gaps in turn: no two literals and no two gaps follow each other, and no literal is empty. */
export type Sequence = readonly (string | Gap)[];

/** Appends one more part, merging it with the last one; `undefined` where a gap of two characters would come about. */
export function tryAppendPart(sequence: Sequence, part: string | Gap): Sequence | undefined {
  if (part === '') return sequence;
  const last = sequence.at(-1);
  if (last === undefined || typeof last !== typeof part) return [...sequence, part];
  if (typeof last === 'string') return [...sequence.slice(0, -1), last + part];
  if (last === SOME && part === SOME) return undefined;
  return [...sequence.slice(0, -1), last === SOME || part === SOME ? SOME : ANY];
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
