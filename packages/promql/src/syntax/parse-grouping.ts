import { isValidLabelName, quoteGo } from '@hearth/model';
import { isLabelName, startsExpression } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const WHERE = 'grouping opts';

/** Takes label names in parentheses. */
export function takeLabelNames(tokens: TokenStream): { readonly labels: readonly string[]; readonly end: number } {
  tokens.expect('(', { where: WHERE, expected: '"("' });
  const labels: string[] = [];
  for (;;) {
    const empty = tokens.tryTake(')');
    if (empty) return { labels, end: empty.end };
    labels.push(takeLabelName(tokens));
    const close = tokens.tryTake(')');
    if (close) return { labels, end: close.end };
    tokens.expect(',', { where: WHERE, expected: '"," or ")"' });
  }
}

/** The same, where an expression may follow instead. */
export function takeOptionalLabelNames(tokens: TokenStream): readonly string[] {
  const isLeftOut = !tokens.isAt('(') && startsExpression(tokens.peek());
  return isLeftOut ? [] : takeLabelNames(tokens).labels;
}

function takeLabelName(tokens: TokenStream): string {
  const token = tokens.peek();
  if (!isLabelName(token)) tokens.failUnexpected({ where: WHERE, expected: 'label' });
  tokens.take();
  const name = token.kind === 'string' ? token.value : token.text;
  if (!isValidLabelName(name, 'utf8')) tokens.fail(token, `invalid label name for grouping: ${quoteGo(name)}`);
  return name;
}
