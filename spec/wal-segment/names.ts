import { numberedPath } from '../lib/layout.ts';

const before = 'segment_';
const after = '.aedbwal';
const u64Max = (1n << 64n) - 1n;

/** The path of a segment in its log. */
export function pathOf(segment: bigint): string {
  return numberedPath(`${before}%016d${after}`, segment);
}

/**
 * The number that a scan of the directory takes a name for, or null where it passes over it. Other
 * spellings than the canonical one count too: what begins and ends a name may stand there several
 * times, and a number may have a `+`, and fewer digits or more.
 */
export function numberIn(name: string): bigint | null {
  if (!name.startsWith(before) || !name.endsWith(after)) return null;
  let middle = name;
  while (middle.startsWith(before)) middle = middle.slice(before.length);
  while (middle.endsWith(after)) middle = middle.slice(0, -after.length);
  if (!/^\+?\d+$/.test(middle)) return null;
  const number = BigInt(middle.replace('+', ''));
  return number <= u64Max ? number : null;
}
