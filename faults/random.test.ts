import { describe, expect, it } from 'vitest';
import { randomFrom, splitmix64, xoshiro128 } from './random.ts';

describe('random', () => {
  it('is splitmix64 and xoshiro128**, by their published first numbers', () => {
    const seen: string[] = [];
    for (let i = 0, state = 1234567n; i < 5; i++) {
      const step = splitmix64(state);
      state = step.state;
      seen.push(step.value.toString());
    }
    expect(seen).toEqual([
      '6457827717110365317',
      '3203168211198807973',
      '9817491932198370423',
      '4593380528125082431',
      '16408922859458223821',
    ]);
    const next = xoshiro128([1, 2, 3, 4]);
    expect([next(), next(), next(), next()]).toEqual([11520, 0, 5927040, 70819200]);
  });

  it('gives the same stream for the same seed and label, whatever was drawn', () => {
    const one = randomFrom('18446744073709551615');
    const two = randomFrom('18446744073709551615');
    one.bytes(100);
    expect(one.fork('kill').bytes(16)).toEqual(two.fork('kill').bytes(16));
    expect(one.fork('kill').seed).not.toBe(two.fork('damage').seed);
    expect(randomFrom(one.fork('kill').seed).next()).toBe(two.fork('kill').next());
  });

  it('spreads what it draws over everything that it may draw', () => {
    const random = randomFrom('1');
    const counts = new Map<number, number>();
    for (let i = 0; i < 8000; i++) {
      const n = random.below(8);
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(random.below(0)).toBe(0);
    expect(random.weighted([[0, 'never'], [1, 'always']])).toBe('always'); // prettier-ignore
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('refuses what is no seed', () => {
    for (const seed of ['', '-1', '1.5', '18446744073709551616', 'x']) {
      expect(() => randomFrom(seed)).toThrow(expect.objectContaining({ code: 'bad_seed' }));
    }
  });
});
