import type { ExpositionError } from '../errors.ts';
import type { ByteCursor, QuotedRules } from './byte-cursor.ts';
import { CLOSE_BRACE, COMMA, EQUALS, QUOTE } from './bytes.ts';
import type { LabelSpans } from './label-spans.ts';

/** How a kind of label block differs from the others. */
export interface LabelBlockRules {
  /** Blanks around every token, and commas that may be missing: 0.0.4 as Prometheus reads it. */
  readonly loose: boolean;
  /** A quoted string without a value is the metric's name. */
  readonly metricName: boolean;
  readonly quotedNames: QuotedRules;
  readonly values: QuotedRules;
}

/** Reads on from after the opening brace to after the closing one. A comma may follow the last label. */
export function readLabelBlock(cursor: ByteCursor, spans: LabelSpans, rules: LabelBlockRules): void {
  for (;;) {
    if (rules.loose) cursor.skipBlanks();
    if (cursor.take(CLOSE_BRACE)) return;

    const nameStart = cursor.position;
    const isQuoted = readName(cursor, rules);
    const nameEnd = cursor.position;
    if (rules.loose) cursor.skipBlanks();

    if (isQuoted && (cursor.peek() === COMMA || cursor.peek() === CLOSE_BRACE)) {
      if (!rules.metricName) throw cursor.unexpected('"=" after the label name');
      if (nameEnd - nameStart === 2) {
        throw cursor.error('missing_metric_name', 'metric name is empty', { at: nameStart });
      }
      if (spans.nameStart >= 0) {
        throw cursor.error('duplicate_metric_name', 'metric name is already set', { at: nameStart });
      }
      spans.setMetricName(nameStart + 1, nameEnd - 1);
      cursor.take(COMMA);
      continue;
    }
    if (!cursor.take(EQUALS)) throw cursor.unexpected('"=" after the label name');
    if (isQuoted && nameEnd - nameStart === 2) {
      throw cursor.error('empty_label_name', 'label name is empty', { at: nameStart });
    }
    if (rules.loose) cursor.skipBlanks();

    const valueStart = cursor.position;
    if (!cursor.takeQuoted(rules.values)) throw unexpectedQuoted(cursor, 'label value');
    if (cursor.sawNonAscii) cursor.requireUtf8('label value', valueStart, cursor.position);
    const quotes = isQuoted ? 1 : 0;
    spans.addLabel(nameStart + quotes, nameEnd - quotes, valueStart + 1, cursor.position - 1);

    if (rules.loose) cursor.skipBlanks();
    if (!cursor.take(COMMA) && !rules.loose && cursor.peek() !== CLOSE_BRACE) {
      throw cursor.unexpected('"," or "}" after the label value');
    }
  }
}

/** Returns whether the name was quoted. */
function readName(cursor: ByteCursor, rules: LabelBlockRules): boolean {
  if (cursor.takeLabelName()) return false;
  const start = cursor.position;
  if (!cursor.takeQuoted(rules.quotedNames)) throw unexpectedQuoted(cursor, 'label name');
  if (cursor.sawNonAscii) cursor.requireUtf8('name', start, cursor.position);
  return true;
}

function unexpectedQuoted(cursor: ByteCursor, expected: string): ExpositionError {
  if (cursor.peek() !== QUOTE) return cursor.unexpected(expected);
  return cursor.error('unexpected_token', `expected ${expected}, got a quoted string that does not end properly`);
}
