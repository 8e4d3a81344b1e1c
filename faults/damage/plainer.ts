import type { Damage } from './types.ts';

/**
 * Simpler damage of the same sort, simplest first, for a shrinker to try; every chain of them ends.
 */
export function plainer(damage: Damage): Damage[] {
  switch (damage.do) {
    case 'flip': {
      const bit = damage.bit & 7;
      return [
        ...(bit > 0 ? [{ ...damage, bit: 0 }] : []),
        ...smaller(damage.at).map((at) => ({ ...damage, at })),
      ];
    }
    case 'zeros':
    case 'ones':
    case 'delete':
    case 'duplicate':
      return [
        ...smaller(damage.to - damage.from - 1).map((length) => ({
          ...damage,
          to: damage.from + 1 + length,
        })),
        ...smaller(damage.from).map((from) => ({
          ...damage,
          from,
          to: damage.to - (damage.from - from),
        })),
      ];
    case 'cut':
      return smaller(damage.at).map((at) => ({ ...damage, at }));
    case 'append':
    case 'foreign':
      return plainerBytes(damage.bytes).map((bytes) => ({ ...damage, bytes }));
    case 'insert':
      return [
        ...plainerBytes(damage.bytes).map((bytes) => ({ ...damage, bytes })),
        ...smaller(damage.at).map((at) => ({ ...damage, at })),
      ];
    case 'duplicate line':
    case 'delete line':
    case 'blank line':
      return smaller(damage.line).map((line) => ({ ...damage, line }));
    case 'swap lines':
      return plainerSwap(damage);
    case 'replace':
      return damage.by === 'dir' ? [] : [{ do: 'replace', file: damage.file, by: 'dir' }];
    default:
      return [];
  }
}

/** 0, the half, and one less. */
function smaller(n: number): number[] {
  if (n <= 0) return [];
  return [...new Set([0, n >> 1, n - 1])];
}

function plainerBytes(bytes: Uint8Array): Uint8Array[] {
  const shorter = smaller(bytes.length - 1).map((length) => bytes.slice(0, length + 1));
  const isPlain = bytes.every((b) => b === 0);
  return isPlain ? shorter : [...shorter, new Uint8Array(bytes.length)];
}

function plainerSwap(damage: Extract<Damage, { do: 'swap lines' }>): Damage[] {
  const low = Math.min(damage.line, damage.other);
  const gap = Math.abs(damage.line - damage.other);
  if (gap === 0) return [];
  return [
    ...smaller(gap - 1).map((less) => ({ ...damage, line: low, other: low + 1 + less })),
    ...smaller(low).map((line) => ({ ...damage, line, other: line + gap })),
  ];
}
