import { describe, expect, it } from 'vitest';
import { SymbolTable } from './symbol-table.ts';

describe('SymbolTable', () => {
  it('gives back an equal string', () => {
    const symbols = new SymbolTable();
    expect(symbols.intern('job')).toBe('job');
    expect(symbols.intern(['j', 'ob'].join(''))).toBe('job');
    expect(symbols.size).toBe(1);
  });

  it('forgets what nobody asked for during two generations', () => {
    const symbols = new SymbolTable();
    symbols.intern('used');
    symbols.intern('unused');
    symbols.rotate();
    symbols.intern('used');
    expect(symbols.size).toBe(2);
    symbols.rotate();
    expect(symbols.size).toBe(1);
    symbols.rotate();
    expect(symbols.size).toBe(0);
  });

  it('never holds more than its limit', () => {
    const symbols = new SymbolTable({ maxSymbols: 10 });
    for (let i = 0; i < 1000; i++) {
      symbols.intern(`s${i}`);
      expect(symbols.size).toBeLessThanOrEqual(10);
    }
    expect(symbols.size).toBeGreaterThan(4);
  });
});
