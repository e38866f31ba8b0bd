import { describe, expect, test } from 'vitest';
import type { BlockMeta } from '../block/meta.ts';
import { beyondRetention } from './retention.ts';

/** Blocks as `name:end:bytes`. */
function blocks(text: string) {
  return text.split(' ').map((each) => {
    const [ulid, maxTime, sizeBytes] = each.split(':');
    return { meta: { ulid, maxTime: Number(maxTime) } as BlockMeta, sizeBytes: Number(sizeBytes) };
  });
}

describe('blocks beyond retention', () => {
  test.each([
    ['by time, from the end of the newest', 'a:100:1 b:200:1 c:300:1', 150, 0, 'a'],
    ['by time: just as old is too old', 'a:100:1 b:200:1 c:300:1', 100, 0, 'b a'],
    ['never the newest by time', 'a:100:1', 1, 0, ''],
    ['for ever', 'a:100:1 b:99999999:1', 0, 0, ''],
    ['by size, the oldest', 'a:100:10 b:200:10 c:300:10', 0, 26, 'a'],
    ['by size, with the head', 'a:100:10 b:200:10 c:300:10', 0, 25, 'a'],
    ['by size: as much as allowed is fine', 'a:100:10 b:200:10 c:300:10', 0, 35, ''],
    ['by size: older ones go with one that is too large', 'a:100:1 b:200:100 c:300:10', 0, 50, 'b a'],
    ['by size, even the newest', 'a:100:10', 0, 5, 'a'],
    ['by both', 'a:100:10 b:200:10 c:300:10', 150, 16, 'b a'],
  ])('%s', (_, text, retentionMs, maxBytes, expected) => {
    const beyond = beyondRetention(blocks(text), 5, { retentionMs, maxBytes });
    expect(beyond.map(({ meta }) => meta.ulid).join(' ')).toBe(expected);
  });
});
