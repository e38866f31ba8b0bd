import { quoteGo } from '../go-quote.ts';
import { isValidLabelName } from '../labels/names.ts';
import { type AnchoredRegexp, createAnchoredRegexp } from './anchored-regexp.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

/** A condition on one label. A label that is missing has the value `''`. */
export interface Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  matches(labelValue: string): boolean;
  /** Of `=~` and `!~`: all values that the expression itself matches, where that is a known finite set. */
  readonly setMatches?: readonly string[];
  /** Of `=~` and `!~`: what every value that the expression matches starts with, where that is known. */
  readonly prefix?: string;
  /** `name=~"value"`, as in PromQL. */
  toString(): string;
}

/** Throws a MatcherError where the value of `=~` or `!~` is no regular expression. */
export function createMatcher(type: MatchType, name: string, value: string): Matcher {
  switch (type) {
    case '=':
      return new LabelMatcher(type, name, value, (labelValue) => labelValue === value);
    case '!=':
      return new LabelMatcher(type, name, value, (labelValue) => labelValue !== value);
    case '=~': {
      const regexp = createAnchoredRegexp(value);
      return new LabelMatcher(type, name, value, regexp.matches, regexp);
    }
    case '!~': {
      const regexp = createAnchoredRegexp(value);
      return new LabelMatcher(type, name, value, (labelValue) => !regexp.matches(labelValue), regexp);
    }
  }
}

const INVERSE: Readonly<Record<MatchType, MatchType>> = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' };

/** The matcher that is true exactly where this one is false. */
export function invertMatcher({ type, name, value }: Matcher): Matcher {
  return createMatcher(INVERSE[type], name, value);
}

class LabelMatcher implements Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  readonly matches: (labelValue: string) => boolean;
  readonly setMatches?: readonly string[];
  readonly prefix?: string;

  constructor(
    type: MatchType,
    name: string,
    value: string,
    matches: (labelValue: string) => boolean,
    { setMatches, prefix }: Pick<AnchoredRegexp, 'setMatches' | 'prefix'> = {},
  ) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.matches = matches;
    if (setMatches !== undefined) this.setMatches = setMatches;
    if (prefix !== undefined) this.prefix = prefix;
  }

  toString(): string {
    const name = isValidLabelName(this.name, 'legacy') ? this.name : quoteGo(this.name);
    return `${name}${this.type}${quoteGo(this.value)}`;
  }
}
