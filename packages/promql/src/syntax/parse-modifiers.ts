import { takeLabelNames, takeOptionalLabelNames } from './parse-grouping.ts';
import type { TokenStream } from './token-stream.ts';
import type { MatchCardinality, VectorMatching } from './tree.ts';

export interface BinaryModifiers {
  readonly returnsBool: boolean;
  /** As it was written: whether it makes sense depends on the operands. */
  readonly matching: VectorMatching;
}

/** Takes what may stand between a binary operator and its right operand. */
export function takeBinaryModifiers(tokens: TokenStream): BinaryModifiers {
  const returnsBool = tokens.tryTake('bool') !== undefined;
  const keyword = tokens.tryTake('on') ?? tokens.tryTake('ignoring');
  const labels = keyword ? takeLabelNames(tokens).labels : [];
  const group = keyword && (tokens.tryTake('group_left') ?? tokens.tryTake('group_right'));
  const include = group ? takeOptionalLabelNames(tokens) : [];
  refuseFill(tokens);
  return {
    returnsBool,
    matching: { cardinality: cardinalityOf(group?.value), on: keyword?.value === 'on', labels, include },
  };
}

function cardinalityOf(group: string | undefined): MatchCardinality {
  if (group === undefined) return 'one-to-one';
  return group === 'group_left' ? 'many-to-one' : 'one-to-many';
}

function refuseFill(tokens: TokenStream): void {
  const token = tokens.peek();
  if (token.kind !== 'symbol' || !token.value.startsWith('fill')) return;
  tokens.failNotSupported(token, `the modifier ${token.value} is experimental in Prometheus and not supported`);
}

/** What Prometheus may have behind an operand, and Hearth has not. */
export function refuseUnsupportedModifier(tokens: TokenStream): void {
  const token = tokens.peek();
  if (token.kind !== 'symbol') return;
  const { value } = token;
  if (value === 'anchored' || value === 'smoothed') {
    tokens.failNotSupported(token, `the modifier ${value} is experimental in Prometheus and not supported`);
  }
  if (value === '</' || value === '>/') {
    tokens.failNotSupported(token, `the operator ${value} works on native histograms, which are not supported`);
  }
}
