import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { ansiPaint, plainPaint } from '../terminal/paint.ts';
import type { Row } from './row.ts';
import { renderTable } from './table.ts';

const plain = { paint: plainPaint, maxWidth: 100 };

const rows: readonly Row[] = [
  {
    what: 'tic-tac-toe',
    where: 'http://127.0.0.1:3307',
    note: 'one address, two replicas',
    parts: [
      { what: 'replica 1', where: 'http://127.0.0.1:3311', metrics: 'http://127.0.0.1:3311/metrics' },
      { what: 'replica 2', where: 'http://127.0.0.1:13312', metrics: 'http://127.0.0.1:13312/metrics' },
    ],
  },
  { what: 'Hearth', where: 'http://127.0.0.1:9090' },
];

test('aligns the columns and draws the tree', () => {
  expect(renderTable(rows, plain)).toEqual([
    'What          Where                    Metrics',
    'tic-tac-toe   http://127.0.0.1:3307    one address, two replicas',
    '├ replica 1   http://127.0.0.1:3311    http://127.0.0.1:3311/metrics',
    '└ replica 2   http://127.0.0.1:13312   http://127.0.0.1:13312/metrics',
    'Hearth        http://127.0.0.1:9090',
  ]);
});

test('looks the same in colour', () => {
  const coloured = renderTable(rows, { ...plain, paint: ansiPaint });
  expect(coloured.map(stripVTControlCharacters)).toEqual(renderTable(rows, plain));
  expect(coloured[1]).toBe(
    '\u001b[1mtic-tac-toe\u001b[22m   \u001b[36mhttp://127.0.0.1:3307\u001b[39m    \u001b[2mone address, two replicas\u001b[22m',
  );
});

test('is never wider than it may be, and shows where it was cut', () => {
  const long = 'x'.repeat(60);
  const lines = renderTable([{ what: long, where: long, metrics: long }, ...rows], plain);
  expect(Math.max(...lines.map((line) => line.length))).toBe(plain.maxWidth);
  expect(lines[1]).toMatch(/^x{60} {3}x{36}…$/);
});
