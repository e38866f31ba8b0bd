import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { MatcherError } from '../errors.ts';
import { expandTemplate } from './expand.ts';
import { tryFoldingRegExp } from './fold.ts';
import { estimateProgramSize } from './program-size.ts';
import { matchesSequence, type Sequence, SOME } from './sequence.ts';
import { literalsOf, type SimplePattern, tryParseSimplePattern } from './simple-pattern.ts';

/**
 * A regular expression in RE2 syntax that has to match a whole text, as everywhere in Prometheus: `^(?s:pattern)$`,
 * so a dot matches a newline too. Takes time linear in the text, whatever the pattern.
 */
export interface AnchoredRegexp {
  readonly pattern: string;
  matches(text: string): boolean;
  /**
   * The template with the capture groups of the match filled in (Go's syntax: `$1`, `${name}`); `undefined`: no match.
   * A choice of thousands of literals matches without the engine, but groups need it: where it is too large for that,
   * and the template has a `$`, this throws a MatcherError.
   */
  expand(text: string, template: string): string | undefined;
  /** All texts that match, where that is a known finite set. */
  readonly setMatches?: readonly string[];
  /** What every match starts with, where that is known and not nothing. */
  readonly prefix?: string;
}

/** In UTF-16 units. A longer pattern is refused. */
export const MAX_PATTERN_LENGTH = 1 << 20;

/** A larger program would take longer to compile and to run than a shared event loop can bear. */
export const MAX_PROGRAM_SIZE = 10_000;

/** Throws a MatcherError. */
export function createAnchoredRegexp(pattern: string): AnchoredRegexp {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    const size = `${pattern.length} characters, the limit is ${MAX_PATTERN_LENGTH}`;
    throw new MatcherError('regexp_too_large', `regular expression too large: ${size}`);
  }
  const simple = tryParseSimplePattern(pattern);
  return (simple && tryCreateSimple(pattern, simple)) ?? createCompiled(pattern);
}

function tryCreateSimple(pattern: string, simple: SimplePattern): AnchoredRegexp | undefined {
  const matches = simple.ignoresCase ? tryFoldingTest(simple) : createTest(simple);
  if (!matches) return undefined;
  const setMatches = literalsOf(simple);
  const prefix = simple.ignoresCase ? '' : commonPrefix(simple.alternatives);
  let compiled: RE2JS | undefined;
  return {
    pattern,
    matches,
    expand(text, template) {
      if (!matches(text)) return undefined;
      if (!template.includes('$')) return template;
      compiled ??= compile(pattern);
      return expandMatch(compiled, text, template);
    },
    ...(setMatches && { setMatches }),
    ...(prefix !== '' && { prefix }),
  };
}

function createCompiled(pattern: string): AnchoredRegexp {
  const compiled = compile(pattern);
  const prefix: string = compiled.re2().prefix;
  return {
    pattern,
    matches: (text) => text.startsWith(prefix) && compiled.testExact(text),
    expand: (text, template) => expandMatch(compiled, text, template),
    ...(prefix !== '' && { prefix }),
  };
}

function tryFoldingTest({ alternatives }: SimplePattern): ((text: string) => boolean) | undefined {
  const folding = tryFoldingRegExp(alternatives);
  return folding && ((text) => folding.test(text));
}

function createTest(simple: SimplePattern): (text: string) => boolean {
  const literals = literalsOf(simple);
  if (literals?.length === 1) return (text) => text === literals[0];
  if (literals) return createSetTest(literals);
  const { alternatives } = simple;
  if (alternatives.length === 1) return createSequenceTest(alternatives[0]);
  return (text) => alternatives.some((sequence) => matchesSequence(sequence, text));
}

function createSetTest(literals: readonly string[]): (text: string) => boolean {
  const set = new Set(literals);
  return (text) => set.has(text);
}

/** The forms that most matchers have, each as one call of the platform. */
function createSequenceTest(sequence: Sequence): (text: string) => boolean {
  const isOnlyGap = sequence.length === 1;
  if (isOnlyGap) return sequence[0] === SOME ? (text) => text !== '' : () => true;
  if (!sequence.includes(SOME)) {
    const [first, second, third] = sequence;
    if (sequence.length === 2 && typeof first === 'string') return (text) => text.startsWith(first);
    if (sequence.length === 2 && typeof second === 'string') return (text) => text.endsWith(second);
    if (sequence.length === 3 && typeof second === 'string' && third !== undefined) {
      return (text) => text.includes(second);
    }
  }
  return (text) => matchesSequence(sequence, text);
}

function commonPrefix(alternatives: readonly Sequence[]): string {
  let prefix: string | undefined;
  for (const [first] of alternatives) {
    if (typeof first !== 'string') return '';
    prefix = prefix === undefined ? first : sharedPrefix(prefix, first);
  }
  return prefix ?? '';
}

function sharedPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

function compile(pattern: string): RE2JS {
  const size = estimateProgramSize(pattern);
  if (size > MAX_PROGRAM_SIZE) {
    const limit = `about ${size} instructions, the limit is ${MAX_PROGRAM_SIZE}`;
    throw new MatcherError('regexp_too_large', `regular expression too large: ${limit}`);
  }
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    if (error instanceof RE2JSException) throw toMatcherError(error, pattern);
    throw error;
  }
}

/** Go's words. The place is that of the offending part, if the pattern has that part only once. */
function toMatcherError(cause: RE2JSException, pattern: string): MatcherError {
  if (!(cause instanceof RE2JSSyntaxException)) return new MatcherError('bad_regexp', cause.message, { cause });
  const part = cause.input?.replace(/^\(\?s\)/, '');
  if (part === undefined) return new MatcherError('bad_regexp', cause.message, { cause });
  const reason = `error parsing regexp: ${cause.error}: \`${part}\``;
  const offset = pattern.indexOf(part);
  const isKnown = offset >= 0 && offset === pattern.lastIndexOf(part);
  return new MatcherError('bad_regexp', reason, isKnown ? { column: offset + 1, cause } : { cause });
}

function expandMatch(compiled: RE2JS, text: string, template: string): string | undefined {
  const matcher = compiled.matcher(text);
  if (!matcher.matches()) return undefined;
  const names = compiled.namedGroups();
  return expandTemplate(template, (group) => {
    if (typeof group === 'string') return Object.hasOwn(names, group) ? (matcher.group(group) ?? '') : '';
    return group <= matcher.groupCount() ? (matcher.group(group) ?? '') : '';
  });
}
