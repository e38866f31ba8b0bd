import { expect, test } from 'vitest';
import { globalUrlOf } from './global-url.ts';

const options = { listenPort: 9090, externalUrl: new URL('https://hearth.example:8443/x') };

test.each([
  ['http://127.0.0.1:9090/metrics', 'https://hearth.example:8443/metrics'],
  ['http://localhost:3000/m?a=b', 'http://hearth.example:3000/m?a=b'],
  ['http://[::1]:3000/m', 'http://hearth.example:3000/m'],
  ['http://localhost/m', 'http://hearth.example/m'],
  ['http://10.0.0.1:9090/metrics', 'http://10.0.0.1:9090/metrics'],
  ['no url', 'no url'],
])('%s is %s elsewhere', (scrapeUrl, globalUrl) => {
  expect(globalUrlOf(scrapeUrl, options)).toBe(globalUrl);
});
