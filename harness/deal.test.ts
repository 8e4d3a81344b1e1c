import { expect, it } from 'vitest';
import { dealOver, newDeal } from './deal.ts';

it('deals each history once, to whoever asks', () => {
  const deal = newDeal(4, 2);
  const other = dealOver(deal.shared);
  expect([deal.at(0), deal.at(1)]).toEqual([null, null]);
  expect([deal.take(0), other.take(1), other.take(1)]).toEqual([0, 1, 2]);
  expect([deal.at(0), deal.at(1)]).toEqual([0, 2]);
  expect([deal.take(0), deal.take(0), other.take(1)]).toEqual([3, null, null]);
  expect([deal.at(0), other.at(1)]).toEqual([null, null]);
});

it('leaves out what was not yet taken, and says from where', () => {
  const deal = newDeal(8, 1);
  expect(deal.take(0)).toBe(0);
  expect(deal.skipTo(4)).toBe(1);
  expect(deal.skipTo(3)).toBeNull();
  expect(deal.take(0)).toBe(4);
});

it('ends early, and never later than it was told', () => {
  const deal = newDeal(8, 1);
  deal.endAt(2);
  deal.endAt(5);
  expect([deal.take(0), deal.take(0), deal.take(0)]).toEqual([0, 1, null]);
});
