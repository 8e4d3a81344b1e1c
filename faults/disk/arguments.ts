import { bytesOfData, read, write } from './data.ts';
import { badArgument } from './errno.ts';
import type { Window } from './shape.ts';
import type { DiskState } from './state.ts';

/**
 * `readSync` in each of Node's forms: with an offset, or with one object of offset, length and
 * position.
 */
export function readArguments(
  state: DiskState,
  fd: number,
  view: NodeJS.ArrayBufferView,
  offset?: number | Window,
  length?: number,
  position?: number | bigint | null,
): number {
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: from = null } = offset;
    return readArguments(state, fd, view, at, count ?? view.byteLength - at, from);
  }
  const buffer = bytesOfData(view);
  const start = offset ?? 0;
  const count = length ?? buffer.length - start;
  checkWindow(buffer, start, count);
  return read(state, fd, buffer, start, count, position ?? null);
}

/**
 * `writeSync` in each of Node's forms: bytes with an offset, bytes with an object, a string with a
 * position.
 */
export function writeArguments(
  state: DiskState,
  fd: number,
  data: NodeJS.ArrayBufferView | string,
  offset?: number | Window | null,
  length?: number | string | null,
  position?: number | null,
): number {
  if (typeof data === 'string') {
    const bytes = bytesOfData(data, typeof length === 'string' ? length : 'utf8');
    return write(state, fd, bytes, numberOrNull(offset));
  }
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: to = null } = offset;
    return writeArguments(state, fd, data, at, count ?? data.byteLength - at, numberOrNull(to));
  }
  const buffer = bytesOfData(data);
  const start = offset ?? 0;
  const count = typeof length === 'number' ? length : buffer.length - start;
  checkWindow(buffer, start, count);
  return write(state, fd, buffer.subarray(start, start + count), numberOrNull(position));
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
