/** `legacy`: the character set before Prometheus 3. `utf8`: any well-formed text that is not empty. */
export type ValidationScheme = 'legacy' | 'utf8';

const LEGACY_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LONE_SURROGATE = /\p{Cs}/u;

export function isValidMetricName(name: string, scheme: ValidationScheme): boolean {
  return scheme === 'legacy' ? LEGACY_METRIC_NAME.test(name) : name !== '' && isWellFormed(name);
}

export function isValidLabelName(name: string, scheme: ValidationScheme): boolean {
  return scheme === 'legacy' ? LEGACY_LABEL_NAME.test(name) : name !== '' && isWellFormed(name);
}

export function isValidLabelValue(value: string): boolean {
  return isWellFormed(value);
}

/** Whether the text has UTF-8 bytes: a lone surrogate has none. */
function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
