import type { Matcher } from '@hearth/model';
import { takeSelector } from './parse-selector.ts';
import { isMetricName } from './token.ts';
import { TokenStream } from './token-stream.ts';

/**
 * The matchers of a series selector, as the HTTP API's `match[]` takes them: `up`, `up{job="api"}`, `{"a.b", c!="d"}`.
 * That may be none, and may match everything. Throws a ParseError.
 */
export function parseMetricSelector(text: string): readonly Matcher[] {
  const tokens = new TokenStream(text);
  const isNamed = isMetricName(tokens.peek());
  if (!isNamed && !tokens.isAt('{')) tokens.failUnexpected();
  const { matchers } = takeSelector(tokens, isNamed ? tokens.take() : undefined);
  if (tokens.peek().kind !== 'end') tokens.failUnexpected();
  return matchers;
}
