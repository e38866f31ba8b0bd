import { expect, test } from 'vitest';
import { type BrowserHeaders, refuseCrossSite } from './same-site.ts';

const OWN_NAMES = new Set(['hearth.example']);

test.each<BrowserHeaders>([
  {},
  { host: 'anything.example:9090' },
  { host: '127.0.0.1:9090', origin: 'http://127.0.0.1:9090' },
  { host: '[::1]:9090', origin: 'http://[::1]:9090' },
  { host: 'localhost:9090', origin: 'http://localhost:9090', 'sec-fetch-site': 'same-origin' },
  { host: 'hearth.example', origin: 'https://hearth.example', 'sec-fetch-site': 'same-origin' },
  { host: 'HEARTH.example', origin: 'https://hearth.example' },
  { host: '127.0.0.1:9090', 'sec-fetch-site': 'none' },
])('%j passes', (headers) => {
  expect(() => refuseCrossSite(headers, OWN_NAMES)).not.toThrow();
});

test.each<readonly [BrowserHeaders, string]>([
  [{ host: '127.0.0.1:9090', 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch-Site: cross-site'],
  [{ host: '127.0.0.1:9090', 'sec-fetch-site': 'same-site' }, 'Sec-Fetch-Site: same-site'],
  [{ host: '127.0.0.1:9090', origin: 'https://evil.example' }, 'Origin: https://evil.example'],
  [{ host: '127.0.0.1:9090', origin: 'http://127.0.0.1:3000' }, 'Origin: http://127.0.0.1:3000'],
  [{ host: '127.0.0.1:9090', origin: 'null' }, 'Origin: null'],
  [{ host: 'evil.example:9090', origin: 'http://evil.example:9090' }, 'Origin: http://evil.example:9090'],
])('%j is refused', (headers, shown) => {
  expect(() => refuseCrossSite(headers, OWN_NAMES)).toThrow(
    `a page of another site may not change anything here (${shown})`,
  );
});
