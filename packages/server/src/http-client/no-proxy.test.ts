import { describe, expect, test } from 'vitest';
import { isWithoutProxy } from './no-proxy.ts';

describe('what is reached without a proxy', () => {
  test.each([
    ['', 'http://localhost:8080/', true],
    ['', 'http://127.1.2.3/', true],
    ['', 'http://[::1]/', true],
    ['', 'http://example.org/', false],
    ['*', 'http://example.org/', true],
    ['example.org', 'http://example.org/', true],
    ['example.org', 'http://www.example.org/', true],
    ['example.org', 'http://notexample.org/', false],
    ['.example.org', 'http://example.org/', false],
    ['.example.org', 'http://www.example.org/', true],
    ['*.example.org', 'http://www.example.org/', true],
    ['EXAMPLE.org', 'http://example.org/', true],
    ['example.org:80', 'http://example.org/', true],
    ['example.org:80', 'https://example.org/', false],
    ['a, example.org ,b', 'http://example.org/', true],
    ['10.0.0.1', 'http://10.0.0.1/', true],
    ['10.0.0.0/8', 'http://10.9.8.7/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/99', 'http://10.0.0.1/', false],
    ['fd00::/8', 'http://[fd00::1]/', true],
    ['10.0.0.1:9090', 'http://10.0.0.1:9090/', true],
    ['10.0.0.1:9090', 'http://10.0.0.1:9091/', false],
    ['[fd00::1]:80', 'http://[fd00::1]/', true],
  ])('%j: %s %s', (noProxy, url, expected) => {
    expect(isWithoutProxy(noProxy, new URL(url))).toBe(expected);
  });
});
