import { describe, expect, it } from 'vitest';
import { isValidLabelName, isValidLabelValue, isValidMetricName } from './names.ts';

describe('names', () => {
  it.each([
    // name, metric name legacy, label name legacy, either in UTF-8
    ['up', true, true, true],
    ['_up', true, true, true],
    ['up2', true, true, true],
    ['2up', false, false, true],
    ['a:b', true, false, true],
    [':', true, false, true],
    ['my.name', false, false, true],
    ['naïve', false, false, true],
    ['a b', false, false, true],
    ['a\n', false, false, true],
    ['', false, false, false],
    ['\ud800', false, false, false],
    ['a\udc00b', false, false, false],
    ['😀', false, false, true],
  ])('%j', (name, legacyMetric, legacyLabel, utf8) => {
    expect(isValidMetricName(name, 'legacy')).toBe(legacyMetric);
    expect(isValidLabelName(name, 'legacy')).toBe(legacyLabel);
    expect(isValidMetricName(name, 'utf8')).toBe(utf8);
    expect(isValidLabelName(name, 'utf8')).toBe(utf8);
  });

  it.each([
    ['', true],
    ['anything\0\n😀', true],
    ['\ud83d', false],
  ])('value %j', (value, isValid) => {
    expect(isValidLabelValue(value)).toBe(isValid);
  });
});
