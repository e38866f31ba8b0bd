/** A class of many characters is one instruction, but not free: it counts one for so many characters of its text. */
const CLASS_CHARACTERS_PER_INSTRUCTION = 8;

/** What reading one `\p{…}` costs, in instructions: a table of hundreds of ranges. */
const UNICODE_CLASS_COST = 20;
const UNICODE_CLASS = /\\p/gi;

const REPEAT = /\{(\d{1,4})(?:,(\d{0,4}))?\}/y;

/**
 * About how many instructions RE2 compiles a pattern to, never much fewer. Counted from the text in one pass, so that
 * a pattern like `(?:a?){1000}` ten times over is refused before anything is built. Doesn't check the syntax: what is
 * not valid RE2 gets some number.
 */
export function estimateProgramSize(pattern: string): number {
  /** One sum for each open group, outermost first. */
  const sums = [0];
  /** Of the last atom, which a repetition multiplies. */
  let atom = 0;

  for (let i = 0; i < pattern.length; ) {
    const start = i;
    i = tokenEnd(pattern, start);
    const first = pattern[start];
    if (first === '(') {
      sums.push(2);
      continue;
    }
    const copies = first === '{' ? repeatCount(pattern, start) : undefined;
    let size = i - start;
    if (first === ')') size = sums.length > 1 ? sums.pop()! : 1;
    else if (first === '[') size = Math.ceil(size / CLASS_CHARACTERS_PER_INSTRUCTION);
    else if (copies !== undefined) size = (atom + 1) * copies;
    sums[sums.length - 1] += copies === undefined ? size : size - atom;
    atom = size;
  }
  const unicodeClasses = pattern.match(UNICODE_CLASS)?.length ?? 0;
  return sums.reduce((total, sum) => total + sum) + unicodeClasses * UNICODE_CLASS_COST;
}

/** The end of a quotation, an escape, a class, a repetition or one character. */
function tokenEnd(pattern: string, start: number): number {
  if (pattern.startsWith('\\Q', start)) {
    const end = pattern.indexOf('\\E', start + 2);
    return end < 0 ? pattern.length : end + 2;
  }
  if (pattern[start] === '\\') return start + 2;
  if (pattern[start] === '[') return classEnd(pattern, start);
  REPEAT.lastIndex = start;
  return start + (REPEAT.exec(pattern)?.[0].length ?? 1);
}

/** After the bracket that closes a class; a bracket that comes first, is escaped or ends a `[:name:]` does not. */
function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern.startsWith('[:', i)) i = namedClassEnd(pattern, i);
  }
  return i + 1;
}

const NAMED_CLASS = /\[:\^?[a-z]{1,10}:\]/y;

function namedClassEnd(pattern: string, start: number): number {
  NAMED_CLASS.lastIndex = start;
  return start + (NAMED_CLASS.exec(pattern)?.[0].length ?? 1) - 1;
}

function repeatCount(pattern: string, start: number): number | undefined {
  REPEAT.lastIndex = start;
  const match = REPEAT.exec(pattern);
  return match ? Math.max(Number(match[1]), Number(match[2] ?? 0), 1) : undefined;
}
