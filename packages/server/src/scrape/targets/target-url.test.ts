import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { targetUrl } from './target-url.ts';

const at = (labels: Readonly<Record<string, string>>) =>
  createLabels({ __scheme__: 'http', __address__: 'a:1', __metrics_path__: '/metrics', ...labels });

test.each([
  [{}, {}, 'http://a:1/metrics'],
  [{ __scheme__: 'https', __address__: '[fd00::1]:443' }, {}, 'https://[fd00::1]:443/metrics'],
  [{ __metrics_path__: 'no/slash' }, {}, 'http://a:1/no/slash'],
  [{ __metrics_path__: '' }, {}, 'http://a:1'],
  [{ __metrics_path__: '/a b?c#d' }, {}, 'http://a:1/a%20b%3Fc%23d'],
  [{}, { b: ['2'], a: ['1', '3'] }, 'http://a:1/metrics?a=1&a=3&b=2'],
  [{ __param_a: 'x' }, { a: ['1', '3'] }, 'http://a:1/metrics?a=x&a=3'],
  [{ __param_new: 'x' }, {}, 'http://a:1/metrics?new=x'],
  [{}, { q: ["a b&c='d*(e)!~"] }, 'http://a:1/metrics?q=a+b%26c%3D%27d%2A%28e%29%21~'],
])('%j %j: %s', (labels, params, expected) => {
  expect(targetUrl(at(labels), params)).toBe(expected);
});
