/**
 * A stream of numbers that depends on its seed alone; never on how often another stream was asked.
 */
export interface Random {
  /** The seed as a decimal 64-bit number, enough to make this stream again. */
  readonly seed: string;
  /** The next 32 bits, unsigned. */
  next(): number;
  /** An integer from 0 to `count - 1`; `count` is at most 2^32, and 0 answers 0. */
  below(count: number): number;
  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True in `of` cases out of `outOf`. */
  chance(of: number, outOf: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One of the choices, by their weights; weights of 0 are never taken. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T;
  bytes(length: number): Uint8Array;
  /**
   * A stream of its own for a purpose: the same label gives the same stream, whatever was drawn
   * before.
   */
  fork(label: string): Random;
}

const MASK = (1n << 64n) - 1n;

/**
 * One step of splitmix64 (Steele, Lea, Flood 2014): the state after, and the number that it gives.
 */
export function splitmix64(state: bigint): { readonly state: bigint; readonly value: bigint } {
  const after = (state + 0x9e3779b97f4a7c15n) & MASK;
  let z = after;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return { state: after, value: z ^ (z >> 31n) };
}

/** xoshiro128** (Blackman, Vigna 2018) from four 32-bit words that are not all zero. */
export function xoshiro128(words: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = words;
  return () => {
    const fiveB = Math.imul(b, 5);
    const result = Math.imul((fiveB << 7) | (fiveB >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/**
 * A stream from a decimal seed of up to 64 bits; anything else is a `RangeError` with code
 * `bad_seed`.
 */
export function randomFrom(seed: string): Random {
  const number = parseSeed(seed);
  const first = splitmix64(number);
  const second = splitmix64(first.state);
  const next = xoshiro128([
    Number(first.value & 0xffffffffn) | 0,
    Number(first.value >> 32n) | 0,
    Number(second.value & 0xffffffffn) | 0,
    Number(second.value >> 32n) | 1,
  ]);
  return streamOf(number, next);
}

function parseSeed(seed: string): bigint {
  if (/^[0-9]{1,20}$/.test(seed)) {
    const number = BigInt(seed);
    if (number <= MASK) return number;
  }
  const error = new RangeError(`a seed is a decimal number of at most 64 bits, not "${seed}"`);
  throw Object.assign(error, { code: 'bad_seed' });
}

function streamOf(seed: bigint, next: () => number): Random {
  const below = (count: number): number => Math.floor((next() / 0x1_0000_0000) * count);
  return {
    seed: seed.toString(),
    next,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (of, outOf) => below(outOf) < of,
    pick: (choices) => {
      if (choices.length === 0) throw new RangeError('nothing to pick from');
      return choices[below(choices.length)]!;
    },
    weighted: (choices) => {
      let left = below(choices.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, value] of choices) {
        if (left < weight) return value;
        left -= weight;
      }
      throw new RangeError('no choice has a weight above zero');
    },
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = next() >>> 24;
      return bytes;
    },
    fork: (label) => randomFrom(splitmix64(seed ^ labelHash(label)).value.toString()),
  };
}

/** FNV-1a, 64 bits, over the UTF-16 units of the label. */
function labelHash(label: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < label.length; i++) {
    hash = ((hash ^ BigInt(label.charCodeAt(i))) * 0x100000001b3n) & MASK;
  }
  return hash;
}
