import { createMatcher, type Matcher, MatcherError, type MatchType, METRIC_NAME } from '@hearth/model';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';
import type { VectorSelector } from './tree.ts';

/** Takes matchers in braces, or what follows a metric name. Whether they select too much is checked later. */
export function takeSelector(tokens: TokenStream, name: Token | undefined): VectorSelector {
  const { start } = name ?? tokens.peek();
  const matchers: Matcher[] = [];
  const end = name === undefined || tokens.isAt('{') ? takeBraces(tokens, matchers) : name.end;
  if (name !== undefined) matchers.push(createMatcher('=', METRIC_NAME, name.text));
  return {
    kind: 'vectorSelector',
    name: name?.text ?? '',
    matchers,
    offsetMs: 0,
    at: undefined,
    position: { start, end },
  };
}

/** Adds the matchers and returns where the braces end. */
function takeBraces(tokens: TokenStream, matchers: Matcher[]): number {
  tokens.expect('{');
  for (;;) {
    const empty = tokens.tryTake('}');
    if (empty) return empty.end;
    matchers.push(takeMatcher(tokens));
    const close = tokens.tryTake('}');
    if (close) return close.end;
    tokens.expect(',', { where: 'label matching', expected: '"," or "}"' });
  }
}

function takeMatcher(tokens: TokenStream): Matcher {
  const label = tokens.peek();
  if (label.kind !== 'identifier' && label.kind !== 'string') {
    tokens.failUnexpected({ where: 'label matching', expected: 'identifier or "}"' });
  }
  tokens.take();
  const operator = tryTakeMatchType(tokens);
  if (operator === undefined) {
    if (label.kind === 'string') return createMatcher('=', METRIC_NAME, label.value);
    tokens.failUnexpected({ where: 'label matching', expected: 'label matching operator' });
  }
  if (tokens.peek().kind !== 'string') tokens.failUnexpected({ where: 'label matching', expected: 'string' });
  return buildMatcher(tokens, { label, operator, value: tokens.take() });
}

interface MatcherTokens {
  readonly label: Token;
  readonly operator: MatchType;
  readonly value: Token;
}

function buildMatcher(tokens: TokenStream, { label, operator, value }: MatcherTokens): Matcher {
  try {
    return createMatcher(operator, label.value, value.value);
  } catch (cause) {
    if (!(cause instanceof MatcherError)) throw cause;
    return tokens.fail({ start: label.start, end: value.end }, cause.reason, cause);
  }
}

function tryTakeMatchType(tokens: TokenStream): MatchType | undefined {
  const { kind, value } = tokens.peek();
  if (kind !== 'symbol') return undefined;
  if (value !== '=' && value !== '!=' && value !== '=~' && value !== '!~') return undefined;
  tokens.take();
  return value;
}
