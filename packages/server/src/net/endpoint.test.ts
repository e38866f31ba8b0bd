import { expect, test } from 'vitest';
import { formatEndpoint, formatUrl } from './endpoint.ts';

test('an address of version 4 stands as it is', () => {
  expect(formatEndpoint({ host: '127.0.0.1', port: 3307 })).toBe('127.0.0.1:3307');
  expect(formatUrl({ host: '127.0.0.1', port: 3307 }, '/metrics')).toBe('http://127.0.0.1:3307/metrics');
});

test('an address of version 6 stands in brackets', () => {
  expect(formatUrl({ host: '::1', port: 3307 })).toBe('http://[::1]:3307');
});
