import { expect, test } from 'vitest';
import { parseFormValues } from './form-values.ts';

test('a name may come several times', () => {
  const form = parseFormValues('match[]=up&match%5B%5D=a+b%2Bc&x=');
  expect(form.all('match[]')).toEqual(['up', 'a b+c']);
  expect(form.get('match[]')).toBe('up');
  expect(form.get('x')).toBe('');
  expect(form.get('y')).toBe('');
  expect(form.all('y')).toEqual([]);
  expect(form.problem).toBeUndefined();
});

test.each([
  ['a=1&b=%zz&c=3', 'invalid URL escape "%zz"'],
  ['a=1&b=%2&c=3', 'invalid URL escape "%2"'],
  ['a=1&%=b&c=3', 'invalid URL escape "%"'],
  ['a=1&b=2;d&c=3', 'invalid semicolon separator in query'],
])('%s is read as far as it can be', (text, problem) => {
  const form = parseFormValues(text);
  expect(form.problem).toBe(problem);
  expect(form.get('a')).toBe('1');
  expect(form.get('b')).toBe('');
  expect(form.get('c')).toBe('3');
});

test('bytes that are no UTF-8 are replaced', () => {
  expect(parseFormValues('a=x%ff+%C3%BC').get('a')).toBe('x\ufffd ü');
});

test('those of a body come before those of the URL', () => {
  const form = parseFormValues('a=body&b=1').followedBy(parseFormValues('a=url&c=2'));
  expect(form.all('a')).toEqual(['body', 'url']);
  expect(form.get('b')).toBe('1');
  expect(form.get('c')).toBe('2');
});

test('names that objects have mean nothing', () => {
  expect(parseFormValues('__proto__=1').get('constructor')).toBe('');
});

test('it reads so many pairs and no more', () => {
  const form = parseFormValues(`first=1${'&a=1'.repeat(9_999)}`);
  expect([form.all('a').length, form.problem]).toEqual([9_999, undefined]);
  const longer = parseFormValues(`first=1${'&a=1'.repeat(1_000_000)}`);
  expect([longer.all('a').length, longer.problem]).toEqual([9_999, 'more than 10000 values']);
});
