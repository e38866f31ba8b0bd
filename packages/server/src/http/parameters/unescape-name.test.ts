import { expect, test } from 'vitest';
import { unescapeLabelName } from './unescape-name.ts';

test.each([
  ['job', 'job'],
  ['U__http_2e_status', 'http.status'],
  ['U__a__b', 'a_b'],
  ['U___2e_', '.'],
  ['U___1F600_x', '😀x'],
  ['U__', ''],
  ['U__köln', 'köln'],
])('%s is %s', (text, name) => {
  expect(unescapeLabelName(text)).toBe(name);
});

test.each(['U__a_', 'U__a_2e', 'U__a_zz_', 'U__a_d800_', 'U__a_110000_', 'U__a_1234567_'])(
  '%s is not escaped, and stays',
  (text) => {
    expect(unescapeLabelName(text)).toBe(text);
  },
);
