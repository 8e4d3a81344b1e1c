import { bytesOfData } from './data.ts';
import { badArgument } from './errno.ts';
import type { Window } from './shape.ts';

/** What one read asks for, whichever form the caller used. */
export interface AskedRead {
  readonly buffer: Uint8Array;
  readonly offset: number;
  readonly length: number;
  readonly position: number | bigint | null;
}

/** What one write brings, whichever form the caller used. */
export interface AskedWrite {
  readonly bytes: Uint8Array;
  readonly position: number | null;
}

/**
 * The arguments of `readSync` in each of Node's forms: with an offset, or with one object of
 * offset, length and position.
 */
export function readArguments(
  view: NodeJS.ArrayBufferView,
  offset?: number | Window,
  length?: number,
  position?: number | bigint | null,
): AskedRead {
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: from = null } = offset;
    return readArguments(view, at, count ?? view.byteLength - at, from);
  }
  const buffer = bytesOfData(view);
  const start = offset ?? 0;
  const count = length ?? buffer.length - start;
  checkWindow(buffer, start, count);
  return { buffer, offset: start, length: count, position: position ?? null };
}

/**
 * The arguments of `writeSync` in each of Node's forms: bytes with an offset, bytes with an object,
 * a string with a position.
 */
export function writeArguments(
  data: NodeJS.ArrayBufferView | string,
  offset?: number | Window | null,
  length?: number | string | null,
  position?: number | null,
): AskedWrite {
  if (typeof data === 'string') {
    const bytes = bytesOfData(data, typeof length === 'string' ? length : 'utf8');
    return { bytes, position: numberOrNull(offset) };
  }
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: to = null } = offset;
    return writeArguments(data, at, count ?? data.byteLength - at, numberOrNull(to));
  }
  const buffer = bytesOfData(data);
  const start = offset ?? 0;
  const count = typeof length === 'number' ? length : buffer.length - start;
  checkWindow(buffer, start, count);
  return { bytes: buffer.subarray(start, start + count), position: numberOrNull(position) };
}

function numberOrNull(position: unknown): number | null {
  return typeof position === 'number' ? position : null;
}

function checkWindow(buffer: Uint8Array, offset: number, length: number): void {
  const fits = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0;
  if (fits && offset + length <= buffer.length) return;
  badArgument(
    'ERR_OUT_OF_RANGE',
    `offset ${offset} and length ${length} do not fit ${buffer.length} bytes`,
  );
}
