import { describe, expect, it } from 'vitest';
import { overlay } from './overlay.ts';

class Account {
  #balance = 0;
  owner = 'ann';

  get balance(): number {
    return this.#balance;
  }

  set balance(value: number) {
    this.#balance = value;
  }

  deposit(amount: number): this {
    this.#balance += amount;
    return this;
  }

  depositTwice(amount: number): this {
    return this.deposit(amount).deposit(amount);
  }
}

describe('overlay', () => {
  const calls: number[] = [];
  const create = () => {
    const target = new Account();
    const overlaid = overlay(target, {
      deposit(amount: number) {
        calls.push(amount);
        return target.deposit(amount);
      },
    });
    calls.length = 0;
    return { target, overlaid };
  };

  it('replaces what it was given', () => {
    const { target, overlaid } = create();
    overlaid.deposit(5);
    expect(calls).toEqual([5]);
    expect(target.balance).toBe(5);
  });

  it('leaves calls between the methods of the object alone', () => {
    const { target, overlaid } = create();
    overlaid.depositTwice(5);
    expect(calls).toEqual([]);
    expect(target.balance).toBe(10);
  });

  it('reads and writes the object itself', () => {
    const { target, overlaid } = create();
    overlaid.balance = 7;
    overlaid.owner = 'bob';
    expect([target.balance, target.owner, overlaid.balance, overlaid.owner]).toEqual([7, 'bob', 7, 'bob']);
  });

  it('is of the same class, and its methods stay the same', () => {
    const { overlaid } = create();
    expect(overlaid).toBeInstanceOf(Account);
    expect(overlaid.constructor).toBe(Account);
    expect(overlaid.depositTwice).toBe(overlaid.depositTwice);
    expect(overlaid.depositTwice.name).toBe('depositTwice');
    expect('deposit' in overlaid).toBe(true);
    expect('withdraw' in overlaid).toBe(false);
  });

  it('lets a method be called on another object', () => {
    const { overlaid } = create();
    const other = new Account();
    overlaid.depositTwice.call(other, 3);
    expect(other.balance).toBe(6);
  });
});
