import { expandTemplate } from '@hearth/model';
import { RE2JS, RE2JSException } from 're2js';

/** As many characters as a pattern may have: it is compiled for every call. */
const MAX_PATTERN_LENGTH = 10_000;

function compile(pattern: string): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new Error(`the regular expression is longer than ${MAX_PATTERN_LENGTH}`);
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    if (cause instanceof RE2JSException) throw new Error(cause.message, { cause });
    throw cause;
  }
}

/** Whether some part of the text matches. */
export function matchRegexp(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).find();
}

/** Replaces each match; `$1` and `${name}` in the replacement are what groups have matched. */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const compiled = compile(pattern);
  const names = compiled.namedGroups();
  const matcher = compiled.matcher(text);
  const lookup = (group: string | number): string => {
    if (typeof group === 'string') return Object.hasOwn(names, group) ? (matcher.group(group) ?? '') : '';
    return group <= matcher.groupCount() ? (matcher.group(group) ?? '') : '';
  };
  let replaced = '';
  let done = 0;
  while (matcher.find()) {
    replaced += text.slice(done, matcher.start()) + expandTemplate(replacement, lookup);
    done = matcher.end();
  }
  return replaced + text.slice(done);
}
