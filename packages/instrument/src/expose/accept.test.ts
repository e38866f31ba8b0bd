import { expect, test } from 'vitest';
import { negotiateFormat } from './accept.ts';

test.each([
  [undefined, 'prometheus'],
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/plain', 'prometheus'],
  ['application/openmetrics-text', 'openmetrics'],
  ['APPLICATION/OpenMetrics-Text; Version=1.0.0', 'openmetrics'],
  ['application/openmetrics-text; version=0.0.1', 'openmetrics'],
  ['application/openmetrics-text; version=2.0.0', 'prometheus'],
  ['application/openmetrics-text; q=0', 'prometheus'],
  ['application/openmetrics-text; q=0.5, text/plain', 'prometheus'],
  ['application/openmetrics-text; q=0.5, text/plain; q=0.5', 'openmetrics'],
  ['application/openmetrics-text; q=nonsense', 'prometheus'],
  ['application/json', 'prometheus'],
  // What Prometheus 2.42 and 3 send.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'openmetrics',
  ],
])('%s → %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});
