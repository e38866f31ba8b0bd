import { InstrumentError } from '../errors.ts';
import { flaskNaming } from './flask-naming.ts';
import type { HttpMetricName, Naming } from './naming.ts';
import { PROMETHEUS_NAMING } from './prometheus-naming.ts';

/** `prometheus` and `flask` are the two that come along; a {@link Naming} of one's own is taken as it is. */
export type NamingChoice = 'prometheus' | 'flask' | Naming;

/** `prefix` goes before every HTTP metric's name; the Flask naming's own is `flask_`, and `''` takes it away. */
export function selectNaming(choice: NamingChoice, prefix: string | undefined): Naming {
  if (choice === 'flask') return flaskNaming(prefix ?? 'flask_');
  const naming = choice === 'prometheus' ? PROMETHEUS_NAMING : choice;
  if (typeof naming !== 'object') {
    throw new InstrumentError(
      'invalid_option',
      `names must be "prometheus", "flask" or a naming, not ${JSON.stringify(choice)}`,
    );
  }
  return prefix === undefined ? naming : withPrefix(naming, prefix);
}

function withPrefix(naming: Naming, prefix: string): Naming {
  const prefixed = (metric: HttpMetricName): HttpMetricName => ({ ...metric, name: prefix + metric.name });
  return {
    ...naming,
    requests: prefixed(naming.requests),
    duration: prefixed(naming.duration),
    inFlight: prefixed(naming.inFlight),
    exceptions: prefixed(naming.exceptions),
    requestSize: prefixed(naming.requestSize),
    responseSize: prefixed(naming.responseSize),
  };
}
