import { expect, test } from 'vitest';
import { unescapeLabelName } from '../http/parameters/unescape-name.ts';
import { escapeLabelName } from './escape-name.ts';

test.each([
  ['job', 'job'],
  ['__name__', '__name__'],
  ['http.status', 'U__http_2e_status'],
  ['a_b c/d', 'U__a__b_20_c_2f_d'],
  ['😀', 'U___1f600_'],
  ['U__x', 'U__U____x'],
])('%s goes as %s, and comes back', (name, escaped) => {
  expect(escapeLabelName(name)).toBe(escaped);
  expect(unescapeLabelName(escaped)).toBe(name);
});
